"""Which elements are known where they are loaded: stores that the same stretch of code has made, and when they end.

Rows are like those of `flow`: a value is its own line number, and `use(x)` says what it sees. Here a load
that is not forwarded sees nothing. The property runs programs that it makes up, and holds what they see against it.
"""

from __future__ import annotations

import contextlib
import itertools
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.facts.lowering.flow import check, seen

KNOWN = {
    "the last store under a key": """\
def f():
    d = {"a": 2,
         "b": 3}
    d["a"] = 4
    use(d["a"])  # sees 4
    use(d["b"])  # sees 3
""",
    "a container in a container": """\
def f():
    d = {"a": {"b": 2}}
    d["a"]["b"] = 3
    use(d["a"]["b"])  # sees 3
    e = d["a"]
    e["b"] = 6
    use(d["a"]["b"])  # sees 6
""",
    "another name for it": """\
d = {}
e = d
e["a"] = 3
use(d["a"])  # sees 3
""",
    "a variable with an annotation": """\
def f():
    d: dict[str, int] = {}
    d["a"] = 3
    use(d["a"])  # sees 3
""",
    "a key that a variable holds": """\
def f():
    key = "a"
    d = {key: 3}
    d["b"] = 4
    use(d["a"])  # sees 3
    use(d[key])  # sees 3
""",
    "lists, from either end": """\
def f():
    x = [2,
         3]
    x[-1] = 4
    use(x[1])  # sees 4
    use(x[-2])  # sees 2
    x.append(7)
    use(x[-1])  # sees 7
    use(x[2])  # sees 7
""",
    "update by a dict, by keywords": """\
def f():
    d = {"a": 2, "b":
         3}
    d.update({"a": 4}, c=
             5)
    use(d["a"])  # sees 4
    use(d["b"])  # sees 3
    use(d["c"])  # sees 5
""",
    "del of another key": """\
def f():
    d = {"a": 2,
         "b": 3}
    d["c"] = 4
    del d["a"]
    use(d["b"])  # sees 3
""",
    "a container that nobody else has, through calls": """\
def f(g):
    d = {"a": 2}
    d["a"] = 3
    g()
    use(d["a"])  # sees 3
""",
    "a global, until something runs": """\
d = {}
d["a"] = 2
use(d["a"])  # sees 2
""",
    "within one arm, and one turn of a loop": """\
def f(xs, d):
    d = {}
    for x in xs:
        d["a"] = 4
        use(d["a"])  # sees 4
        if x:
            d["a"] = 7
            use(d["a"])  # sees 7
""",
    "reading it": """\
def f():
    d = {"a": 2}
    d["b"] = 3
    if d:
        pass
    d["a"] = 6
    for x in d:
        pass
    e = {"a": 9}
    e["b"] = 10
    a, b = e
    use(e["b"])  # sees 10
""",
}

FORGOTTEN = {
    "where arms meet": """\
d = {"a": 1}
if x:
    d["a"] = 3
use(d["a"])  # sees
""",
    "in the other arm": """\
d = {"a": 1}
if x:
    d["a"] = 3
else:
    use(d["a"])  # sees
""",
    "behind a loop, and at its beginning": """\
d = {"a": 1}
for x in y:
    use(d["a"])  # sees
    d["a"] = 4
use(d["a"])  # sees
""",
    "in a handler, and behind a block that may swallow": """\
def f(g):
    d = {}
    try:
        d["a"] = 4
        g()
        d["a"] = 6
    except ValueError:
        use(d["a"])  # sees
    finally:
        use(d["a"])  # sees
    with g():
        d["a"] = 12
        g()
        d["a"] = 14
    use(d["a"])  # sees
""",
    "in another case, and what only type checkers read": """\
def f(d, TYPE_CHECKING):
    d = {"a": 2}
    match d:
        case {"b": _}:
            d["a"] = 5
        case {"a": x} if use(d["a"]):  # sees
            use(x)  # sees
    if TYPE_CHECKING:
        d["a"] = 9
    use(d["a"])  # sees
""",
    "a global, when something runs": """\
d = {}
d["a"] = 2
f()
use(d["a"])  # sees
d["a"] = 5
f.attribute
use(d["a"])  # sees
d["a"] = 8
f + 1
use(d["a"])  # sees
d["a"] = 11
e["a"] = 12
use(d["a"])  # sees
""",
    "what others were given": """\
def f(g):
    d = {}
    d["a"] = 3
    g.d = d
    d["a"] = 5
    g()
    use(d["a"])  # sees
""",
    "what a function inside captures": """\
def f(g):
    d = {}
    def inner():
        d["a"] = 4
    d["a"] = 5
    inner()
    use(d["a"])  # sees
""",
    "what stands in something that others were given": """\
def f(g):
    d = {"a": {}}
    d["a"]["b"] = 3
    g(d)
    use(d["a"]["b"])  # sees
    e = {}
    e["a"] = 7
    [*e, g.x, e]
    c = (e,)
    g(c)
    use(e["a"])  # sees
""",
    "an element that may be anything has a second name": """\
def f(g, key):
    d = {"a": {}}
    d["a"]["b"] = 3
    x = d[key]
    x["b"] = 5
    use(d["a"]["b"])  # sees
""",
    "a key that is not known": """\
d = {"a": 1}
d[key] = 2
use(d["a"])  # sees
d["a"] = 4
del d[key]
use(d["a"])  # sees
""",
    "keys that are equal and look different": """\
d = {1: 1}
d[True] = 2
use(d[1])  # sees
""",
    "a list whose elements move": """\
x = [1, 2]
x[0] = 2
del x[0]
use(x[0])  # sees
y = [5, 6]
y.insert(0, 6)
use(y[0])  # sees
z = [*y, 8]
z[0] = 9
use(z[-1])  # sees
""",
    "a method that is kept": """\
def f(g):
    d = {}
    m = d.update
    d["a"] = 4
    g(m)
    use(d["a"])  # sees
""",
    "update by what is not known": """\
d = {"a": 1}
d.update(e)
use(d["a"])  # sees
d["a"] = 4
d.update(**e)
use(d["a"])  # sees
""",
    "a name that may be one of two": """\
def f(c):
    d = {"a": 2}
    e = {"a": 3}
    x = d
    if c:
        x = e
    d["a"] = 7
    x["a"] = 8
    use(d["a"])  # sees
""",
    "only where it is evaluated": """\
d = {"a": 1}
x and d.update(a=2)
use(d["a"])  # sees
x if y else d.update(a=4)
use(d["a"])  # sees
x < y < d.update(a=6)
use(d["a"])  # sees
assert x, d.update(a=8)
use(d["a"])  # sees
""",
}


@pytest.mark.parametrize("row", KNOWN)
def test_known(row: str) -> None:
    check(KNOWN[row])


@pytest.mark.parametrize("row", FORGOTTEN)
def test_forgotten(row: str) -> None:
    check(FORGOTTEN[row])


def joined(parts: list[list[str]]) -> list[str]:
    return [row for part in parts for row in part]


def indented(rows: list[str]) -> list[str]:
    return ["    " + row for row in rows]


# a and b are dicts of numbers, c is a list of numbers, e is a dict of such dicts; so no statement fails
DICTS = st.sampled_from(("a", "b", "a", "b", "e['x']", "e['y']", "e[key()]"))
KEYS = st.sampled_from(("'x'", "'y'", "'x'", "key()"))
PLACES = st.sampled_from(("0", "1", "-1"))
LOADS = ("a['x']", "a['y']", "b['x']", "e['x']['x']", "e['y']['y']", "c[0]", "c[-1]")
PAIR = "{'x': LINE, 'y': LINE}"
SIMPLE = st.one_of(
    st.tuples(DICTS, KEYS).map(lambda r: f"{r[0]}[{r[1]}] = LINE"),
    st.tuples(DICTS, KEYS).map(lambda r: f"{r[0]}[{r[1]}] = LINE"),
    PLACES.map(lambda r: f"c[{r}] = LINE"),
    st.tuples(DICTS, st.one_of(DICTS, st.just(PAIR))).map(lambda r: f"{r[0]} = {r[1]}"),
    st.tuples(DICTS, st.one_of(DICTS, st.just("{'x': LINE}"))).map(lambda r: f"{r[0]}.update({r[1]})"),
    st.tuples(DICTS, DICTS).map(lambda r: f"e = {{'x': {r[0]}, 'y': {r[1]}}}"),
    st.sampled_from((
        "c = [LINE, LINE]", "c = [LINE, *c]", "c.append(LINE)", "c.insert(0, LINE)", "c.pop(0); c.append(LINE)",
        "del c[0]; c.append(LINE)", "f = e", "e = f", "keep(a)", "keep(c)", "keep(e)", "kept.x = b", "change()",
        "change()", "m = a.update; m({'x': LINE})", "key() and a.update(x=LINE)",
    )),
)  # fmt: skip
STEPS = SIMPLE.map(lambda row: [row, *(f"r = {load}" for load in LOADS)])
INSIDE = "def inner(): a['x'] = b['x'] = e['x']['x'] = LINE"
BLOCKS = st.recursive(
    st.lists(STEPS, min_size=1, max_size=4).map(joined),
    lambda inner: st.lists(
        st.one_of(
            STEPS,
            inner.map(lambda rows: ["if key() == 'x':", *indented(rows)]),
            st.tuples(inner, inner).map(lambda r: ["if key() == 'x':", *indented(r[0]), "else:", *indented(r[1])]),
            inner.map(lambda rows: ["for _ in range(3):", *indented(rows)]),
            inner.map(lambda rows: ["try:", *indented([*rows, "fail()", *rows]), "except Exception: pass"]),
            inner.map(lambda rows: ["with swallow():", *indented([*rows, "fail()", *rows])]),
            st.just([INSIDE, "keep(inner)"]),
        ),
        min_size=1,
        max_size=5,
    ).map(joined),
    max_leaves=8,
)  # fmt: skip


def run(source: str, results: list[str], salt: int) -> dict[str, int]:
    """What the results of a program are when it runs."""
    kept: list[Any] = []
    turn = itertools.count(salt)

    def key() -> str:
        return "xy"[next(turn) * 5 % 7 % 2]

    def fail() -> None:
        if key() == "x":
            raise ValueError

    def change() -> None:
        for value in [*kept, Keep.x]:
            if isinstance(value, list):
                value[:] = [-next(turn), -next(turn), *value]
            elif isinstance(value, dict) and isinstance(value["x"], dict):
                value["x"]["x"], value["y"]["y"] = -next(turn), -next(turn)
                value["x"], value["y"] = value["y"], value["x"]
            elif isinstance(value, dict):
                value["x"], value["y"] = -next(turn), -next(turn)
            elif value is not None:
                value()

    class Keep:
        x = None

    names: dict[str, Any] = {"key": key, "fail": fail, "change": change, "keep": kept.append, "kept": Keep}
    names["swallow"] = lambda: contextlib.suppress(ValueError)
    exec(f"{source}\n    return locals()\nfound = program()", names)
    return {name: names["found"][name] for name in results if name in names["found"]}


@settings(max_examples=100, deadline=None)
@given(BLOCKS, st.integers(0, 6))
def test_what_runs_is_among_what_is_seen(rows: list[str], salt: int) -> None:
    """Of each load that is forwarded, the number that really comes out of it is among those that are seen."""
    first = [f"a, b, c = {PAIR}, {PAIR}, [LINE, LINE]", "e = f = {'x': a, 'y': b}"]
    lines = ["def program():", *indented(first), *indented(rows)]
    lines = [line.replace("LINE", str(number)) for number, line in enumerate(lines, 1)]
    lines = [re.sub(r"\br = ", f"r{number} = ", line) for number, line in enumerate(lines, 1)]
    results = [match[0] for line in lines if (match := re.search(r"\br\d+(?= = )", line))]
    source = "\n".join(lines)
    predicted = seen("\n".join([source, *(f"    use({name})" for name in results)]))
    for name, number in run(source, results, salt).items():
        forwarded = predicted[len(lines) + 1 + results.index(name)]
        assert number in forwarded or not forwarded, f"{name} is {number}\n{source}"
