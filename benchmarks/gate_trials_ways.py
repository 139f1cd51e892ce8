"""More ways in which an expensive op gets into a function, or runs more often, for the gate's trials."""

from __future__ import annotations

from textwrap import dedent

from benchmarks.gate_trials_regressions import EACH, READ, Added

OPEN = "builtins.open"


def rows(text: str) -> tuple[str, ...]:
    """The lines of a piece of code."""
    return tuple(dedent(text).strip("\n").split("\n"))


BOX = """
    class TrialBox:
        def __init__(self, name):
            self.name = name
        {decorator}
        def {method}(self{more}):
            return {value}
"""


def box(method: str, value: str = "open(self.name)", more: str = "", decorator: str = "") -> tuple[str, ...]:
    """A class with one method."""
    made = rows(BOX.format(method=method, value=value, more=more, decorator=decorator))
    return tuple(row for row in made if row.strip())


def of_box(use: str, method: str, more: str = "", decorator: str = "") -> Added:
    """A file is read by a method that is called in this way."""
    return Added(OPEN, (use,), box(method, more=more, decorator=decorator), f"TrialBox.{method}")


MADE = rows("""
    def trial_make(name):
        def inner():
            return open(name)
        return inner
""")
KEPT = rows("""
    TRIAL_KEPT = None
    def trial_read(name):
        global TRIAL_KEPT
        if TRIAL_KEPT is None:
            TRIAL_KEPT = open(name)
        return TRIAL_KEPT
""")
ASKED = rows("""
    TRIAL_FOUND = {}
    def trial_read(name):
        if name not in TRIAL_FOUND:
            TRIAL_FOUND[name] = open(name)
        return TRIAL_FOUND[name]
""")
ITEMS = rows("""
    def trial_items(names):
        for name in names:
            yield open(name)
""")
MANAGED = rows("""
    import contextlib as trial_contextlib
    @trial_contextlib.contextmanager
    def trial_managed(name):
        trial_file = open(name)
        yield trial_file
""")
WALK = rows("""
    def trial_walk(depth):
        open('trial.dat')
        if depth:
            trial_walk(depth - 1)
            trial_walk(depth - 2)
""")
BASES = rows("""
    class TrialBase:
        def work(self, name):
            return self.inner(name)
        def inner(self, name):
            return name
    class TrialSub(TrialBase):
        def inner(self, name):
            return open(name)
""")
SUPER = rows("""
    class TrialBase:
        def work(self, name):
            return open(name)
    class TrialSub(TrialBase):
        def work(self, name):
            return super().work(name)
""")
PROPERTY = rows("""
    import functools
    class TrialBox:
        def __init__(self, name):
            self.name = name
        @functools.cached_property
        def content(self):
            return open(self.name)
""")
CONNECT = rows("""
    import sqlite3
    trial_connection = sqlite3.connect('trial.db')
    for trial_n in range(30):
        trial_connection.execute('select 1')
""")
CONNECTS = rows("""
    import sqlite3
    for trial_n in range(30):
        trial_connection = sqlite3.connect('trial.db')
        trial_connection.execute('select 1')
""")

WAYS: dict[str, Added] = {
    # of classes and objects
    "through a property": of_box("TrialBox('trial.dat').content", "content", decorator="@property"),
    "through a class method": Added(
        OPEN, ("TrialBox.read('trial.dat')",), box("read", "open(name)", ", name", "@classmethod"), "TrialBox.read"
    ),
    "through an index": of_box("TrialBox('trial.dat')[1]", "__getitem__", ", key"),
    "through an operator": of_box("TrialBox('trial.dat') + 1", "__add__", ", other"),
    "through a call of an object": of_box("TrialBox('trial.dat')(1)", "__call__", ", value"),
    "through an iteration": of_box("for trial_n in TrialBox('trial.dat'):", "__iter__")._replace(
        body=("for trial_n in TrialBox('trial.dat'):", "    pass"), tail=box("__iter__", "iter(open(self.name))")
    ),
    "through with": of_box("", "__enter__")._replace(
        body=("with TrialBox('trial.dat'):", "    pass"),
        tail=(*box("__enter__"), "    def __exit__(self, *values):", "        pass"),
    ),
    "in with": Added(OPEN, ("with open('trial.dat') as trial_file:", "    trial_file.close()")),
    "through text of an object": of_box("str(TrialBox('trial.dat'))", "__str__")._replace(
        tail=box("__str__", "open(self.name).name")
    ),
    "a constructor reads": Added(
        OPEN,
        ("TrialMade('trial.dat')",),
        ("class TrialMade:", "    def __init__(self, name):", "        self.file = open(name)"),
        "TrialMade.__init__",
        ("TrialMade('trial.dat')",),
        ("class TrialMade:", "    def __init__(self, name):", "        self.file = name"),
    ),
    "an override reads": Added(
        OPEN,
        ("TrialSub().work('trial.dat')",),
        BASES,
        "TrialSub.inner",
        ("TrialSub().work('trial.dat')",),
        tuple(row.replace("open(name)", "name") for row in BASES),
    ),
    "through super": Added(OPEN, ("TrialSub().work('trial.dat')",), SUPER, "TrialBase.work"),
    # of functions that are handed over
    "through a closure": Added(OPEN, ("trial_make('trial.dat')()",), MADE, "trial_make.inner"),
    "through a dict of functions": Added(OPEN, ("{'a': trial_read}['a']('trial.dat')",), READ, "trial_read"),
    "through a key of sorted": Added(OPEN, ("sorted(['b', 'a'] * 20, key=trial_read)",), READ, "trial_read"),
    "through a keyword": Added(
        OPEN,
        ("trial_each(work=trial_read)",),
        ("def trial_each(*, work):", "    work('trial.dat')", *READ),
        "trial_read",
    ),
    "through a default": Added(
        OPEN, ("trial_each()",), (*READ, "def trial_each(work=trial_read):", "    work('trial.dat')"), "trial_read"
    ),
    "through a pool": Added(
        OPEN,
        (
            "import concurrent.futures as trial_futures",
            "with trial_futures.ThreadPoolExecutor() as trial_pool:",
            "    list(trial_pool.map(trial_read, ['trial.dat'] * 30))",
        ),
        READ,
        "trial_read",
    ),
    "through getattr": Added(
        OPEN,
        ("getattr(TrialBox('trial.dat'), 'read')()",),
        box("read"),
        "TrialBox.read",
    ),
    "a callable is stored": Added(
        OPEN,
        ("TrialUser(trial_read).run()",),
        (
            *READ,
            "class TrialUser:",
            "    def __init__(self, work):",
            "        self.work = work",
            "    def run(self):",
            "        return self.work('trial.dat')",
        ),
        "trial_read",
        ("TrialUser(len).run()",),
        (
            *READ,
            "class TrialUser:",
            "    def __init__(self, work):",
            "        self.work = work",
            "    def run(self):",
            "        return self.work('trial.dat')",
        ),
    ),
    # more often
    "in a comprehension": Added(
        OPEN,
        ("[trial_read('trial.dat') for trial_n in range(30)]",),
        READ,
        "trial_read",
        ("trial_read('trial.dat')",),
        READ,
    ),
    "in a generator expression": Added(
        OPEN,
        ("sum(1 for trial_n in range(30) if trial_read('trial.dat'))",),
        READ,
        "trial_read",
        ("trial_read('trial.dat')",),
        READ,
    ),
    "through a generator": Added(
        OPEN, ("for trial_n in trial_items(['trial.dat'] * 30):", "    pass"), ITEMS, "trial_items"
    ),
    "through a context manager function": Added(
        OPEN, ("with trial_managed('trial.dat'):", "    pass"), MANAGED, "trial_managed"
    ),
    "a while loop around it": Added(
        OPEN,
        ("trial_n = 30", "while trial_n:", "    trial_read('trial.dat')", "    trial_n -= 1"),
        READ,
        "trial_read",
        ("trial_read('trial.dat')",),
        READ,
    ),
    "one more loop around a loop": Added(
        OPEN,
        ("for trial_m in range(30):", *(f"    {row}" for row in EACH)),
        READ,
        "trial_read",
        EACH,
        READ,
    ),
    "a recursion": Added(OPEN, ("trial_walk(9)",), WALK, "trial_walk", ("trial_walk(9)",), WALK[:2]),
    "nothing is kept any more": Added(OPEN, EACH, READ, "trial_read", EACH, KEPT),
    "a dict is not asked any more": Added(
        OPEN,
        ("for trial_n in ['a', 'b'] * 30:", "    trial_read('a')"),
        READ,
        "trial_read",
        ("for trial_n in ['a', 'b'] * 30:", "    trial_read('a')"),
        ASKED,
    ),
    "a cached property becomes a property": Added(
        OPEN,
        ("trial_box = TrialBox('trial.dat')", "for trial_n in range(30):", "    trial_box.content"),
        tuple(row.replace("@functools.cached_property", "@property") for row in PROPERTY),
        "TrialBox.content",
        ("trial_box = TrialBox('trial.dat')", "for trial_n in range(30):", "    trial_box.content"),
        PROPERTY,
    ),
    "a new connection for each call": Added("sqlite3.connect", CONNECTS, before=CONNECT),
    "something is made in the loop": Added(
        OPEN,
        ("for trial_n in range(30):", "    trial_box = TrialMade('trial.dat')", "    trial_box.file.name"),
        ("class TrialMade:", "    def __init__(self, name):", "        self.file = open(name)"),
        "TrialMade.__init__",
        ("trial_box = TrialMade('trial.dat')", "for trial_n in range(30):", "    trial_box.file.name"),
        ("class TrialMade:", "    def __init__(self, name):", "        self.file = open(name)"),
    ),
    "a lazy read becomes an eager one": Added(
        OPEN,
        ("TrialBox('trial.dat')",),
        (
            "class TrialBox:",
            "    def __init__(self, name):",
            "        self.name = name",
            "        self.content = self.read()",
            "    def read(self):",
            "        return open(self.name)",
        ),
        "TrialBox.read",
        ("TrialBox('trial.dat')",),
        (
            "class TrialBox:",
            "    def __init__(self, name):",
            "        self.name = name",
            "    def read(self):",
            "        return open(self.name)",
        ),
    ),
}
