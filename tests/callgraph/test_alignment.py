"""Two bodies of one function, instruction by instruction: what has a pair, what is new, and what is gone."""

from __future__ import annotations

import pytest

from code_path_audit.callgraph.alignment import align, without_neighbours
from code_path_audit.callgraph.standing_alone import ALONE
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.extract import extract_module
from code_path_audit.facts.instruction_fields import renumbered
from code_path_audit.facts.module import ModuleFacts

BEFORE = "for row in rows:\n    out.add(row, key=1)\nreturn out"

ROWS = {
    "the same": (BEFORE, "", ""),
    "other lines": (BEFORE.replace("out.add(row, key=1)", "out.add(\n        row,\n        key=1,\n    )"), "", ""),
    "a call before": (f"print('x')\n{BEFORE}", "CALL GLOBAL STR", ""),
    "a call behind": (BEFORE.replace("return", "print('x')\nreturn"), "CALL GLOBAL STR", ""),
    "a call of the same within": (BEFORE.replace("key=1)", "key=1)\n    out.add(row, key=1)"), "ATTR CALL INT", ""),
    "another number": (BEFORE.replace("key=1", "key=2"), "INT", "INT"),
    "another keyword": (BEFORE.replace("key=1", "by=1"), "CALL", "CALL"),
    "another function": (BEFORE.replace("out.add", "out.put"), "ATTR CALL", "ATTR CALL"),
    "another argument": (BEFORE.replace("out.add(row", "out.add(out"), "CALL", "CALL"),
    "a call less": (BEFORE.replace("    out.add(row, key=1)", "    pass"), "RETURN", "ATTR CALL COPY INT RETURN"),
}


def facts(body: str) -> ModuleFacts:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return extract_module(f"def f(rows, out):\n{lines}".encode(), "m")


@pytest.mark.parametrize("name", ROWS)
def test_pairs(name: str) -> None:
    body, added, removed = ROWS[name]
    old, new = facts(BEFORE).functions[1], facts(body).functions[1]
    found = align(old, new, {})
    assert " ".join(sorted(op.NAMES[new.code[index][0]] for index in found.added)) == added
    assert " ".join(sorted(op.NAMES[old.code[index][0]] for index in found.removed)) == removed
    # the instructions of a pair are the same, in the numbers of before
    for now, before in found.same.items():
        there = renumbered(
            new.code[now], found.registers.__getitem__, found.places.__getitem__, lambda owner, number: number
        )
        assert there == old.code[before]
    assert len(set(found.registers.values())) == len(found.registers)
    assert len(set(found.places.values())) == len(found.places)


CHAIN = "out.select(1).total()\nreturn out"


@pytest.mark.parametrize("statement", ["x = -out.select(1).total", "x = not out.select(1)", "out.select(1).total(2)"])
def test_a_chain_of_which_something_else_is_made_is_another(statement: str) -> None:
    old, new = facts(CHAIN).functions[1], facts(f"{statement}\n{CHAIN}").functions[1]
    found = align(old, new, {})
    assert not found.removed
    assert all(before + len(found.added) == now or old.code[before][0] == op.PRIM for now, before in found.same.items())


def test_variables_of_the_function_around_keep_their_pairs() -> None:
    old = extract_module(b"def f(a):\n    b = a\n    def g():\n        return b\n    return g\n", "m")
    new = extract_module(b"def f(a):\n    x = str(1)\n    b = a\n    def g():\n        return b\n    return g\n", "m")
    around = align(old.functions[1], new.functions[1], {})
    assert old.functions[2].code != new.functions[2].code
    assert align(old.functions[2], new.functions[2], {1: around.registers}).added == ()
    assert align(old.functions[2], new.functions[2], {}).added != ()


def test_what_shares_a_register_with_a_new_instruction_is_new() -> None:
    old, new = facts(f"print('one', 'two')\n{BEFORE}").functions[1], facts(f"print('three')\n{BEFORE}").functions[1]
    found = without_neighbours(old, new, align(old, new, {}), ALONE, ())
    assert sorted(op.NAMES[new.code[index][0]] for index in found.added) == ["CALL", "GLOBAL", "STR"]
    assert sorted(op.NAMES[old.code[index][0]] for index in found.removed) == ["CALL", "GLOBAL", "STR", "STR"]
