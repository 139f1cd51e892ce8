"""The rows of the ops, as `record.op_table` wrote them, by the module that holds each."""

from __future__ import annotations

LEFT_ALONE = ("posix", "nt", "_frozen_importlib", "_frozen_importlib_external", "marshal", "zipimport")
"""Modules whose own names are never rebound: the import system works with them."""

NEVER = frozenset({"os.fork", "os.forkpty", "os.startfile", "pty.fork"})
"""Ops that stay as they are: what they do would happen in a stand-in's frame, for all to see."""


class Row:
    """One op or pattern: `path` from the module on, its last part a pattern where it holds "*", as does `callee`."""

    __slots__ = ("callee", "cost_class", "light", "path", "sizer", "unless")

    def __init__(self, path: str, callee: str, cost_class: str, sizer: str, light: bool, unless: str) -> None:
        self.path, self.callee, self.cost_class = path.split("."), callee, cost_class
        self.sizer, self.light = sizer, light
        self.unless = tuple(text.split(".") for text in unless.split())


class Table:
    """The rows, read when a module of their first name is asked for."""

    def __init__(self, grouped: dict[str, str]) -> None:
        self.grouped = grouped
        self.rows: dict[str, list[Row]] = {}

    def of(self, module: str) -> list[Row]:
        """The rows of a module: of those that name something in it, exact names first."""
        text = self.grouped.pop(module.partition(".")[0], "")
        if text:
            self.read(text)
        return self.rows.get(module, [])

    def read(self, text: str) -> None:
        patterns = []
        for line in text.split("\n"):
            name, callee, cost_class, sizer, weight, unless = line.split("|")
            if callee in NEVER:
                continue
            parts = name.split(".")
            for cut in range(1, len(parts)):
                row = (".".join(parts[cut:]), callee, cost_class, sizer, weight == "light", unless)
                at = (".".join(parts[:cut]), Row(*row))
                if "*" not in name:
                    self.rows.setdefault(at[0], []).append(at[1])
                else:
                    patterns.append(at)
        for module, pattern in patterns:
            self.rows.setdefault(module, []).append(pattern)


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
