"""Programs that use the libraries that are used most, by kind, and what is expected of each of their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.callgraph.frameworks.querying import ops_of

FOLDER = Path(__file__).parent / "used"

EXPECTED = re.compile(r"  # (!?)([a-z_|\- ]+)$")

NONE = "-"
"""What is written where a line may have no op."""


class Used(NamedTuple):
    """One library: its name, what it imports, its lines, and the classes of work that each may be, with "-" for none;
    those of a line that says nothing are none. `missed`: whether it is known that they are not found."""

    name: str
    imports: list[str]
    lines: list[str]
    expected: list[list[set[str]]]
    missed: list[bool]


class Seen(NamedTuple):
    """A line of a program: the library, the text, what was expected and what was found."""

    library: str
    line: str
    expected: list[set[str]]
    found: set[str]
    is_missed: bool

    @property
    def is_right(self) -> bool:
        """Whether the line has the ops that were expected, and no other."""
        if not self.expected:
            return not self.found
        allowed = set().union(*self.expected) - {NONE}
        return self.found <= allowed and all(NONE in one or one & self.found for one in self.expected)


def libraries(kind: str) -> Iterator[Used]:
    """What the file of a kind has."""
    for block in (FOLDER / f"{kind}.txt").read_text(encoding="utf-8").split("\n# "):
        name, *rows = block.removeprefix("# ").strip().splitlines()
        imports = [row for row in rows if row.startswith(("import ", "from "))]
        lines = [row for row in rows if not row.startswith(("import ", "from "))]
        found = [EXPECTED.search(row) for row in lines]
        expected = [[set(one.split("|")) for one in match[2].split()] if match else [] for match in found]
        yield Used(name, imports, lines, expected, [bool(match and match[1]) for match in found])


def checked(kind: str) -> Iterator[Seen]:
    """Every line of the programs of a kind, which are one action."""
    found = list(libraries(kind))
    texts: dict[str, str] = {}
    for number, used in enumerate(found):
        body = ("    " + line for line in used.lines)
        texts[f"m{number}"] = "\n".join([*used.imports, "async def f(x: str, rows: list):", *body, ""])
    ops = ops_of(texts, *(f"{module}.f" for module in texts))
    for module, used in zip(texts, found, strict=True):
        first = len(used.imports) + 2
        rows = zip(used.lines, used.expected, used.missed, strict=True)
        for at, (line, expected, is_missed) in enumerate(rows, first):
            here = {op.base_class for op in ops if op.function.startswith(f"{module}.") and op.line == at}
            yield Seen(used.name, EXPECTED.sub("", line), expected, here, is_missed)


def table() -> list[str]:
    """The table of docs/libraries-used.md: each kind, its libraries, and how many of their lines are told right."""
    out = ["| kind | libraries | lines told right | missed |", "|---|---|---:|---|"]
    for kind in sorted(path.stem for path in FOLDER.glob("*.txt")):
        rows = list(checked(kind))
        missed = [f"{row.library}: `{row.line.strip()}`" for row in rows if row.is_missed]
        right = f"{len(rows) - len(missed)} of {len(rows)}"
        names = ", ".join(dict.fromkeys(row.library for row in rows))
        out.append(f"| {kind} | {names} | {right} | {'; '.join(missed)} |")
    return out
