"""Which values a name has where it is read: versions, merges, loops, scopes.

Each row is a program in which a value is its own line number (`a = 3` on line 3), and each `use(x)` says in a comment
which of them it sees; after "maybe" stand those that a coarser reading may add. What flows is followed here through
the instructions that move a value, and through no other.
"""

from __future__ import annotations

import sys
from collections import defaultdict

import pytest

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.extract import extract_module
from code_path_audit.facts.module import ModuleFacts

Place = tuple[int, int | str]
"""A register of a function, or the name of a global (of "function" -1)."""


def sources(module: ModuleFacts) -> tuple[dict[Place, set[Place]], dict[Place, int], dict[Place, list[int]]]:
    """For each place the places it is filled from; the numbers; the displays (lists and tuples) with their elements."""
    filled: dict[Place, set[Place]] = defaultdict(set)
    numbers: dict[Place, int] = {}
    displays: dict[Place, list[int]] = {}
    for index, function in enumerate(module.functions):
        for row in function.code:
            match row:
                case (op.INT, reg, value):
                    numbers[index, reg] = value
                case (op.COPY | op.NARROW, reg, source, *_):
                    filled[index, reg].add((index, source))
                case (op.TYPED, reg, source, _) if source >= 0:
                    filled[index, reg].add((index, source))
                case (op.GLOBAL, reg, name):
                    filled[index, reg].add((-1, name))
                case (op.STORE_GLOBAL, name, reg):
                    filled[-1, name].add((index, reg))
                case (op.FREE, reg, owner, cell):
                    filled[index, reg].add((owner, cell))
                case (op.STORE_FREE, owner, cell, reg):
                    filled[owner, cell].add((index, reg))
                case (op.LIST | op.TUPLE, reg, elements):
                    displays[index, reg] = list(elements)
    for index, function in enumerate(module.functions):
        for row in function.code:
            if row[0] == op.ITER:
                filled[index, row[1]].update((index, e) for e in displays.get((index, row[2]), ()))
            elif row[0] == op.UNPACK and row[3] < 0:
                for part, element in zip(row[2], displays.get((index, row[1]), ()), strict=False):
                    filled[index, part].add((index, element))
    return filled, numbers, displays


def seen(source: str) -> dict[int, set[int]]:
    """The numbers that the argument of each `use(...)` may be, by line."""
    module = extract_module(source.encode(), "m")
    filled, numbers, _ = sources(module)
    found: dict[int, set[int]] = {}
    for index, function in enumerate(module.functions):
        for site, position in zip(function.sites, function.positions.sites, strict=True):
            if site.text != "use":
                continue
            todo: list[Place] = [(index, argument.reg) for argument in site.arguments]
            known = set(todo)
            while todo:
                new = filled[todo.pop()] - known
                known |= new
                todo += new
            found[position[0]] = {numbers[place] for place in known if place in numbers}
    return found


def check(source: str) -> None:
    """Holds what is seen against what the comments say."""
    found = seen(source)
    stated: dict[int, set[int]] = {}
    for number, line in enumerate(source.splitlines(), 1):
        if "# sees" in line:
            must, _, may = line.partition("# sees")[2].partition("maybe")
            stated[number] = set(map(int, must.split())) | (found.get(number, set()) & set(map(int, may.split())))
    assert stated
    assert found == stated


ROWS = {
    "the last assignment before": """\
a = 1
use(a)  # sees 1
a = 3
use(a)  # sees 3
""",
    "both arms of an if": """\
def f(c):
    a = 2
    if c:
        a = 4
        use(a)  # sees 4
    elif c.x:
        use(a)  # sees 2
    else:
        a = 9
    use(a)  # sees 2 4 9
""",
    "an arm that returns says nothing of what follows": """\
def f(c):
    a = 2
    if c:
        a = 4
        return use(a)  # sees 4
    use(a)  # sees 2
""",
    "an arm that raises, likewise": """\
def f(c):
    a = 2
    if not c:
        a = 4
        raise ValueError(a)
    use(a)  # sees 2
""",
    "a loop's body sees what its end left": """\
def f(xs):
    a = 2
    for x in xs:
        use(a)  # sees 2 5
        a = 5
    use(a)  # sees 2 5
""",
    "a loop within a loop": """\
def f(xs):
    a = 2
    for x in xs:
        use(a)  # sees 2 7
        while x:
            use(a)  # sees 2 7
            a = 7
        use(a)  # sees 2 7
    use(a)  # sees 2 7
""",
    "two variables that change places in a loop": """\
def f(xs):
    a = 2
    b = 3
    for x in xs:
        use(a)  # sees 2 3
        a, b = b, a
    use(b)  # sees 2 3
""",
    "what a loop does not assign passes through it": """\
def f(xs):
    a = 2
    for x in xs:
        use(a)  # sees 2
    use(a)  # sees 2
""",
    "break leaves with the value it has": """\
def f(xs):
    a = 2
    for x in xs:
        a = 4
        if x:
            a = 6
            break
        a = 8
    use(a)  # sees 2 6 8
""",
    "continue carries its value to the next round": """\
def f(xs):
    a = 2
    for x in xs:
        use(a)  # sees 2 6 8
        if x:
            a = 6
            continue
        a = 8
    use(a)  # sees 2 6 8
""",
    "a loop's else does not see what a break left": """\
def f(xs):
    a = 2
    for x in xs:
        if x:
            a = 5
            break
    else:
        use(a)  # sees 2
        a = 9
    use(a)  # sees 5 9
""",
    "a loop's else that returns does not end what a break goes on to": """\
def f(xs):
    for x in xs:
        if x:
            a = 4
            break
    else:
        return None
    use(a)  # sees 4
""",
    "the same of a while": """\
def f(x):
    while x:
        if x.y:
            a = 4
            break
    else:
        raise KeyError
    use(a)  # sees 4
""",
    "an endless loop is left by its breaks alone": """\
def f(x):
    a = 2
    while True:
        a = 4
        if x:
            break
        a = 7
    use(a)  # sees 4
""",
    "a handler may see each version that the body made": """\
def f(x):
    a = 2
    try:
        a = 4
        x()
        a = 6
    except ValueError:
        use(a)  # sees 2 4 6
        a = 9
    use(a)  # sees 6 9
""",
    "else runs after the body, and not after a handler": """\
def f(x):
    a = 2
    try:
        a = 4
    except ValueError:
        a = 6
    else:
        use(a)  # sees 4
        a = 9
    use(a)  # sees 6 9
""",
    "finally sees every end": """\
def f(x):
    a = 2
    try:
        a = 4
        x()
    except ValueError:
        a = 7
    finally:
        use(a)  # sees 4 7 maybe 2
    use(a)  # sees 4 7 maybe 2
""",
    "finally runs on the way out of a return too": """\
def f(x):
    a = 2
    try:
        a = 4
        return x(a)
    except ValueError:
        a = 7
    finally:
        use(a)  # sees 4 7 maybe 2
    use(a)  # sees 7 maybe 2 4
""",
    "finally where every path returns": """\
def f(x):
    a = 2
    try:
        a = 4
        return x(a)
    finally:
        use(a)  # sees 4 maybe 2
""",
    "except star": """\
def f(x):
    try:
        a = 3
    except* ValueError:
        a = 5
    use(a)  # sees 3 5
""",
    "a with may swallow what its body raises": """\
def f(x, y):
    a = 2
    with x:
        y()
        a = 5
        return None
    use(a)  # sees 2 5
""",
    "with in the middle": """\
def f(x):
    a = 2
    with x as b, b.c as d:
        a = 4
    use(a)  # sees 4
""",
    "del makes the name empty": """\
def f(x):
    a = 2
    del a
    a = 4
    use(a)  # sees 4
""",
    "walrus in a condition": """\
def f(x):
    if (a := 2) and x:
        use(a)  # sees 2
    use(a)  # sees 2
""",
    "walrus in a comprehension binds outside of it": """\
def f(xs):
    a = 2
    b = [(a := 3) for x in xs]
    use(a)  # sees 2 3
""",
    "a comprehension's own variable does not": """\
def f(xs):
    a = 2
    b = [a for a in [3]]
    use(a)  # sees 2
""",
    "a comprehension sees the elements": """\
def f(xs):
    return [use(a) for a in [2]]  # sees 2
""",
    "a for sees the elements": """\
def f(xs):
    for a in [2]:
        use(a)  # sees 2
""",
    "unpacking, one by one": """\
def f(xs):
    a, b = 2, xs
    use(b)  # sees
    use(a)  # sees 2
""",
    "nested unpacking of a value": """\
def f(xs):
    pair = (2,
            3)
    a, b = pair
    use(b)  # sees
""",
    "both operands of or": """\
def f(x):
    a = x or 2
    use(a)  # sees 2
""",
    "a conditional expression": """\
def f(x):
    a = (2 if x else
         3)
    use(a)  # sees 2 3
""",
    "augmented assignment makes something new": """\
def f(x):
    a = 2
    a += x
    use(a)  # sees
""",
    "an annotation does not hide the value": """\
def f(x):
    a: int = 2
    use(a)  # sees 2
""",
    "isinstance keeps the value": """\
def f(x):
    a = 2
    if isinstance(a, int) and use(a):  # sees 2
        use(a)  # sees 2
    use(a)  # sees 2
""",
    "callable keeps the value": """\
def f(x):
    a = 2
    if not callable(a):
        use(a)  # sees 2
""",
    "assert keeps the value": """\
def f(x):
    a = 2
    assert isinstance(a, int), use(a)  # sees 2
    use(a)  # sees 2
""",
    "each case of a match": """\
def f(x):
    match x:
        case 1:
            a = 4
        case [_, *rest] if rest:
            a = 6
        case {"k": _, **others}:
            return others
        case _:
            a = 10
    use(a)  # sees 4 6 10
""",
    "a match that may fit nowhere": """\
def f(x):
    a = 2
    match x:
        case str():
            a = 5
    use(a)  # sees 2 5
""",
    "captures": """\
def f(x):
    match 2:
        case (a):
            use(a)  # sees 2
    match 5:
        case int() as b:
            use(b)  # sees 5
""",
    "a capture of every alternative": """\
def f(x):
    match (2,
           x):
        case (a, None) | (None, a):
            use(a)  # sees 2
""",
    "a closure sees every version of what it captures": """\
def f(x):
    a = 2
    def g():
        use(a)  # sees 2 5
    a = 5
    return g
""",
    "a lambda and a class body capture too": """\
def f(x):
    a = 2
    class C:
        use(a)  # sees 2
        def m(self):
            use(a)  # sees 2
    return lambda: use(a)  # sees 2
""",
    "a class's names are not seen by its methods": """\
class C:
    a = 2
    use(a)  # sees 2
    def m(self):
        use(a)  # sees
""",
    "nonlocal writes the variable around": """\
def f(x):
    a = 2
    def g():
        nonlocal a
        a = 5
        use(a)  # sees 5
    g()
    use(a)  # sees 2 5
""",
    "nonlocal through two functions": """\
def f(x):
    a = 2
    def g():
        nonlocal a
        def h():
            nonlocal a
            a = 7
        return h
    g()()
    use(a)  # sees 2 7
""",
    "a nonlocal that is only read elsewhere": """\
def f(x):
    a = 2
    def g():
        use(a)  # sees 2 6
    def h():
        nonlocal a
        a = 6
    return g, h
""",
    "global writes the module": """\
a = 1
def f(x):
    global a
    a = 4
def g():
    use(a)  # sees 1 4
use(a)  # sees 1 4
""",
    "a local of the same name does not": """\
a = 1
def f(x):
    a = 3
    use(a)  # sees 3
def g():
    use(a)  # sees 1
""",
    "a function sees every version of a global": """\
a = 1
def f(x):
    use(a)  # sees 1 4
a = 4
""",
    "a name that is bound later in the loop": """\
def f(xs):
    for x in xs:
        if x:
            use(a)  # sees 5
        a = 5
""",
    "a parameter may have been assigned": """\
def f(a):
    if a is None:
        a = 3
    use(a)  # sees 3
""",
    "type checking is neither arm": """\
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    a = 3
else:
    a = 5
use(a)  # sees 5
""",
    "conditional imports and their fallback": """\
try:
    import fast as a
except ImportError:
    a = 4
use(a)  # sees 4
""",
}

NEW_ROWS = {
    "type parameters hide globals": """\
T = 1
def f[T](x):
    use(T)  # sees
class C[T]:
    def m(self):
        use(T)  # sees
type A[T] = list[T]
use(T)  # sees 1
""",
}


@pytest.mark.parametrize("row", ROWS)
def test_what_a_name_is(row: str) -> None:
    check(ROWS[row])


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
@pytest.mark.parametrize("row", NEW_ROWS)
def test_what_a_name_is_in_newer_syntax(row: str) -> None:
    check(NEW_ROWS[row])
