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
