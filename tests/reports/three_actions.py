"""Three actions: with proposals, without, and idle."""

from dataclasses import replace

from code_path_audit.profiles.model import Action, ActionProfile
from code_path_audit.sources.model import SkippedFile
from tests.reports.sample import MAIN, PARSE, sample

STARTUP = sample()
SAVE = replace(
    sample(),
    action=Action("save", [MAIN]),
    expensive_ops=[PARSE],
    total_load_estimate=30_000_000,
    unresolved=(),
    cut_by_depth=0,
    cut_functions=(),
    possible_calls=0,
    widened=(),
)
IDLE = replace(
    ActionProfile(Action("idle", [])), skipped=(SkippedFile("src/shop/old.py", "shop.old", "invalid syntax", 3),)
)
NO_PROPOSAL = replace(STARTUP, candidates=())


def nested(loops: int) -> ActionProfile:
    """`STARTUP`, whose heaviest op runs in so many loops inside of one another."""
    heavy, *others = STARTUP.expensive_ops
    inside = tuple(("loop", f"row{number}") for number in range(loops))
    op = heavy._replace(runs=((inside, 1),), how_often="per row0 and more")
    return replace(STARTUP, expensive_ops=[op, *others])
