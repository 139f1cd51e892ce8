"""What the source says of how often: a program for each rule, with the runs of `op` as they are counted by hand."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from code_path_audit.profiles.runs.words import in_words
from tests.profiles.runs.reading import runs, runs_in

# each is the body of main(orders, n, flag, self) and what stands beside it; `op` is what is counted
LOOPS: dict[str, tuple[str, str]] = {
    "one call": ("op()", "once"),
    "two calls": ("op(); op()", "twice"),
    # order: one of orders; line: one of order.lines
    "nested loops have the names of what they iterate": (
        "for o in orders:\n    for x in o.lines:\n        op()", "per order and line",
    ),
    "a range of a variable": ("for _ in range(n):\n    op()", "per n"),
    "a range of constants is a number": ("for _ in range(2, 8, 2):\n    op()", "3 times"),
    "a list that is repeated has an unknown length": ("for x in [1] * 50:\n    op()", "per x"),
    "a literal is a number": ("for x in [1, 2]:\n    op()\n    op()", "4 times"),
    "enumerate and sorted hand on": ("for i, x in enumerate(sorted(orders)):\n    op()", "per order"),
    "the values of a dict": ("for k, v in orders.prices.items():\n    op()", "per price"),
    "a key is a name": ("for x in orders[0]['children']:\n    op()", "per child"),
    "a call gives what its name says": ("for x in self.find_files():\n    op()", "per file"),
    "what has no name is a round": ("while flag:\n    op()", "per round"),
    "a comprehension is a loop": ("[op() for o in orders if o]", "per order"),
    "before and in a loop": ("op()\nfor o in orders:\n    op()", "per order, and once"),
    "what a loop iterates is evaluated once": ("for o in op():\n    pass", "once"),
}  # fmt: skip

BRANCHES: dict[str, tuple[str, str]] = {
    "either": ("if flag:\n    op()\nelse:\n    op()", "once"),
    "either, after one that returns": ("if flag:\n    return op()\nreturn op()", "once"),
    "three that return": ("if flag:\n    return op()\nif n:\n    return op()\nreturn op()", "once"),
    "elif": ("if flag:\n    op()\nelif n:\n    op()\nelse:\n    op()", "once"),
    "the dearer": ("if flag:\n    op()\n    op()\nelse:\n    op()", "twice"),
    "the dearer by its loop": ("if flag:\n    for o in orders:\n        op()\nelse:\n    op()", "per order"),
    "one after the other": ("if flag:\n    op()\nif n:\n    op()", "twice"),
    "what goes on after a branch belongs to it": ("if flag:\n    return op()\nelse:\n    op()\nop()", "twice"),
    "an if-expression": ("op() if flag else op()", "once"),
    "and": ("flag and op()", "once"),
    "match": ("match flag:\n    case 1:\n        op()\n    case 2:\n        op()\n    case _:\n        op()", "once"),
    "match, and what follows": (
        "match flag:\n    case 1:\n        return op()\n    case 2:\n        return op()\nop()", "once",
    ),
    "by way of others": ("if flag:\n    a()\nelse:\n    b()", "once"),
    "each in its round": ("for o in orders:\n    if o:\n        a()\n    else:\n        b()", "per order"),
    "continue": ("for o in orders:\n    if o:\n        op()\n        continue\n    op()", "per order"),
    "try and what follows": ("try:\n    op()\nfinally:\n    op()", "twice"),
}  # fmt: skip

RARE: dict[str, tuple[str, str]] = {
    "a handler does not count beside the normal way": (
        "try:\n    op()\nexcept ValueError:\n    op()", "once",
    ),
    "on the way to a raise": ("op()\nif flag:\n    op()\n    raise ValueError", "once"),
    "for debugging": ("op()\nif self.debug:\n    op()", "once"),
    "only where something goes wrong": ("try:\n    pass\nexcept ValueError:\n    op()", "once"),
}  # fmt: skip

FIRST: dict[str, tuple[str, str]] = {
    "a retry": (
        "for attempt in range(3):\n    try:\n        return op()\n    except ValueError:\n        continue",
        "up to 3 times",
    ),
    "a retry of any number": (
        "while True:\n    try:\n        op()\n        break\n    except ValueError:\n        pass",
        "up to once per round",
    ),
    "a search": ("for o in orders:\n    found = op(o)\n    if found:\n        return found", "up to once per order"),
    "a search by a condition": ("for o in orders:\n    if op(o):\n        break", "up to once per order"),
    "a loop that ends early is no search": (
        "for o in orders:\n    found = op(o)\n    if not found:\n        break\n    print(found)", "per order",
    ),
    "what is done as the loop is left is done once": ("for o in orders:\n    if o.good:\n        return op()", "once"),
    "and outside of the loop that is left": (
        "for o in orders:\n    for x in o.lines:\n        if x:\n            op()\n            break", "per order",
    ),
}  # fmt: skip

ONE_ROUND: dict[str, tuple[str, str]] = {
    # keys, names in a folder and numbers are all different: one of them at most is what is asked for
    "a key": ("for k, v in orders.items():\n    if k == 'a':\n        op()", "once"),
    "one key or another": (
        "for k in sorted(orders.keys()):\n    if k == 'a':\n        op()\n    elif k == 'b':\n        op(); op()",
        # each in a round of its own: 1 + 2
        "3 times",
    ),
    "any other key": ("for k in orders.keys():\n    if k == 'a':\n        pass\n    else:\n        op()", "per order"),
    "the first": ("for i, o in enumerate(orders):\n    if not i != 0 and o:\n        op()", "once"),
    "the name of a file": (
        "for path in orders.iterdir():\n    name = path.name\n    if name == 'a':\n        for x in n: op()", "per n",
    ),
    "what goes on": ("for i in range(n):\n    if i != 3:\n        continue\n    op()", "once"),
    "a key, in each round of another loop": (
        "for o in n:\n    for k in orders.keys():\n        if k == 'a':\n            op()", "per n",
    ),
    "asked in a loop inside": (
        "for k in orders.keys():\n    for o in n:\n        if k == 'a':\n            op()", "per order and n",
    ),
    "one of several": ("for k in orders.keys():\n    if k == 'a' or n:\n        op()", "per order"),
    "elements may be alike": ("for o in orders:\n    if o == 'a':\n        op()", "per order"),
    "values may be alike": ("for k, v in orders.items():\n    if v == 'a':\n        op()", "per order"),
    "made of the key": ("for k in orders.keys():\n    k = k[:1]\n    if k == 'a':\n        op()", "per order"),
}  # fmt: skip

KEPT: dict[str, tuple[str, str]] = {
    "make it when it is None": ("for o in orders:\n    if self.rows is None:\n        self.rows = op()", "once"),
    "make it when it is not there": (
        "for o in orders:\n    if not hasattr(self, 'rows'):\n        self.rows = op()", "once",
    ),
    "one object keeps it": ("c = C()\nfor o in orders:\n    c.lazy()", "once"),
    "each object keeps its own": ("for o in orders:\n    C().lazy()", "per order"),
    "made before": ("for o in orders:\n    made(o)", "once"),
    "a global": ("for o in orders:\n    state()", "once"),
    "not done": ("for o in orders:\n    setup()", "once"),
    "a dict that is asked first": ("for o in orders:\n    by_kind(o.kind)", "per kind"),
    "a dict that is asked first, by get": ("for o in orders:\n    by_get(o.kind)", "per kind"),
    "a dict that is tried first": ("for o in orders:\n    by_try(o.kind)", "per kind"),
    "a dict of this function": (
        "seen = {}\nfor o in orders:\n    if o.name not in seen:\n        seen[o.name] = op()", "per name",
    ),
    "a set of what was seen": (
        "seen = set()\nfor o in orders:\n    if o.name in seen:\n        continue\n    seen.add(o.name)\n    op()",
        "per name",
    ),
    "a variable of this function": (
        "made = None\nfor o in orders:\n    if made is None:\n        made = op()", "once",
    ),
    "a variable of each round": (
        "for o in orders:\n    made = None\n    if made is None:\n        made = op()", "per order",
    ),
    "a default is no cache": ("for o in orders:\n    defaulted()", "per order"),
    "the same key in every round": ("for o in orders:\n    by_kind('a')", "once"),
    "two keys": ("for o in orders:\n    by_kind('a')\n    by_kind('b')", "twice"),
    "nothing is stored": ("for o in orders:\n    if self.rows is None:\n        op()", "per order"),
    "once without any loop": ("by_kind(orders)", "once"),
    "cache": ("for o in orders:\n    cached(o.kind)", "per kind"),
    "cache with the same arguments": ("for o in orders:\n    cached('a')", "once"),
    "cache with what does not change": ("for o in orders:\n    cached(flag)", "once"),
    "cache without arguments": ("for o in orders:\n    config()\nconfig()", "once"),
    "cache by way of another": ("for o in orders:\n    through(o.kind)", "per kind"),
    "cache by way of another with the same": ("for o in orders:\n    through(n)", "once"),
    "cache that calls itself": ("for o in orders:\n    fib(o.n)", "per n"),
    "cache of what is captured anew in each round": ("for o in orders:\n    (lambda: cached(o))()", "per kind"),
    "cache of what is captured once": ("(lambda: [cached(flag) for o in orders])()", "once"),
    "cache of an attribute that changes": ("c = C()\nfor o in orders:\n    c.at = o\n    cached(c.at)", "per kind"),
    "cache of a global that changes": ("for o in orders:\n    counted()", "per kind"),
    "a cache that is made in each round": ("for o in orders:\n    inner()", "per order"),
    "a cache that is made once": ("cached = outer()\nfor o in orders:\n    cached()", "once"),
    "the objects of a loop, each asked often": (
        "for o in orders:\n    c = C()\n    for x in o.lines:\n        c.lazy()", "per order",
    ),
    "an object that comes from elsewhere": ("for o in orders:\n    C.lazy(o.c)", "per c"),
    "a dict of an object": ("c = C()\nfor o in orders:\n    c.get('a')", "once"),
    "a dict of an object, by key": ("c = C()\nfor o in orders:\n    c.get(o.kind)", "per k"),
    "a dict of objects that are made anew": ("for o in orders:\n    C().get('a')", "per order"),
    "a property of objects that are made anew": ("for o in orders:\n    C().rows", "per order"),
    "lru_cache of nothing": ("for o in orders:\n    uncached('a')", "per order"),
    "lru_cache of fewer than there are": ("for o in orders:\n    single('a'); single('b')", "twice per order"),
    "lru_cache of one": ("for o in orders:\n    single('a')", "once"),
    "a decorator that is only called so": ("for o in orders:\n    merely('a')", "per order"),
    "a property that is only called so": ("c = C()\nfor o in orders:\n    c.logged", "per order"),
    "a decorator of our own that keeps": ("for o in orders:\n    mine('a')", "per kind"),
    "a property of our own that keeps": ("c = C()\nfor o in orders:\n    c.own", "once"),
    "a property that is kept": ("c = C()\nfor o in orders:\n    c.rows", "once"),
}  # fmt: skip

BESIDE = """
    import contextlib, functools, sys
    def memoize(f):
        @functools.wraps(f)
        def inner(*args):
            print(f)
            return f(*args)
        return inner
    def memo(f):
        kept = {}
        def inner(*args):
            if args not in kept:
                kept[args] = f(*args)
            return kept[args]
        return inner
    class cached_property:
        def __init__(self, f): self.f = f
        def __get__(self, obj, owner): return self.f(obj)
    class lazy_property:
        def __init__(self, f): self.f = f
        def __get__(self, obj, owner):
            value = obj.__dict__[self.f.__name__] = self.f(obj)
            return value
    _state = None
    _done = False
    _count = 0
    _kinds = {}
    def op(*_): pass
    def a(): op()
    def b(): op()
    class C:
        @functools.cached_property
        def rows(self): return op()
        def lazy(self):
            if self.kept is None:
                self.kept = op()
        def __init__(self): self.by = {}
        def get(self, k):
            if k not in self.by:
                self.by[k] = op()
            return self.by[k]
        def __enter__(self): return self
        def __exit__(self, *_): self.kept = None
        @cached_property
        def logged(self): return op()
        @lazy_property
        def own(self): return op()
    class D:
        def __init__(self): self.reset()
        def reset(self): self.kept = None
        def lazy(self):
            if self.kept is None:
                self.kept = op()
    class Other:
        def reset(self): self.kept = None
    def lines():
        op()
        yield 1
    class G:
        def __iter__(self):
            op()
            yield 1
    def forget():
        global _state
        _state = None
    def limited(kind):
        if len(_kinds) > 100:
            _kinds.clear()
        if kind not in _kinds:
            _kinds[kind] = op()
        return _kinds[kind]
    @functools.lru_cache(maxsize=0)
    def uncached(kind): return op()
    @functools.lru_cache(1)
    def single(kind): return op()
    @memoize
    def merely(kind): return op()
    @memo
    def mine(kind): return op()
    def made(o):
        if _kinds.get("all") is not None:
            return _kinds["all"]
        _kinds["all"] = op()
    def state():
        global _state
        if _state is None:
            _state = op()
        return _state
    def setup():
        global _done
        if _done:
            return
        _done = True
        op()
    def by_kind(kind):
        if kind not in _kinds:
            _kinds[kind] = op()
        return _kinds[kind]
    def by_get(kind):
        found = _kinds.get(kind)
        if found is not None:
            return found
        found = op()
        _kinds[kind] = found
        return found
    def by_try(kind):
        try:
            return _kinds[kind]
        except KeyError:
            _kinds[kind] = found = op()
            return found
    def defaulted(config=None):
        if config is None:
            config = op()
        return config
    @functools.lru_cache(maxsize=None)
    def cached(kind):
        return op()
    def through(kind):
        return cached(kind)
    def counted():
        global _count
        _count += 1
        return cached(_count)
    def inner():
        return outer()()
    def outer():
        @functools.cache
        def found():
            return op()
        return found
    @functools.cache
    def config():
        return op()
    @functools.cache
    def fib(n):
        op()
        return fib(n - 1) + fib(n - 2)
"""

RECURSION: dict[str, tuple[str, str]] = {
    "recursion": ("def main(n):\n    op()\n    if n:\n        main(n - 1)", "in each round of main"),
    "a loop in a recursion": (
        "def main(node):\n    op()\n    for child in node.children:\n        main(child)",
        "per child in each round of main",
    ),
    "a loop between two functions of a cycle": (
        "def main(tree): visit(tree)\n"
        "def visit(node):\n    for child in node.children:\n        step(child)\n"
        "def step(child):\n    op()\n    if child.deep:\n        visit(child)",
        "per child in each round of visit",
    ),
}  # fmt: skip

EMPTIED: dict[str, tuple[str, str]] = {
    "set to None in each round": ("for o in orders:\n    state()\n    forget()", "per order"),
    "deleted in each round": ("c = C()\nfor o in orders:\n    c.rows\n    del c.rows", "per order"),
    "a dict that is emptied in each round": ("for o in orders:\n    by_kind('a')\n    _kinds.clear()", "per order"),
    "an element that is taken out": ("for o in orders:\n    by_kind('a')\n    _kinds.pop('a', None)", "per order"),
    "an element that is deleted": ("for o in orders:\n    by_kind('a')\n    del _kinds['a']", "per order"),
    "cache_clear": ("for o in orders:\n    config()\n    config.cache_clear()", "per order"),
    "cache_clear, by key": ("for o in orders:\n    cached(o.kind)\n    cached.cache_clear()", "per order"),
    "emptied less often than it is asked": (
        "for o in orders:\n    forget()\n    for x in o.lines:\n        state()", "per order",
    ),
    "emptied between two": ("state()\nforget()\nstate()", "twice"),
    "emptied before all": ("forget()\nfor o in orders:\n    state()", "once"),
    "emptied after all": ("for o in orders:\n    state()\nforget()", "once"),
    "emptied at the end of a with": ("with C() as c:\n    c.lazy()\n    c.lazy()", "once"),
    "emptied where something went wrong": (
        "for o in orders:\n    try:\n        state()\n    except ValueError:\n        forget()", "once",
    ),
    "emptied by the constructor": (
        "for o in orders:\n    d = D()\n    for x in o.lines:\n        d.lazy()", "per order",
    ),
    "a cache that makes room": ("for o in orders:\n    limited('a')", "once"),
    "another class's": ("c = C()\nfor o in orders:\n    c.lazy()\n    Other().reset()", "once"),
    "a dict of this function that is emptied": (
        "seen = {}\nfor o in orders:\n    if o.name not in seen:\n        seen[o.name] = op()\n    seen.clear()",
        "per order",
    ),
}  # fmt: skip

LEFT: dict[str, tuple[str, str]] = {
    "a raise": ("for o in orders:\n    op()\n    raise ValueError", "once"),
    "an exit": ("for o in orders:\n    op()\n    sys.exit(1)", "once"),
    "an assertion": ("while True:\n    op()\n    assert False", "once"),
    "a return": ("for o in orders:\n    return op()", "once"),
    "either way": ("for o in orders:\n    if o:\n        return op()\n    else:\n        break", "once"),
    "a raise below a with": ("for o in orders:\n    with o:\n        op()\n        raise ValueError", "once"),
    "a raise that is caught": (
        "for o in orders:\n    try:\n        op()\n        raise ValueError\n    except ValueError:\n        pass",
        "per order",
    ),
    "a raise that is suppressed": (
        "for o in orders:\n    with contextlib.suppress(ValueError):\n        op()\n        raise ValueError",
        "per order",
    ),
    "before a raise": ("for o in orders:\n    if o.bad:\n        op()\n        raise ValueError", "once"),
    "before a raise that is caught inside": (
        "for o in orders:\n    try:\n        if o.bad:\n            op()\n            raise ValueError\n"
        "    except ValueError:\n        pass", "per order",
    ),
    "a continue before": ("for o in orders:\n    op()\n    if o:\n        continue\n    raise ValueError", "per order"),
    "the end of a loop inside is none of this one": (
        "for o in orders:\n    for x in o.lines:\n        break\n    op()", "per order",
    ),
    "the next of a generator": ("next(op(o) for o in orders)", "once"),
    "the next that is good": ("next(o for o in orders if op(o))", "up to once per order"),
    "an empty range": ("op()\nfor o in range(0):\n    op()", "once"),
    "no elements": ("op()\nfor o in []:\n    op()\nelse:\n    op()", "twice"),
    "while False": ("while False:\n    op()", "never"),
    "if False": ("if 0:\n    op()\nif True:\n    a()\nelse:\n    op()", "once"),
}  # fmt: skip

GENERATORS: dict[str, tuple[str, str]] = {
    "a generator is begun where it is called": ("for x in lines():\n    print(x)", "once"),
    "however often it is iterated": (
        "found = lines()\nfor o in orders:\n    for x in found:\n        print(x)", "once",
    ),
    "begun in each round": ("for o in orders:\n    list(lines())", "per order"),
    "one that is only iterated": ("for o in orders:\n    for x in G():\n        print(x)", "per order"),
}  # fmt: skip

CALLBACKS: dict[str, tuple[str, str]] = {
    "map runs it for each": ("list(map(op, orders))", "per order"),
    "so does a pool, and not once more at its end": (
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(8) as pool:\n"
        "    list(pool.map(lambda order: op(), orders))", "per order",
    ),
    "a key of a sort": ("sorted(orders, key=op)", "per order"),
    "where it is registered says nothing": (
        "import atexit\nfor o in orders:\n    atexit.register(op)", "once",
    ),
}  # fmt: skip

TABLES = {
    "loops": LOOPS,
    "branches": BRANCHES,
    "rare": RARE,
    "first": FIRST,
    "one round": ONE_ROUND,
    "kept": KEPT,
    "emptied": EMPTIED,
    "left": LEFT,
    "generators": GENERATORS,
    "callbacks": CALLBACKS,
}
ROWS = [(f"{table}: {name}", *row) for table, rows in TABLES.items() for name, row in rows.items()]


@pytest.mark.parametrize(("body", "words"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_runs_of_op(body: str, words: str) -> None:
    source = f"def main(orders, n, flag, self):\n{indent(body, '    ')}\n{dedent(BESIDE)}"
    assert in_words(runs(source), ["order", "line"]) == words


@pytest.mark.parametrize("name", RECURSION)
def test_runs_of_op_in_a_recursion(name: str) -> None:
    source, words = RECURSION[name]
    assert in_words(runs(f"{source}\ndef op(): pass\n")) == words


def test_a_decorator_is_found_through_a_package_that_hands_it_on() -> None:
    modules = {
        "pkg.__init__": "",
        "pkg.util.__init__": "from .keeping import cached_property",
        "pkg.util.keeping": "from functools import cached_property",
        "pkg.m": """
from . import util
class C:
    @util.cached_property
    def lazy(self): return op()
def op(): pass
def main(orders):
    c = C()
    for o in orders:
        c.lazy
""",
    }
    assert in_words(runs_in(modules, "pkg.m.op", "pkg.m.main")) == "once"


def test_code_outside_that_may_call_what_empties_a_cache_empties_none() -> None:
    source = """
import library
class C(library.Base):
    kept = None
    def lazy(self):
        if self.kept is None:
            self.kept = op()
        return self.kept
    def forget(self): self.kept = None
def op(): pass
def main(orders):
    c = C()
    for o in orders:
        c.notify(o)
        c.lazy()
"""
    assert in_words(runs(source)) == "per c"


def test_an_entry_point_that_the_body_of_its_module_calls_runs_once() -> None:
    """With the imports of an action: that call is the run of it."""
    source = "import sys\ndef op(): pass\ndef main(): op()\nif __name__ == '__main__':\n    sys.exit(main())\n"
    modules = {"pkg": "", "pkg.__main__": source}
    assert in_words(runs_in(modules, "pkg.__main__.op", "pkg.__main__.main", "pkg.__main__")) == "once"
