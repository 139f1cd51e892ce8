"""What explains a finding: the same from what was kept as from a fresh trace, wherever the lines are by then."""

# ruff: noqa: E501 (a row tells what is told in one line)

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import pytest

from code_path_audit.callgraph.kept import Graphs
from code_path_audit.config import ActionConfig
from code_path_audit.program.files import ALONE, Files
from code_path_audit.program.model import Program
from code_path_audit.sources.data_files import FileSize
from code_path_audit.store.pack import open_store
from code_path_gate.causes.explain import explain, explaining
from code_path_gate.measuring import cache, engine
from code_path_gate.measuring.measured import Measured
from code_path_gate.measuring.seen import Seen
from code_path_gate.verdict.drift import compare
from code_path_gate.verdict.evidence import Evidence, Step
from tests.gate.programs import ACTION, config, tree

Texts = Mapping[str, str]


class Row(NamedTuple):
    """What was, what is, and what is told of it: the findings that name an op, with their path, and the edge."""

    old: Texts
    new: Texts
    told: list[str]
    action: ActionConfig = ACTION


def app(text: str) -> dict[str, str]:
    return {"shop/app.py": text}


LOADS = """\
    import json

    def main(names):
        for name in names:
            load(name)

    def load(name):
        return json.load(open(name))
    """
PAIRS = """\
    import json

    def main(names):
        def read():
            return [json.loads(a + b) for a in ("x",) for b in names]
        return read()
    """
DOUBT = """\
    import json

    class Store:
        def write(self):
            json.dump([], open("x", "w"))

    class Nothing:
        def write(self):
            pass

    def main(flag):
        (Store() if flag else Nothing()).write()
    """
IMPORTS = {
    "shop/app.py": "def main(names):\n    for name in names:\n        import shop.late\n",
    "shop/late.py": "import json\n\nfor name in 'ab':\n    json.loads(name)\n",
}

ROWS = {
    "a loop around the call": Row(
        app(LOADS.replace("        for name in names:\n            load(name)", "        load(names)")),
        app(LOADS),
        [
            "grown builtins.open | main:5[4] > load:8 | before main:4 > load:7 | main -> load, now in a loop, 5",
            "grown json.load | main:5[4] > load:8 | before main:4 > load:7 | main -> load, now in a loop, 5",
        ],
    ),
    "two calls, of which one is in a loop": Row(
        app(LOADS.replace("            load(name)", "            name.strip()\n        load(names)")),
        app(LOADS.replace("        for name in names:", "        load(names)\n        for name in names:")),
        [
            "grown builtins.open | main:6[5] > load:9 | before main:6 > load:9 | main -> load, now in a loop, 6",
            "grown json.load | main:6[5] > load:9 | before main:6 > load:9 | main -> load, now in a loop, 6",
        ],
    ),
    "two loops on one line, of which one amplifies": Row(
        app(PAIRS.replace("names]", "('y',)]")),
        app(PAIRS),
        ["grown json.loads | main:6 > main.read:5[5] | before main:6 > main.read:5 | main.read -> json.loads, now in a loop, 5"],
    ),
    "both loops on one line amplify": Row(
        app(PAIRS),
        app(PAIRS.replace('("x",)', "names")),
        ["grown json.loads | main:6 > main.read:5[5,5] | before main:6 > main.read:5[5] | main.read -> json.loads, now in a loop, 5"],
    ),
    "a call that is only likely": Row(
        app(DOUBT.replace("json.dump([], ", "print(")),
        app(DOUBT),
        ["new json.dump | main:12? > Store.write:5 | Store.write -> json.dump, a new op, 5"],
    ),
    "an op that is gone": Row(
        app(LOADS),
        app(LOADS.replace("return json.load(open(name))", "return open(name)")),
        ["gone json.load | before main:5[4] > load:8 | load -> json.load, what led there is gone, 8"],
    ),
    "another entry point": Row(
        app(LOADS),
        app(LOADS + "\n    def more(names):\n        print(open(names[0]))\n"),
        ["newly_expensive builtins.open | more:11 | more -> builtins.open, a new entry point, 10"],
        ActionConfig("save", ("shop.app:m*",)),
    ),
    "behind an import no loop counts": Row(
        {**IMPORTS, "shop/late.py": "import json\n"},
        IMPORTS,
        ["new json.loads | main:3 > late:4[3] | late -> json.loads, a new op, 4"],
    ),
}  # fmt: skip


def told(old: Seen, new: Seen) -> list[str]:
    """Every finding that names an op, in one line each."""
    before, now = old.measured, new.measured
    by = explaining(new, old)
    lines = []
    for finding in compare(before.current, now.current, now.calls, now.threshold):
        if finding.id:
            evidence = explain(finding, by)
            lines.append(" | ".join([f"{finding.kind} {finding.what}", *parts(evidence)]))
    return lines


def parts(evidence: Evidence) -> Iterator[str]:
    if evidence.path:
        yield path_text(evidence.path)
    if evidence.before:
        yield f"before {path_text(evidence.before)}"
    if evidence.cause:
        cause = evidence.cause
        yield f"{short(cause.function)} -> {short(cause.callee)}, {cause.how}, {cause.line}"


def path_text(path: tuple[Step, ...]) -> str:
    """Each function with its line, the lines of its loops in brackets, and "?" where the call is not certain."""
    return " > ".join(
        f"{short(step.function)}:{step.line}{list(step.loops) if step.loops else ''}{'?' * (step.evidence != 'certain')}".replace(
            " ", ""
        )
        for step in path
    )


def short(name: str) -> str:
    return name.removeprefix("shop.app.").removeprefix("shop.")


def no_size(path: str) -> int | None:
    return None


def measure(action: ActionConfig, program: Program, size: FileSize, graphs: Graphs | None = None) -> Measured:
    return engine.trace(program, action, config(), size, graphs=graphs)


def files_of(texts: Texts, folder: Path | None = None) -> Files:
    """The files of a program; what is measured of them is kept in the folder."""
    how = ALONE if folder is None else ALONE._replace(store=open_store(str(folder), 0.0))
    return Files(tree({"shop/__init__.py": "", **texts}), how)


def seen(measured: Measured, files: Files) -> Seen:
    return Seen(measured, files.program(), {file.path: file.data for file in files.tree.files})


def fresh(texts: Texts, action: ActionConfig) -> Seen:
    files = files_of(texts)
    return seen(measure(action, files.program(), no_size), files)


@pytest.mark.parametrize("name", ROWS)
def test_what_is_told(name: str) -> None:
    row = ROWS[name]
    assert told(fresh(row.old, row.action), fresh(row.new, row.action)) == row.told


def above(text: str) -> str:
    return f"# why\n\n{dedent(text)}"


def between(text: str) -> str:
    return "".join(f"{line}    # why\n" for line in dedent(text).splitlines(keepends=True))


def wrapped(text: str) -> str:
    return text.replace(" for b in", "\n                for b in")


MOVES: dict[str, Callable[[str], str]] = {
    "a comment above": above,
    "comments between all lines": between,
    "loops of one line on two": wrapped,
}


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("name", ROWS)
def test_kept_and_fresh_tell_the_same(name: str, move: str, tmp_path: Path) -> None:
    """What was measured before the lines moved is found again, and tells the lines of now."""
    row = ROWS[name]
    sides = []
    for texts in (row.old, row.new):
        files = files_of(texts, tmp_path)
        cache.keep(files, [row.action], no_size, cache.fresh(files, no_size, partial(measure, row.action)))
        files.how.store.commit()
        after = {path: MOVES[move](text) for path, text in texts.items()}
        found = cache.known(files_of(texts, tmp_path), [row.action], no_size)
        assert found is not None
        files = files_of(after, tmp_path)
        # a line that is wrapped may ask for a trace, though it changes no fact
        again = cache.known(files, [row.action], no_size)
        assert again == found or (again is None and move == "loops of one line on two")
        sides.append((seen(found.measured, files), fresh(after, row.action)))
    (old, old_fresh), (new, new_fresh) = sides
    assert (old.measured, new.measured) == (old_fresh.measured, new_fresh.measured)
    assert told(old, new) == told(old_fresh, new_fresh)
    assert (told(old, new) == row.told) == (after == dict(row.new)), "lines moved where any text did"
