"""Whether a version is one that a model is for."""

from __future__ import annotations

import re

CLAUSE = re.compile(r"\s*(==|>=|<=|!=|<|>)\s*([0-9]+(?:\.[0-9]+)*)\s*")


def fits(version: str, wanted: str) -> bool:
    """Whether a version meets all clauses of a requirement such as `>=2,<3`, by its numbers alone; what is no clause
    asks for nothing."""
    numbers = release(version)
    for text in wanted.split(","):
        clause = CLAUSE.fullmatch(text)
        if clause is None:
            continue
        other = release(clause[2])
        width = max(len(numbers), len(other))
        left, right = (row + (0,) * (width - len(row)) for row in (numbers, other))
        held = {
            "==": left == right,
            "!=": left != right,
            ">=": left >= right,
            "<=": left <= right,
            "<": left < right,
            ">": left > right,
        }
        if not held[clause[1]]:
            return False
    return True


def release(version: str) -> tuple[int, ...]:
    """The numbers in front of a version: 3.1.4rc1 is (3, 1, 4)."""
    found = re.match(r"[0-9]+(?:\.[0-9]+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()
