"""Which arms ask for a parameter alone, or for an attribute of a variable, and which values of it lead in."""

from __future__ import annotations

from textwrap import indent

import pytest

from code_path_audit.facts.rows import FALSY, NOTHING, TRUTHY
from tests.facts.reading import facts

VALUES = {TRUTHY: "true", FALSY: "false", NOTHING: "None"}

ROWS = {
    "if x: a()\nelse: b()": ["a x true", "b x false None"],
    "if not x: a()\nelse: b()": ["a x false None", "b x true"],
    "if x is None: a()\nelse: b()": ["a x None", "b x true false"],
    "if x is not None: a()\nelse: b()": ["a x true false", "b x None"],
    "if x and n(): a()\nelse: b()": ["a x true", "b"],
    "if x or n(): a()\nelse: b()": ["a", "b x false None"],
    "if n() and x: a()": ["a x true"],
    "if x:\n    return a()\nb()": ["a x true", "b x false None"],
    "if x: pass\nelif y: a()\nelse: b()": ["a x false None, y true", "b x false None, y false None"],
    "a() if x else b()": ["a x true", "b x false None"],
    "for z in y:\n    if x: a()": ["a x true"],
    "if isinstance(x, str):\n    if x: a()": ["a x true"],
    "if x == 1: a()": ["a"],
    "if x.y: a()\nelse: b()": ["a x.y true", "b x.y false None"],
    "if x.y is None: a()": ["a x.y None"],
    "z = n()\nif not z.y: a()": ["a z.y false None"],
    "if x.y and y: a()": ["a y true"],
    "if x.y and n(): a()\nelse: b()": ["a x.y true", "b"],
    "if x.y.z: a()": ["a"],
    "if self.y: a()": ["a"],
    "if x(): a()": ["a"],
    "z = x\nif z: a()": ["a"],
    "x = x or n()\nif x: a()": ["a"],
    "for z in y:\n    if x: a()\n    x = z": ["a"],
    "if x: a()\nx = n()": ["a"],
    "if y: x = True\nif x: a()\nelse: b()": ["a", "b x false None"],
    "if x is None: x = 'all'\nif not x: a()\nelse: b()": ["a x false None", "b"],
    "if y: x = 'all'\nif y: x = 'new'\nif x is None: a()": ["a x None"],
    "for z in y:\n    if x: a()\n    else: b()\n    x = False": ["a x true", "b"],
    "if y: x = 1.5\nif x: a()": ["a"],
    "if y: x = True\nx = n()\nif x: a()": ["a"],
    "x = True\n[a() for x in y if x]": ["a"],
    "for x in y:\n    if x: a()": ["a"],
    "while x: a()": ["a"],
    "x and a()": ["a"],
    "z = x is None\nif z: a()\nelse: b()": ["a x None", "b x true false"],
    "z = not x\nif z: a()": ["a x false None"],
    "z = x.y\nif z: a()": ["a x.y true"],
    "z = n() in y\nif z: a()\nelse: b()": ["a z true", "b z false"],
    "z = n()\nif z is None: a()": ["a z None"],
    "z = n()\nif z: a()": ["a"],
    "z = n() in y\nif z and x: a()": ["a x true"],
    "z = n() in y\nif z and x.y: a()": ["a x.y true"],
    "z = x is None\nif z: a()\nz = n()": ["a"],
    "z = x is None\nif z: a()\nx = n()": ["a"],
    "for y in n:\n    z = x is None\n    if z: a()": ["a x None"],
}


@pytest.mark.parametrize("body", ROWS)
def test_what_is_asked_for(body: str) -> None:
    function = facts(f"def f(x, y, n):\n{indent(body, '    ')}\n").functions[1]
    found = []
    for site in function.sites:
        if site.kind == "call" and site.text in ("a", "b"):
            rows, arm = [], site.arm
            while arm >= 0:
                row = function.arms[arm]
                if row.given >= 0 and row.wants != sum(VALUES):
                    wants = [word for value, word in VALUES.items() if row.wants & value]
                    name = function.params[row.given].name if row.given < len(function.params) else "z"
                    rows.append(f"{name}{row.attr and '.'}{row.attr} {' '.join(wants)}")
                arm = row.parent
            found.append(f"{site.text} {', '.join(reversed(rows))}".strip())
    assert found == ROWS[body]
