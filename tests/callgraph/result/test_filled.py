"""What is made by a call where it is not there: how often `op` runs where a loop over orders asks for it; flags that
say that there is something to make; and what looks like one of these and keeps nothing."""

from __future__ import annotations

import pytest

from tests.profiles.runs.test_cache_forms import words

FILLED: dict[str, tuple[str, str, str]] = {
    "a method that stores it": (
        """
        class C:
            def __init__(self): self._x = None
            def _load(self): self._x = op()
            def get(self):
                if self._x is None:
                    self._load()
                return self._x
        c = C()
        """,
        "c.get()", "once",
    ),
    "a property, and a method that stores it": (
        """
        class C:
            def __init__(self): self._x = {}
            def _load(self): self._x = op()
            @property
            def rows(self):
                if not self._x:
                    self._load()
                return self._x
        c = C()
        """,
        "c.rows", "once",
    ),
    "a function that stores it by a key of another name": (
        """
        _CACHE = {}
        def _fill(name):
            found = op()
            _CACHE[name] = found
        def get(key):
            if key not in _CACHE:
                _fill(key)
            return _CACHE[key]
        """,
        "get(o.kind)", "per key",
    ),
    "a function that stores it by the same constant key": (
        """
        _CACHE = {}
        def _fill(held):
            _CACHE["rows"] = op()
        def get(key):
            if "rows" not in _CACHE:
                _fill(_CACHE)
            return _CACHE["rows"]
        """,
        "get(o.kind)", "once",
    ),
    "a function that stores something else by another constant key": (
        """
        _CACHE = {}
        def _fill(held):
            op()
            _CACHE["seen"] = 1
        def get(key):
            if "rows" not in _CACHE:
                _fill(_CACHE)
            return key
        """,
        "get(o.kind)", "per order",
    ),
    "a method that stores it by its key": (
        """
        class C:
            def __init__(self): self._by = {}
            def _fill(self, key): self._by[key] = op()
            def get(self, key):
                if key not in self._by:
                    self._fill(key)
                return self._by[key]
        c = C()
        """,
        "c.get(o.kind)", "per key",
    ),
    "a function that fills it": (
        """
        _CACHE = {}
        def _load():
            for x in op(): _CACHE[x] = 1
        def get(key):
            if not _CACHE:
                _load()
            return _CACHE[key]
        """,
        "get(o.kind)", "once",
    ),
    "a function that binds a global": (
        """
        _X = None
        def _load():
            global _X
            _X = op()
        def get():
            if _X is None:
                _load()
            return _X
        """,
        "get()", "once",
    ),
    "a method that says that it is there": (
        """
        class C:
            def __init__(self): self._loaded = False
            def load(self):
                self._rows = op()
                self._loaded = True
            def get(self):
                if not self._loaded:
                    self.load()
                return self._rows
        c = C()
        """,
        "c.get()", "once",
    ),
    "what follows an early return calls it": (
        """
        class C:
            def __init__(self): self._loaded = False
            def _ensure(self):
                if self._loaded:
                    return
                self._load()
            def _load(self):
                self._rows = op()
                self._loaded = True
            def get(self):
                self._ensure()
                return self._rows
        c = C()
        """,
        "c.get()", "once",
    ),
    "an attribute that is not there yet": (
        """
        class C:
            def load(self): self._x = op()
            def get(self):
                if not hasattr(self, "_x"):
                    self.load()
                return self._x
        c = C()
        """,
        "c.get()", "once",
    ),
    "a handler that calls it": (
        """
        _c = {}
        def make(kind): _c[kind] = op()
        def get(kind):
            try:
                return _c[kind]
            except KeyError:
                make(kind)
                return _c[kind]
        """,
        "get(o.kind)", "per kind",
    ),
    "a method that calls another": (
        """
        class C:
            def __init__(self): self._x = None
            def _load(self): self._read()
            def _read(self): self._x = op()
            def get(self):
                if self._x is None:
                    self._load()
                return self._x
        c = C()
        """,
        "c.get()", "once",
    ),
    "a method of a base class": (
        """
        class B:
            def _load(self): self._x = op()
        class C(B):
            def __init__(self): self._x = None
            def get(self):
                if self._x is None:
                    self._load()
                return self._x
        c = C()
        """,
        "c.get()", "once",
    ),
    "something else fills it, too": (
        """
        class C:
            def __init__(self): self.rows = None
            def read(self): self.rows = cached()
            def load(self): self.rows = op()
            def get(self):
                self.read()
                if self.rows is None:
                    self.load()
                return self.rows
        def cached(): pass
        c = C()
        """,
        "c.get()", "once",
    ),
    "by a keyword": (
        """
        _CACHE = {}
        def _fill(key, *, fast=False):
            _CACHE[key] = op()
        def get(key):
            if key not in _CACHE:
                _fill(key=key)
            return _CACHE[key]
        """,
        "get(o.kind)", "per key",
    ),
}  # fmt: skip

FLAGS: dict[str, tuple[str, str, str]] = {
    "lowered beside it": (
        """
        class C:
            def __init__(self): self._dirty = True
            def get(self):
                if self._dirty:
                    self._rows = op()
                    self._dirty = False
                return self._rows
        c = C()
        """,
        "c.get()", "once",
    ),
    "lowered after a call": (
        """
        class C:
            def __init__(self): self._dirty = True
            def _rebuild(self): self._rows = op()
            def get(self):
                if self._dirty:
                    self._rebuild()
                    self._dirty = False
                return self._rows
        c = C()
        """,
        "c.get()", "once",
    ),
    "lowered by what is called": (
        """
        class C:
            def __init__(self): self._dirty = True
            def _rebuild(self):
                self._rows = op()
                self._dirty = False
            def get(self):
                if self._dirty:
                    self._rebuild()
                return self._rows
        c = C()
        """,
        "c.get()", "once",
    ),
    "given back where it is not raised": (
        """
        class C:
            _stale = True
            def get(self):
                if not self._stale:
                    return self._rows
                self._rows = op()
                self._stale = False
                return self._rows
        c = C()
        """,
        "c.get()", "once",
    ),
}  # fmt: skip

OTHER: dict[str, tuple[str, str, str]] = {
    "case None": (
        """
        class C:
            def __init__(self): self._x = None
            def get(self):
                match self._x:
                    case None:
                        self._x = op()
                return self._x
        c = C()
        """,
        "c.get()", "once",
    ),
    "a container of containers": (
        """
        from django.core.cache import caches
        def get(kind):
            cache = caches["local"]
            if (found := cache.get(kind)) is None:
                found = op()
                cache.set(kind, found)
            return found
        """,
        "get(o.kind)", "per kind",
    ),
}  # fmt: skip

NOT_KEPT: dict[str, tuple[str, str]] = {
    "a buffer that is taken out of": (
        """
        class C:
            def __init__(self): self.rows = []
            def fill(self): self.rows = op()
            def get(self):
                if not self.rows:
                    self.fill()
                return self.rows.pop()
        c = C()
        """,
        "c.get()",
    ),
    "a text of which the rest is kept": (
        """
        class C:
            def __init__(self): self.text = ""
            def fill(self): self.text = op()
            def get(self):
                if not self.text:
                    self.fill()
                found, self.text = self.text[:1], self.text[1:]
                return found
        c = C()
        """,
        "c.get()",
    ),
    "stored elsewhere": (
        """
        class C:
            def __init__(self): self.rows = self.other = None
            def load(self): self.other = op()
            def get(self):
                if self.rows is None:
                    self.load()
                return self.other
        c = C()
        """,
        "c.get()",
    ),
    "emptied by what is called": (
        """
        class C:
            def __init__(self): self.rows = None
            def load(self):
                self.rows = None
                return op()
            def get(self):
                if self.rows is None:
                    return self.load()
        c = C()
        """,
        "c.get()",
    ),
    "called where it is there": (
        """
        class C:
            def __init__(self): self.rows = None
            def load(self): self.rows = op()
            def get(self):
                if self.rows is not None:
                    self.load()
        c = C()
        """,
        "c.get()",
    ),
    "a flag that is raised in between": (
        """
        class C:
            def __init__(self): self.changed = True
            def add(self, o): self.changed = True
            def get(self):
                if self.changed:
                    op()
                    self.changed = False
        c = C()
        """,
        "c.add(o); c.get()",
    ),
    "a flag that is who knows what": (
        """
        class C:
            def __init__(self): self.changed = True
            def add(self, o): self.changed = o.kind
            def get(self):
                if self.changed:
                    op()
                    self.changed = False
        c = C()
        """,
        "c.add(o); c.get()",
    ),
    "something that is given up": (
        """
        class C:
            def __init__(self): self.file = None
            def close(self):
                op()
                self.file = None
            def get(self, o):
                if self.file:
                    self.close()
                self.file = o
        c = C()
        """,
        "c.get(o)",
    ),
    "True is another case": (
        """
        class C:
            def __init__(self): self.rows = None
            def get(self):
                match self.rows:
                    case True:
                        self.rows = op()
        c = C()
        """,
        "c.get()",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILLED)
def test_what_a_call_stores_is_made_for_each_key(name: str) -> None:
    top, call, often = FILLED[name]
    assert words(top, call) == often


@pytest.mark.parametrize("name", FLAGS)
def test_what_a_flag_asks_for_is_made_once(name: str) -> None:
    top, call, often = FLAGS[name]
    assert words(top, call) == often


@pytest.mark.parametrize("name", OTHER)
def test_other_ways_to_ask(name: str) -> None:
    top, call, often = OTHER[name]
    assert words(top, call) == often


@pytest.mark.parametrize("name", NOT_KEPT)
def test_what_keeps_nothing_is_made_each_time(name: str) -> None:
    assert words(*NOT_KEPT[name]) == "per order"
