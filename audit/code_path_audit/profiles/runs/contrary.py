"""Branches one after the other of which at most one is taken, since what leads into one leads into no other.

`if mode == "zip": ...` and then `if mode == "tar": ...` are alternatives like the arms of one `if`, where the parameter
is bound once, which is what `Arm.given` says; so are `if rows is None: ...` and `if rows is not None: ...`. Whether
something is true may change between the two (a list that is filled), but not of what is True or False.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from code_path_audit.facts.constants import is_pattern
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import NOTHING, ONE_OF, Arm, Param

BOOL = ("name", "bool")


def choices_of(facts: FunctionFacts) -> list[int]:
    """The number of the choice that each arm of a function belongs to, one for all branches that are alternatives."""
    arms = facts.arms
    members = Counter(arm.choice for arm in arms)
    found = [arm.choice for arm in arms]
    groups: dict[tuple[int, int, int], list[list[Arm]]] = {}
    for number, arm in enumerate(arms):
        if arm.flag and not arm.target:
            # in its one round it is instead of the others, which have all other rounds
            found[number] = max(members) + 1 + number
            continue
        # with an `else`, or a branch below it, one of two is taken for any other value
        if members[arm.choice] > 1 or arm.given < 0 or arm.attr or arm.target:
            continue
        alike = groups.setdefault((arm.parent, arm.loop, arm.given), [])
        for rows in alike:
            if all(are_contrary(arm, row, facts.params) for row in rows):
                found[number] = rows[0].choice
                rows.append(arm)
                break
        else:
            alike.append([arm])
    return found


def are_contrary(one: Arm, other: Arm, params: Sequence[Param]) -> bool:
    """Whether nothing that leads into one arm leads into another, which asks for the same: constants of one kind, all
    of them different; None and anything else; true and false, of what can change to neither."""
    if one.among or other.among:
        if one.among[:1] != ONE_OF or other.among[:1] != ONE_OF:
            return False
        some, others = set(one.among[1:].split("\n")), set(other.among[1:].split("\n"))
        every = some | others
        return not some & others and len({text[:1] for text in every}) == 1 and not any(map(is_pattern, every))
    if one.wants & other.wants:
        return False
    # a variable that is no parameter is asked for only where it is True or False, or whether it is None
    stays = one.given >= len(params) or params[one.given].annotation == BOOL
    return stays or NOTHING in (one.wants, other.wants)
