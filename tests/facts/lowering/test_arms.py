"""Arms: on which condition a call runs, which calls are alternatives, what leaves a loop, what is made once."""

from __future__ import annotations

from textwrap import indent

import pytest

from code_path_audit.facts.lowering.builder import DEEPEST_ARM
from tests.facts.reading import facts

CONDITIONS = ("always", "sometimes", "rarely")


def calls(body: str) -> list[str]:
    """The calls of single letters in f(x, n, self): the name, the condition, what its arms leave or keep."""
    function = facts(f"def f(x, n, self):\n{indent(body, '    ')}\n").functions[1]
    found = []
    for site in function.sites:
        if site.kind != "call" or len(site.text) != 1:
            continue
        condition, words, arm = 0, [], site.arm
        while arm >= 0:
            row = function.arms[arm]
            condition = max(condition, row.condition)
            if row.left < 0:
                words.append(f"kept{' per ' + row.per if row.per else ''}")
            elif row.left:
                words.append(f"leaves {row.left}{' per ' + row.per if row.per else ''}")
            arm = row.parent
        found.append(" ".join([site.text, CONDITIONS[condition], *words]))
    return found


ROWS: dict[str, tuple[str, list[str]]] = {
    "a branch": ("if x: a()\nelse: b()\nc()", ["a sometimes", "b sometimes", "c always"]),
    "after a return": ("if x:\n    a()\n    return\nb()", ["a sometimes", "b sometimes"]),
    "after a raise": ("if x:\n    a()\n    raise Err\nb()", ["a rarely", "b always"]),
    "what is not there, and raised": ("if x is None:\n    a()\n    raise Err\nb()", ["a rarely", "b always"]),
    "a raise after a return": ("if x: return a()\nb()\nraise Err", ["a always", "b rarely"]),
    "a raise after a return, in else": ("if x: return a()\nelse:\n    b()\n    raise Err", ["a always", "b rarely"]),
    "a raise after two returns": ("if x: return a()\nif n: return b()\nraise Err", ["a sometimes", "b sometimes"]),
    "a raise in either arm": ("if x: raise Err(a())\nraise Err(b())", ["a rarely", "b rarely"]),
    "a raise after a branch that goes on": ("if x: a()\nb()\nraise Err", ["a sometimes", "b always"]),
    "an end is no error": ("if x:\n    a()\n    raise SystemExit\nb()", ["a sometimes", "b sometimes"]),
    "an end that tells of an error": ("if x:\n    a()\n    raise SystemExit(1)\nb()", ["a rarely", "b always"]),
    "an exit": ("if x:\n    a()\n    sys.exit(n)\nb()", ["a sometimes", "b sometimes"]),
    "an exit that tells of an error": ("if x:\n    a()\n    sys.exit('no %s' % n)\nb()", ["a rarely", "b always"]),
    "an exit with a number": ("if x:\n    a()\n    exit(-1)\nb()", ["a rarely", "b always"]),
    "an exit, all well": ("if x:\n    a()\n    os._exit(0)\nb()", ["a sometimes", "b sometimes"]),
    "an exit with an error after a return": ("if x: return a()\nb()\nsys.exit(f'no {n}')", ["a always", "b rarely"]),
    "nothing runs behind an exit": ("a()\nsys.exit()\nb()", ["a always"]),
    "nor where another program runs": ("a()\nos.execvp(x, n)\nb()", ["a always"]),
    "an exit that is handed on": ("a(sys.exit)\nb()", ["a always", "b always"]),
    "an exit of one's own": ("exit = x\na()\nexit(1)\nb()", ["a always", "b always"]),
    "not all ways lead to the raise": ("if x:\n    if n: return a()\n    raise Err", ["a sometimes"]),
    "left with a raise": ("for y in x:\n    if y:\n        a()\n        raise Err\n    b()",
         ["a rarely leaves 1", "b always"]),
    "left with an exit": ("for y in x:\n    if y:\n        a()\n        sys.exit()\n    b()",
         ["a sometimes leaves 1", "b sometimes"]),
    "left, if it does not go on before": (
        "for y in x:\n    if y:\n        a()\n        if n: continue\n        return\n    b()",
        ["a sometimes", "b sometimes"],
    ),
    "all left, or one of them before": (
        "for y in x:\n    for z in y:\n        if z:\n            a()\n            if n: break\n            return",
        ["a sometimes leaves 1"],
    ),
    "a loop inside goes on": (
        "for y in x:\n    if y:\n        for z in y:\n            if z: continue\n        a()\n        return",
        ["a sometimes leaves 1"],
    ),
    "a raise that is caught in the loop": (
        "for y in x:\n    try:\n        if y:\n            a()\n            raise Err\n    except E: pass",
        ["a rarely"],
    ),
    "after a return inside": ("if x:\n    if n: return\n    a()\nb()", ["a sometimes", "b sometimes"]),
    "after a loop that may return": ("for y in x:\n    if y: return\n    a()\nb()", ["a sometimes", "b sometimes"]),
    "after a loop that may break": ("for y in x:\n    if y: break\n    a()\nb()", ["a sometimes", "b always"]),
    "a handler": ("try: a()\nexcept E: b()\nelse: c()\nfinally: d()\ne()", [
        "a always", "c always", "b rarely", "d always", "e always",
    ]),
    "a handler that returns": ("try: a()\nexcept E: return b()\nc()", ["a always", "b rarely", "c always"]),
    "a handler of what is always raised": ("try:\n    a()\n    raise Err\nexcept E: b()", ["a always", "b sometimes"]),
    "a handler of what is always raised, raised": ("try: raise Err\nexcept E:\n    b()\n    raise Err", ["b rarely"]),
    "a handler of what is not there": ("try: x.y\nexcept KeyError: b()", ["b sometimes"]),
    "a handler of what is not there that raises": ("try: x.y\nexcept KeyError:\n    b()\n    raise Err", ["b rarely"]),
    "after a try that is left unless it fails": ("try: return a()\nexcept E: pass\nb()", ["a always", "b rarely"]),
    "after an else that is left": ("try: a()\nexcept E: pass\nelse: return\nb()", ["a always", "b rarely"]),
    "after a try that is left where something is there": (
        "try: return a()\nexcept KeyError: pass\nb()", ["a always", "b sometimes"],
    ),
    "after a try of which one handler says what is there": (
        "try: return a()\nexcept E: pass\nexcept KeyError: pass\nb()", ["a always", "b sometimes"],
    ),
    "after a try that is left, or by a handler": (
        "try: return a()\nexcept E: pass\nexcept KeyError: return\nb()", ["a always", "b rarely"],
    ),
    "after a try that may be left": ("try:\n    if x: return a()\nexcept E: pass\nb()", ["a sometimes", "b sometimes"]),
    "after a try that fails by itself": ("try:\n    a()\n    raise Err\nexcept E: pass\nb()", ["a always", "b always"]),
    "after rounds that fail": (
        "for y in x:\n    try: return a()\n    except E: continue\nb()", ["a always", "b rarely"],
    ),
    "after rounds that fail, with more to them": (
        "while n:\n    n -= 1\n    try: return a()\n    except E: pass\n    c()\nb()",
        ["a always", "c rarely", "b rarely"],
    ),
    "after rounds that may go on": (
        "for y in x:\n    if y: continue\n    try: return a()\n    except E: pass\nb()", ["a sometimes", "b sometimes"],
    ),
    "after rounds of which one breaks": (
        "for y in x:\n    try:\n        a()\n        break\n    except E: pass\nb()", ["a always", "b always"],
    ),
    "before a raise, behind what may return": (
        "try:\n    if x: return a()\nexcept KeyError: pass\nb()\nraise Err", ["a sometimes", "b rarely"],
    ),
    "before a raise, behind a search": (
        "for y in x:\n    if y: return a()\nb()\nraise Err", ["a sometimes leaves 1", "b rarely"],
    ),
    "debugging": ("if self.debug: a()\nif DEBUG: b()\nif log.isEnabledFor(10): c()", [
        "a rarely", "b rarely", "c rarely",
    ]),
    "not debugging": ("if not DEBUG: a()", ["a sometimes"]),
    "assert": ("assert a(), b()", ["a always", "b rarely"]),
    "and, or, if": ("a() and b() or c()\nd() if e() else g()", [
        "a always", "b sometimes", "c sometimes", "e always", "d sometimes", "g sometimes",
    ]),
    "a comprehension": ("[a() for y in x if b() if c()]", ["b always", "c sometimes", "a sometimes"]),
    "a case": ("match x:\n    case 1: a()\n    case _ if b(): c()\nd()", [
        "a sometimes", "b sometimes", "c sometimes", "d always",
    ]),
    "left with a break": ("for y in x:\n    if y:\n        a()\n        break\n    b()",
         ["a sometimes leaves 1", "b sometimes"]),
    "left with a return": ("for y in x:\n    for z in y:\n        if z:\n            return a()",
         ["a sometimes leaves 2"]),
    "made when it is None": ("if self.x is None:\n    self.x = a()", ["a always kept"]),
    "made when it is false": ("if not self.x:\n    self.x, y = a(), 1", ["a always kept"]),
    "made when it is None, with more to it": ("if self.x is None and n:\n    self.x = a()", ["a always kept"]),
    "returned when it is there": ("if self.x is not None:\n    return self.x\nself.x = a()", ["a always kept"]),
    "returned when it is there, else": ("if self.x is not None: return\nelse: self.x = a()", ["a always kept"]),
    "raised when it is there, else": ("if self.x is not None: raise Err\nelse: self.x = a()", ["a always kept"]),
    "raised when it is there": ("if self.x is not None: raise Err\nself.x = a()", ["a always kept"]),
    "made when it is None, else another": (
        "if self.x is None: self.x = a()\nelse: b()", ["a always kept", "b sometimes"],
    ),
    "made when it is None, else a raise": ("if self.x is None: self.x = a()\nelse: raise Err", ["a always kept"]),
    "the other arm stores": ("if self.x is None: b()\nelse: self.x = a()", ["b sometimes", "a sometimes"]),
    "left after a continue": ("for y in x:\n    if y: continue\n    a()\n    return", ["a sometimes leaves 1"]),
    "left after a continue, in else": ("for y in x:\n    if y: continue\n    else:\n        a()\n        return",
        ["a sometimes leaves 1"]),
    "made when it is a sentinel": ("if self.x is _NOT_SET_:\n    self.x = a()", ["a always kept"]),
    "made when it is some name": ("if self.x is __y__:\n    self.x = a()", ["a sometimes"]),
    "made when it is a name without end": (f"if self.x is {'_' * 100_000}:\n    self.x = a()", ["a sometimes"]),
    "not stored": ("if self.x is None:\n    y = a()", ["a sometimes"]),
    "another is stored": ("if self.x is None:\n    self.y = a()", ["a sometimes"]),
    "a parameter": ("if x is None:\n    x = a()", ["a sometimes"]),
    "by getattr": ("if getattr(self, 'x', None) is None:\n    self.x = a()", ["a always kept"]),
    "by a key": ("if n not in self.x:\n    self.x[n] = a()", ["a always kept per n"]),
    "by two keys": ("if (n, self.y) not in self.x:\n    self.x[n, self.y] = a()", ["a always kept per n and y"]),
    "by get": ("y = self.x.get(n.name)\nif y is None:\n    y = self.x[n.name] = a()", ["a always kept per name"]),
    "by get, in the test": ("if self.x.get(n) is None:\n    self.x[n] = a()", ["a always kept per n"]),
    "of one loop": ("y = None\nfor z in x:\n    if y is None:\n        y = a()", ["a always leaves 1"]),
    "of one round": ("for z in x:\n    y = None\n    if y is None:\n        y = a()", ["a sometimes"]),
    "of one loop, by a key": ("y = {}\nfor z in x:\n    if z.id not in y:\n        y[z.id] = a()",
         ["a always leaves 1 per id"]),
    "looked for, and added": ("for y in self.x:\n    if y.name == n: return y\nself.x.append(a())",
         ["a always kept per n"]),
    "looked for in what has no name": ("for y in (self.x or n).x:\n    if y.name == n: return y\na()", ["a sometimes"]),
    "tried first": ("try:\n    return self.x[n]\nexcept KeyError:\n    self.x[n] = a()", ["a always kept per n"]),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_arms(name: str) -> None:
    body, expected = ROWS[name]
    assert calls(body) == expected


RESETS: dict[str, list[str]] = {
    "self.x = None": ["self.x"],
    "self.x = y = {}": ["self.x"],
    "self.x: int = 0": [],
    "self.x = 1": [],
    "del self.x, self.y[1]": ["self.x", "self.y"],
    "x = None": [],
    "global g\ng = []": ["g"],
    "self.x.clear()": ["self.x"],
    "self.x.pop(n)": ["self.x"],
    "self.x.pop()": [],
    "self.x.pop(0)": [],
    "self.x.pop(-1)": [],
    "load.cache_clear()": ["load"],
    "self.__dict__.pop('rows', None)": ["self.rows"],
    "for y in x:\n    if n: self.x = None": ["self.x in a loop, sometimes"],
    "y = {}\ny.clear()": ["y, its own"],
    "x.clear()": ["x, its own"],
    "load.clear(); g.clear()": ["load", "g"],
}


@pytest.mark.parametrize("body", RESETS)
def test_what_takes_away_what_may_be_kept(body: str) -> None:
    function = facts(f"def f(x, n, self):\n{indent(body, '    ')}\n").functions[1]
    found = [
        row.target + " in a loop" * (row.loop >= 0) + ", its own" * row.own
        + (f", {CONDITIONS[function.arms[row.arm].condition]}" if row.arm >= 0 else "")
        for row in function.resets
    ]  # fmt: skip
    assert found == RESETS[body]


def test_alternatives_have_one_choice() -> None:
    function = facts("def f(x):\n    if x: a()\n    else: b()\n    if x: return c()\n    d()\n").functions[1]
    choices = {site.text: function.arms[site.arm].choice for site in function.sites if site.kind == "call"}
    assert choices["a"] == choices["b"] != choices["c"] == choices["d"]


@pytest.mark.parametrize("line", ["if x == {n}: return", "if x and c(y and d()): return"])
def test_guards_without_end_stand_in_one_another_to_a_depth(line: str) -> None:
    body = "".join(f"    {line.format(n=n)}\n" for n in range(2 * DEEPEST_ARM))
    function = facts(f"def f(x, n, self):\n{body}    a()\n").functions[1]
    depths: dict[int, int] = {-1: 0}
    for number, row in enumerate(function.arms):
        depths[number] = depths[row.parent] + 1
    assert DEEPEST_ARM <= max(depths.values()) <= DEEPEST_ARM + 1
    (last,) = (site for site in function.sites if site.text == "a")
    assert depths[last.arm] >= DEEPEST_ARM
