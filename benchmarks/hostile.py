"""Programs that are made to have no end: each takes a size, and gives the text of one module with a function `main`.

What each is after stands in its docstring. None can be run to any purpose; the larger ones would not end.
"""

from __future__ import annotations


def callbacks(size: int) -> str:
    """Every function is handed every function, and calls what it is handed."""
    names = ", ".join(f"f{number}" for number in range(size))
    functions = "".join(f"def f{n}(g, h):\n    h(g, f{(n * 7 + 1) % size})\n    return g\n" for n in range(size))
    return f"{functions}def main():\n    for f in [{names}]:\n        for g in [{names}]:\n            f(g, g)(f, g)\n"


def nesting(size: int) -> str:
    """Containers that hold themselves, deeper with each call."""
    calls = "".join(
        f"def f{n}(x):\n    y = [x, {{'k': x}}]\n    y.append(y)\n    return f{(n + 1) % size}(y)\n"
        for n in range(size)
    )
    return f"{calls}def main():\n    f0([])\n"


def closures(size: int) -> str:
    """Functions that make functions from functions."""
    steps = "".join(f"    f = compose(f, lambda g: lambda x: g(f(x)))({n})\n" for n in range(size))
    return f"def compose(f, g):\n    return lambda x: g(f(x))\ndef main():\n    f = lambda x: x\n{steps}    f(f)\n"


def objects(size: int) -> str:
    """Classes whose objects refer to all others, and methods found on what they refer to."""
    classes = "".join(
        f"class C{n}:\n    def __init__(self, other):\n        self.other = other\n"
        f"    def go(self):\n        self.next = C{(n * 3 + 1) % size}(self)\n        self.other.go()\n"
        f"        return self.next.go().other.next\n"
        for n in range(size)
    )
    return f"{classes}def main():\n    C0(C1(None)).go()\n"


def forwarding(size: int) -> str:
    """Decorators over decorators, each passing on whatever it gets."""
    layers = "".join(
        f"def d{n}(f):\n    def inner(*args, **kwargs):\n"
        f"        return f(f, *args, f=inner, **kwargs)\n    return inner\n"
        for n in range(size)
    )
    stack = "".join(f"@d{n}\n" for n in range(size))
    target = "def target(*args, **kwargs):\n    return args[0](*args, **kwargs)\n"
    return f"{layers}{stack}{target}def main():\n    target(target)\n"


def tables(size: int) -> str:
    """A table of functions that fill and call the table."""
    functions = "".join(
        f"def f{n}(table, key):\n    table[key + '{n}'] = f{(n * 5 + 2) % size}\n"
        f"    return table[key](table, key + key)\n"
        for n in range(size)
    )
    return f"{functions}def main():\n    table = {{'a': f0}}\n    f0(table, 'a')\n"


def hierarchy(size: int) -> str:
    """Classes below one another, each calling the next by super(), made and asked by a name at run time."""
    classes = "class C0:\n    def go(self):\n        return self\n" + "".join(
        f"class C{n}(C{n - 1}):\n    def go(self):\n        super().go().go()\n        return C{n * 7 % size}()\n"
        for n in range(1, size)
    )
    names = ", ".join(f"C{n}" for n in range(size))
    return f"{classes}def main():\n    for c in [{names}]:\n        c().go().go()\n"


def metaclasses(size: int) -> str:
    """A tower of metaclasses, each making the classes of the next."""
    tower = "class M0(type):\n    def __call__(cls, *args):\n        return super().__call__(*args)\n" + "".join(
        f"class M{n}(M{n - 1}, metaclass=M{n - 1}):\n    def __new__(mcs, name, bases, body):\n"
        f"        made = super().__new__(mcs, name, bases, body)\n        made.m{n} = made\n        return made\n"
        for n in range(1, size)
    )
    return f"{tower}class C(metaclass=M{size - 1}):\n    pass\ndef main():\n    return C().m1(C)\n"


def subclasses(size: int) -> str:
    """One base and all the classes below it, with everything overridden, behind one call."""
    base = (
        "class Base:\n    def a(self, o: 'Base'):\n        o.b(self)\n    def b(self, o: 'Base'):\n        o.a(self)\n"
    )
    below = "".join(
        f"class C{n}(Base):\n    def a(self, o: Base):\n        return o.b(self)\n"
        f"    def b(self, o: Base):\n        return o.a(C{n * 3 % size}())\n"
        for n in range(size)
    )
    names = ", ".join(f"C{n}()" for n in range(size))
    return f"{base}{below}def main():\n    every = [{names}]\n    for x in every:\n        x.a(every.pop())\n"


def statements(size: int) -> str:
    """One function with 25 statements for each step of size, all over two names."""
    body = "".join(
        f"    x = f(x, y)\n    y = [x, y]\n    if y:\n        x = g(y)\n    x.a{n % 7} = y\n" * 5 for n in range(size)
    )
    return f"def f(a, b):\n    return [a, b]\ndef g(a):\n    return a[0]\ndef main():\n    x = f\n    y = g\n{body}"


def numerals(size: int) -> str:
    """Church's numerals: functions of functions, applied to one another."""
    steps = "".join(f"    n = succ(plus(n, n))(times(n, {'n' if k % 2 else 'two'}))\n" for k in range(size))
    return (
        "two = lambda f: lambda x: f(f(x))\nsucc = lambda n: lambda f: lambda x: f(n(f)(x))\n"
        "plus = lambda m, n: lambda f: lambda x: m(f)(n(f)(x))\ntimes = lambda m, n: lambda f: m(n(f))\n"
        f"def main():\n    n = two\n{steps}    return n(n)(n)\n"
    )


def passing(size: int) -> str:
    """Every function in continuation-passing style: what comes next is a new closure over what comes next."""
    functions = "".join(
        f"def f{n}(x, k, *rest, **more):\n"
        f"    return f{(n * 3 + 1) % size}(k, lambda v, *a: k(f{n}, x, *a, *rest, **more), x, *rest, n{n}=k, **more)\n"
        for n in range(size)
    )
    return f"{functions}def main():\n    f0(f0, f1, f0)\n"


def displays(size: int) -> str:
    """One display of nested dicts with functions in them, read with keys that nobody knows."""
    rows = ",\n".join(
        f"    'k{n}': {{'f': lambda t, k: t[k]['g'](t, k), 'g': lambda t, k: t[k][k](t, k), 'n': [{n}, 'k{n}']}}"
        for n in range(size)
    )
    return f"TABLE = {{\n{rows}\n}}\ndef main():\n    key = input()\n    TABLE[key][key](TABLE, key)\n"


def listeners(size: int) -> str:
    """Objects with many methods, handed to a library that nothing is known of, at every place."""
    classes = "".join(
        f"class C{n}(lib.Base):\n" + "".join(f"    def m{k}(self, o):\n        lib.use(self, o)\n" for k in range(12))
        for n in range(size)
    )
    uses = "".join(f"def f{n}(o):\n    lib.register(o, C{n}())\n    lib.run(f{n * 3 % size})\n" for n in range(size))
    calls = "".join(f"    f{n}(C{n * 5 % size}())\n" for n in range(size))
    return f"import lib\n{classes}{uses}def main():\n{calls}"


def names(size: int) -> str:
    """Attributes whose names nobody knows, of objects that have many."""
    methods = "".join(
        f"    def m{n}(self, name):\n        return getattr(self, 'm' + name)(getattr(self, name))\n"
        f"    @property\n    def p{n}(self):\n        setattr(type(self), 'q{n}', self)\n        return self\n"
        for n in range(size)
    )
    return f"class C:\n{methods}def main():\n    c = C()\n    getattr(c, input())\n    c.m0(input())\n"


def wrappers(size: int) -> str:
    """Values within values: static methods, partials, contexts and properties of one another."""
    steps = "".join(
        f"    f = staticmethod(f)\n    f = partial(f, f)\n    x = nullcontext(x)\n"
        f"    f = f.__get__(x)\n    x = [x, {n}]\n"
        for n in range(size)
    )
    head = "from functools import partial\nfrom contextlib import nullcontext\n"
    return f"{head}def main():\n    f = main\n    x = f\n{steps}    return f(x)\n"


def bases(size: int) -> str:
    """Classes whose bases are made by calls, and get attributes from outside when all others are there."""
    classes = "".join(
        f"def make{n}(base):\n    class C(base, pick(base)):\n        def go(self):\n            base.a{n} = C\n"
        f"            return super().go()\n    C.a{n} = base\n    return C\n"
        for n in range(size)
    )
    calls = "".join(f"    c = make{n}(c)\n" for n in range(size))
    return (
        f"class Top: pass\ndef pick(c):\n    return c.a0 or c\n{classes}def main():\n    c = Top\n{calls}    c().go()\n"
    )


def generators(size: int) -> str:
    """Generators that delegate to generators that are sent generators."""
    functions = "".join(
        f"def f{n}(g):\n    x = yield g\n    x.send(g)\n    y = yield from f{n * 3 % size}(x)\n"
        f"    for z in y:\n        yield f{(n + 1) % size}(z)\n    return g\n"
        for n in range(size)
    )
    return f"{functions}def main():\n    for g in f0(f1):\n        for h in g:\n            h.send(g)\n"


HOSTILE = {
    one.__name__: one
    for one in (
        callbacks, nesting, closures, objects, forwarding, tables, hierarchy, metaclasses, subclasses, statements,
        numerals, passing, displays, listeners, names, wrappers, bases, generators,
    )
}  # fmt: skip
"""Kinds of programs by name."""
