"""The rows of the ops, as `record.op_table` wrote them, by the module that holds each."""

from __future__ import annotations

LEFT_ALONE = ("posix", "nt", "_frozen_importlib", "_frozen_importlib_external", "marshal", "zipimport")
"""Modules whose own names are never rebound: the import system works with them."""

NEVER = frozenset({"os.fork", "os.forkpty", "os.startfile", "pty.fork"})
"""Ops that stay as they are: what they do would happen in a stand-in's frame, for all to see."""


class Row:
    """One op or pattern: `path` from the module on, its last part a pattern where it holds "*", as does `callee`."""

    __slots__ = ("callee", "cost_class", "light", "path", "sizer", "unless")

    def __init__(self, module: str, line: str) -> None:
        name, self.callee, self.cost_class, self.sizer, weight, unless = line.split("|")
        self.path = name[len(module) + 1 :].split(".")
        self.light = weight == "light"
        self.unless = tuple(text.split(".") for text in unless.split())


class Table:
    """The rows, read when a module of their first name is asked for."""

    def __init__(self, grouped: dict[str, str]) -> None:
        self.grouped = grouped
        self.lines: dict[str, list[str]] = {}

    def names(self, module: str) -> bool:
        """Whether any row names something in a module, or could."""
        text = self.grouped.pop(module.partition(".")[0], "")
        if text:
            self.read(text)
        return module in self.lines

    def of(self, module: str) -> list[Row]:
        """The rows that name something in a module, exact names first."""
        rows = [Row(module, line) for line in self.lines.get(module, ())] if self.names(module) else []
        return sorted(rows, key=lambda row: "*" in row.path[-1])

    def read(self, text: str) -> None:
        lines = self.lines
        for line in text.split("\n"):
            name, callee, _ = line.split("|", 2)
            if callee in NEVER:
                continue
            at = name.rfind(".")
            while at > 0:
                lines.setdefault(name[:at], []).append(line)
                at = name.rfind(".", 0, at)


def excluded(unless: tuple[list[str], ...], parts: list[str]) -> bool:
    """Whether a dotted name falls under one of the patterns, segment by segment."""
    return any(
        len(pattern) == len(parts) and all(fits(one, other) for one, other in zip(pattern, parts, strict=True))
        for pattern in unless
    )


def fits(pattern: str, name: str) -> bool:
    """Whether a name matches a pattern in which "*" stands for any characters."""
    first, *others = pattern.split("*")
    if not others:
        return pattern == name
    *middle, last = others
    if not name.startswith(first) or not name.endswith(last) or len(name) < len(first) + len(last):
        return False
    name = name[len(first) : len(name) - len(last)]
    for part in middle:
        at = name.find(part)
        if at < 0:
            return False
        name = name[at + len(part) :]
    return True
