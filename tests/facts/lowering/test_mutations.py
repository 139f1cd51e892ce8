"""Which state a function changes, and where."""

from __future__ import annotations

import pytest

from tests.facts.reading import facts

MUTATIONS = {
    "an attribute of self": ("class A:\n    def m(self):\n        self.x = 1\n", ["attr_write self.x 3"]),
    "an attribute of an attribute": ("def f(a):\n    a.b.c = 1\n", ["attr_write a.b.c 2"]),
    "an attribute that is augmented or deleted": (
        "def f(a):\n    a.n += 1\n    del a.n\n",
        ["attr_write a.n 2", "attr_write a.n 3"],
    ),
    "an attribute in an unpacking, a for and a with": (
        "def f(a):\n    a.b, x = y\n    for a.c in z: pass\n    with z as a.d: pass\n",
        ["attr_write a.b 2", "attr_write a.c 3", "attr_write a.d 4"],
    ),
    "an element of self": ("class A:\n    def m(self):\n        self.x[0] = 1\n", ["container_mutate self.x 3"]),
    "an element of a global": ("x = {}\ndef f():\n    x[1] = 2\n", ["container_mutate m.x 3"]),
    "an element that is deleted": ("def f(a):\n    del a[0]\n", ["container_mutate a 2"]),
    "several targets of one del": ("def f(a):\n    del (a[0], a.b)\n", ["container_mutate a 2", "attr_write a.b 2"]),
    "a method that mutates": (
        "events = []\ndef f(a):\n    events.append(1)\n    a.rows.update(b=2)\n    a.pop()\n",
        ["container_mutate m.events 3", "container_mutate a.rows 4", "container_mutate a 5"],
    ),
    "a container of the function's own": (
        "def f():\n    x = []\n    x.append(1)\n    x[0] = 2\n    del x[0]\n    y = [x.add(z) for z in x]\n",
        [],
    ),
    "a method that only reads": ("def f(a):\n    a.rows.index(1)\n    a.copy()\n    a.get(2)\n", []),
    "a plain local": ("def f(a):\n    b = a\n    b += 1\n", []),
    "a global that is declared": (
        "x = 0\ndef f():\n    global x\n    x.y = 1\n    x.append(2)\n",
        ["attr_write m.x.y 4", "container_mutate m.x 5"],
    ),
    "a module's own": (
        "x = []\nx.append(1)\nx[0] = 2\nx.y = 3\n",
        ["container_mutate m.x 2", "container_mutate m.x 3", "attr_write m.x.y 4"],
    ),
}


@pytest.mark.parametrize("case", MUTATIONS)
def test_mutations(case: str) -> None:
    source, expected = MUTATIONS[case]
    found = [
        f"{row.kind} {row.target} {line}"
        for function in facts(source).functions
        for row, line in zip(function.mutations, function.positions.mutations, strict=True)
    ]
    assert found == expected


def test_a_mutating_call_names_its_site_and_its_object() -> None:
    function = facts("def f(a):\n    for x in y: pass\n    a.append(x)\n    for x in y: a.pop(x)\n").functions[1]
    first, second = function.mutations
    assert (function.sites[first.site].text, first.loop, first.reg) == ("a.append", -1, 0)
    assert (function.sites[second.site].text, second.loop) == ("a.pop", 1)
