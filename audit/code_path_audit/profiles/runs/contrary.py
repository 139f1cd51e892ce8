"""Branches one after the other that ask one parameter for different constants: at most one of them is taken.

`if mode == "zip": ...` and then `if mode == "tar": ...` are alternatives like the arms of one `if`, where the parameter
is bound once, which is what `Arm.given` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from code_path_audit.facts.rows import ONE_OF, Arm


def choices_of(arms: Sequence[Arm]) -> list[int]:
    """The number of the choice that each arm of a function belongs to, one for all branches that are alternatives."""
    members = Counter(arm.choice for arm in arms)
    found = [arm.choice for arm in arms]
    groups: dict[tuple[int, int, int], list[tuple[int, set[str]]]] = {}
    for number, arm in enumerate(arms):
        # with an `else`, or a branch below it, one of two is taken for any other value
        if members[arm.choice] > 1 or arm.given < 0 or arm.attr or arm.target or arm.among[:1] != ONE_OF:
            continue
        wanted = set(arm.among[1:].split("\n"))
        alike = groups.setdefault((arm.parent, arm.loop, arm.given), [])
        for choice, asked in alike:
            if are_contrary(wanted, asked):
                found[number] = choice
                asked |= wanted
                break
        else:
            alike.append((arm.choice, wanted))
    return found


def are_contrary(some: set[str], others: set[str]) -> bool:
    """Whether no value is among both: constants of one kind, all of them different."""
    return not some & others and len({constant[:1] for constant in some | others}) == 1
