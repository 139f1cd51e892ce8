"""Functions that are handed to what keeps their results, as values, by a library, by an attribute that is not there
yet: how often `op` runs where a loop over orders asks."""

from __future__ import annotations

import pytest

from tests.profiles.runs.test_cache_forms import words

KEPT: dict[str, tuple[str, str, str]] = {
    "a partial": (
        """
        import functools
        def _load(path): return op()
        load = functools.lru_cache(functools.partial(_load, "x"))
        """,
        "load()", "once",
    ),
    "a partial that lacks an argument": (
        """
        import functools
        def _load(path, kind): return op()
        load = functools.lru_cache(maxsize=None)(functools.partial(_load, "x"))
        """,
        "load(o.kind)", "per kind",
    ),
    "a lambda": (
        """
        import functools
        load = functools.lru_cache(lambda: op())
        """,
        "load()", "once",
    ),
    "a lambda with a parameter": (
        """
        import functools
        load = functools.lru_cache(maxsize=None)(lambda kind: op())
        """,
        "load(o.kind)", "per kind",
    ),
    "a function": (
        """
        import functools
        def _load(kind): return op()
        load = functools.cache(_load)
        """,
        "load(o.kind)", "per kind",
    ),
    "a method, by another name": (
        """
        import functools
        class C:
            def __init__(self): self.load = functools.cache(self._load)
            def _load(self, kind): return op()
        c = C()
        """,
        "c.load(o.kind)", "per kind",
    ),
    "a method, by its own name": (
        """
        import functools
        class C:
            def __init__(self): self.load = functools.cache(self.load)
            def load(self, kind): return op()
        c = C()
        """,
        "c.load(o.kind)", "per kind",
    ),
    "a decorator with arguments": (
        """
        import functools
        class C:
            def __init__(self): self.load = functools.lru_cache(maxsize=None)(self.load)
            def load(self, kind): return op()
        c = C()
        """,
        "c.load(o.kind)", "per kind",
    ),
    "a method that a class below overrides": (
        """
        import functools
        class B:
            def __init__(self): self.load = functools.lru_cache(maxsize=None)(self._load)
            def _load(self, kind): raise NotImplementedError
        class C(B):
            def _load(self, kind): return op()
        c = C()
        """,
        "c.load(o.kind)", "per kind",
    ),
    "an attribute that is not there, by its name": (
        """
        class C:
            def __getattr__(self, name):
                if name == "rows":
                    self.rows = op()
                    return self.rows
                raise AttributeError(name)
        c = C()
        """,
        "c.rows", "once",
    ),
    "any attribute that is not there": (
        """
        class C:
            def __getattr__(self, name):
                value = op()
                setattr(self, name, value)
                return value
        c = C()
        """,
        "c.rows", "once",
    ),
    "stored in what an object has": (
        """
        class C:
            def __getattr__(self, name):
                value = op()
                self.__dict__[name] = value
                return value
        c = C()
        """,
        "c.rows", "once",
    ),
    "a descriptor that stores what it gives": (
        """
        class lazy:
            def __init__(self, f): self.f = f
            def __get__(self, obj, owner):
                if obj is None: return self
                value = self.f(obj)
                obj.__dict__[self.f.__name__] = value
                return value
        class C:
            @lazy
            def rows(self): return op()
        c = C()
        """,
        "c.rows", "once",
    ),
    "a descriptor that sets an attribute": (
        """
        class lazy:
            def __init__(self, f): self.f = f; self.name = f.__name__
            def __get__(self, obj, owner):
                value = self.f(obj)
                setattr(obj, self.name, value)
                return value
        class C:
            @lazy
            def rows(self): return op()
        c = C()
        """,
        "c.rows", "once",
    ),
    "a cache that calls what makes it": (
        """
        from django.core.cache import cache
        def get(kind):
            return cache.get_or_set(kind, lambda: op(), 60)
        """,
        "get(o.kind)", "per kind",
    ),
    "a cache that calls what makes it, by one key": (
        """
        from django.core.cache import cache
        def get(kind):
            return cache.get_or_set("all", op, 60)
        """,
        "get(o.kind)", "once",
    ),
    "a library's decorator of methods": (
        """
        import operator, cachetools
        class C:
            def __init__(self): self.cache = cachetools.LRUCache(100)
            @cachetools.cachedmethod(operator.attrgetter("cache"))
            def get(self, kind): return op()
        c = C()
        """,
        "c.get(o.kind)", "per kind",
    ),
    "a weak dict": (
        """
        from weakref import WeakKeyDictionary
        _c = WeakKeyDictionary()
        def get(shop):
            try:
                return _c[shop]
            except KeyError:
                _c[shop] = r = op()
                return r
        """,
        "get(o.shop)", "per shop",
    ),
}  # fmt: skip

NOT_KEPT: dict[str, tuple[str, str]] = {
    "called by its own name": (
        """
        import functools
        def _load(): return op()
        load = functools.cache(_load)
        """,
        "_load()",
    ),
    "nothing is kept": (
        """
        import functools
        load = functools.lru_cache(maxsize=0)(lambda: op())
        """,
        "load()",
    ),
    "a partial that nothing keeps": (
        """
        import functools
        def _load(path): return op()
        load = functools.partial(_load, "x")
        """,
        "load()",
    ),
    "an attribute that is made each time": (
        """
        class C:
            def __getattr__(self, name): return op()
        c = C()
        """,
        "c.rows",
    ),
    "a descriptor that stores nothing": (
        """
        class made:
            def __init__(self, f): self.f = f
            def __get__(self, obj, owner): return self.f(obj)
        class C:
            @made
            def rows(self): return op()
        c = C()
        """,
        "c.rows",
    ),
    "a call that only has such a name": (
        """
        def get_or_set(make): return make()
        """,
        "get_or_set(lambda: op())",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_is_made_for_each_key(name: str) -> None:
    top, call, often = KEPT[name]
    assert words(top, call) == often


@pytest.mark.parametrize("name", NOT_KEPT)
def test_what_keeps_nothing_is_made_each_time(name: str) -> None:
    assert words(*NOT_KEPT[name]) == "per order"
