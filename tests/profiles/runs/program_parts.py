"""What the programs at random have besides their functions: features of the language, each of which calls `op`."""

from __future__ import annotations

LEAF = "def leaf():\n    op()\n    for e in row0s:\n        op()\n"
BESIDE = """
def gen(n=0):
    for e in row0s:
        op()
        yield e
class Node:
    def __init__(self, children): self.children = children
TREE = Node([Node([Node([]), Node([])]), Node([])])
def walk(node):
    op()
    for child in node.children:
        walk(child)
class Box:
    def __init__(self, n=0): op()
    @property
    def prop(self): return leaf()
    @functools.cached_property
    def lazy(self): return leaf()
    def method(self, n=1):
        for e in row1s:
            op()
    def __enter__(self):
        op()
        return self
    def __exit__(self, *_): leaf()
def twice(f):
    @functools.wraps(f)
    def inner(*a):
        f(*a)
        return f(*a)
    return inner
@twice
def decorated(n=0): leaf()
@twice
def also_decorated(n=0):
    op()
    decorated()
class Cell:
    @property
    def value(self):
        leaf()
        return 1
    @value.setter
    def value(self, value):
        op(value)
    def method(self, n=1):
        leaf()
        op()
CELL = Cell()
def flagged(n=0, deep=False):
    if deep:
        op()
        op()
    else:
        op()
    if n is None:
        op()
def handing(n, deep): flagged(n, deep)
def early(n=None, dry=True):
    if dry:
        return
    for e in row2s:
        flagged(1, deep=True)
def by(kind, n=0):
    if kind == "a" or kind == "b": op()
    elif kind != "c":
        leaf()
        return
    match kind:
        case "a": leaf()
def handed(kind): by(kind)
def opened(mode="r", n=0):
    writes = "w" in mode
    if writes: leaf()
    if not writes: op()
    if mode.endswith("b"): op()
def missing(n=None):
    if n is None: leaf()
    if n is not None: op()
def ways(n):
    found = n in row1s
    none = None if found else n
    if found: op()
    for e in row0s:
        if none is None: op()
        if none is not None: leaf()
    if not found: leaf()
@contextlib.contextmanager
def around():
    op()
    try: yield
    finally: leaf()
def keeper():
    held = None
    def get():
        nonlocal held
        if held is None: held = [leaf()]
        return held
    return get
KEEPER = keeper()
def table_a(n=0): op()
def table_b(n=0):
    leaf()
    op()
TABLE = {"a": table_a, "b": table_b}
class Visitor:
    def visit(self, kind, n=0): getattr(self, "visit_" + kind, self.other)(n)
    def visit_a(self, n): op()
    def visit_b(self, n): leaf()
    def other(self, n): op()
def find(rows, n=0):
    for e in rows:
        op()
        if e is n or FLAG0: return leaf()
    return op()
def chunk(n):
    return [n] * (n > 0)
def read(n=2):
    while piece := chunk(n):
        n -= 1
        op(piece)
def deep(n):
    op()
    for e in row0s:
        if n > 0: deep(n - 1)
def wide(n):
    for e in row1s: deep(n)
    if n > 0: wide(n - 1)
def even(n):
    op()
    if n > 0: odd(n - 1)
def odd(n):
    leaf()
    if n > 0:
        for e in row1s: even(n - 1)
def tried(n=0):
    try: return leaf()
    except ZeroDivisionError: pass
    op()
def attempted(n=0):
    for e in row1s:
        try: return op()
        except ZeroDivisionError: continue
    leaf()
def given_up(n=0):
    try:
        if n: return op()
    except ZeroDivisionError: pass
    raise ZeroDivisionError
def risky(n=0):
    op()
    if n: raise ZeroDivisionError
    leaf()
def caught(n=0):
    for e in row0s:
        try: risky(n)
        except ZeroDivisionError: continue
        op()
def chosen(kind=None, n=0):
    if kind is None: kind = "a"
    if kind == "b": leaf()
    op()
def forced(n=0, deep=False):
    if n > 1: deep = True
    if deep: leaf()
    else: op()
def either(item):
    is_text = isinstance(item, str)
    if is_text: return leaf()
    if not is_text: item(1)
def doubled(rows):
    for e in rows:
        op()
        yield e
class Rows:
    def __iter__(self):
        op()
        return iter(row1s)
    def __len__(self):
        leaf()
        return 2
    def __add__(self, other): return op()
    def __call__(self, n=0): leaf()
class Kept:
    rows = None
    held = {}
    @classmethod
    def all(cls):
        if cls.rows is None: cls.rows = [leaf()]
        return cls.rows
    @classmethod
    def of(cls, number):
        if number not in cls.held: cls.held[number] = [op()]
        return cls.held[number]
def nest(n):
    def again(n):
        op()
        if n > 0:
            for e in row0s: again(n - 1)
    again(n)
def ping(n):
    for e in row0s: pong(n)
def pong(n):
    op()
    if n > 0: ping(n - 1)
def twice_of(f, n=0):
    f(n)
    f(n)
async def one(n=0): op()
async def every(n=0):
    await one(n)
    await asyncio.gather(*[one(e) for e in row2s])
"""
"""What programs have besides functions; each calls `op` and `leaf`."""
