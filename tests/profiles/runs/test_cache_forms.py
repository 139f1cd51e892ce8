"""Spellings of what is kept by a helper: how often `op` is made where a loop over orders asks for it, and what looks
like one of these and keeps nothing."""

from __future__ import annotations

from textwrap import dedent

import pytest

from code_path_audit.profiles.runs.words import in_words
from tests.profiles.runs.reading import runs

# name: what stands in the module, what the loop asks, how often op() runs
KEPT: dict[str, tuple[str, str, str]] = {
    "looked for among elements, and made in the else of the loop": (
        """
        class C:
            def __init__(self): self.rows = []
            def get(self, kind):
                for row in self.rows:
                    if row.kind == kind:
                        break
                else:
                    row = op()
                    self.rows.append(row)
                return row
        c = C()
        """,
        "c.get(o.kind)", "per kind",
    ),
    "looked for in what an attribute has, and added in the else of the loop": (
        """
        class C:
            def __init__(self): self.folders = set()
            def get(self, path):
                for folder in self.folders:
                    if folder in path.parents:
                        break
                else:
                    self.folders.add(op())
        c = C()
        """,
        "c.get(o.path)", "per path",
    ),
    "the question in a variable": (
        """
        seen = set()
        def get(kind):
            is_new = kind not in seen
            if is_new:
                seen.add(kind)
                op()
        """,
        "get(o.kind)", "per kind",
    ),
    "looked for among elements, given back, and made behind the loop": (
        """
        rows = []
        def get(kind):
            for row in rows:
                if row.ready and kind == row.kind:
                    return row
            row = op()
            rows.append(row)
            return row
        """,
        "get(o.kind)", "per kind",
    ),
    "a sentinel of get": (
        """
        _MISS = object()
        _cache = {}
        def get(kind):
            found = _cache.get(kind, _MISS)
            if found is _MISS:
                found = _cache[kind] = op()
            return found
        """,
        "get(o.kind)", "per kind",
    ),
    "an attribute that is a sentinel": (
        """
        UNSET = object()
        class C:
            def __init__(self): self._x = UNSET
            def get(self):
                if self._x is UNSET:
                    self._x = op()
                return self._x
        c = C()
        """,
        "c.get()", "once",
    ),
    "no sentinel any more: given back": (
        """
        UNSET = object()
        class C:
            def __init__(self): self._x = UNSET
            def get(self):
                if self._x is not UNSET:
                    return self._x
                self._x = op()
                return self._x
        c = C()
        """,
        "c.get()", "once",
    ),
    "== None": (
        """
        class C:
            def __init__(self): self._x = None
            def get(self):
                if self._x == None:
                    self._x = op()
                return self._x
        c = C()
        """,
        "c.get()", "once",
    ),
    "one of several exceptions": (
        """
        _cache = {}
        def get(kind):
            try:
                return _cache[kind]
            except (KeyError, TypeError):
                pass
            found = op()
            _cache[kind] = found
            return found
        """,
        "get(o.kind)", "per kind",
    ),
    "a suppressed exception": (
        """
        import contextlib
        _cache = {}
        def get(kind):
            with contextlib.suppress(KeyError):
                return _cache[kind]
            _cache[kind] = op()
            return _cache[kind]
        """,
        "get(o.kind)", "per kind",
    ),
    "setdefault, after a question": (
        """
        _cache = {}
        def get(kind):
            if kind in _cache:
                return _cache[kind]
            return _cache.setdefault(kind, op())
        """,
        "get(o.kind)", "per kind",
    ),
    "a loop fills it": (
        """
        _x = {}
        def get(kind):
            if not _x:
                for row in op():
                    _x[row.name] = row
            return _x[kind]
        """,
        "get(o.kind)", "once",
    ),
    "kept, and not out of date": (
        """
        import os
        _cache = {}
        def get(path):
            mtime = os.stat(path).st_mtime
            if path in _cache and _cache[path][0] == mtime:
                return _cache[path][1]
            r = op()
            _cache[path] = (mtime, r)
            return r
        """,
        "get(o.path)", "per path",
    ),
    "a variable that holds it, and not out of date": (
        """
        import os
        class C:
            def __init__(self): self._cache = {}
            def get(self, path):
                mtime = os.stat(path).st_mtime
                cached = self._cache.get(path)
                if cached is not None and cached[0] == mtime:
                    return cached[1]
                r = op()
                self._cache[path] = (mtime, r)
                return r
        c = C()
        """,
        "c.get(o.path)", "per path",
    ),
    "newer than what was noted": (
        """
        import os
        class C:
            def __init__(self): self._ts = 0; self._x = None
            def get(self, path):
                mtime = os.stat(path).st_mtime
                if mtime > self._ts:
                    self._ts = mtime
                    self._x = op()
                return self._x
        c = C()
        """,
        "c.get(1)", "per mtime",
    ),
    "there, and what was noted": (
        """
        import os
        class C:
            def __init__(self): self._ts = 0; self._x = None
            def get(self, path):
                mtime = os.stat(path).st_mtime
                if self._x is not None and mtime == self._ts:
                    return self._x
                self._ts = mtime
                self._x = op()
                return self._x
        c = C()
        """,
        "c.get(1)", "once",
    ),
    "another than what was noted": (
        """
        class C:
            def __init__(self): self._key = None; self._x = None
            def get(self, kind):
                if kind != self._key:
                    self._key = kind
                    self._x = op()
                return self._x
        c = C()
        """,
        "c.get(1)", "once",
    ),
    "a dict of a class, by a class method": (
        """
        class C:
            _cache = {}
            @classmethod
            def get(cls, kind):
                if kind not in cls._cache:
                    cls._cache[kind] = op()
                return cls._cache[kind]
        """,
        "C.get(o.kind)", "per kind",
    ),
    "a dict of a class, by its objects": (
        """
        class C:
            _cache = {}
            def get(self, kind):
                if kind not in self._cache:
                    self._cache[kind] = op()
                return self._cache[kind]
        """,
        "C().get(o.kind)", "per kind",
    ),
    "a default that is filled": (
        """
        def get(kind, _cache={}):
            if kind not in _cache:
                _cache[kind] = op()
            return _cache[kind]
        """,
        "get(o.kind)", "per kind",
    ),
    "an attribute of a frozen object": (
        """
        class C:
            _x = None
            def get(self):
                if self._x is None:
                    object.__setattr__(self, "_x", op())
                return self._x
        c = C()
        """,
        "c.get()", "once",
    ),
    "or, in a return": (
        """
        _c = {}
        def get(kind):
            return _c.get(kind) or _c.setdefault(kind, op())
        """,
        "get(o.kind)", "per kind",
    ),
    "a dict in a dict": (
        """
        _c = {}
        def get(kind, a):
            if kind not in _c:
                _c[kind] = {}
            if a not in _c[kind]:
                _c[kind][a] = op()
            return _c[kind][a]
        """,
        "get(o.kind, o.a)", "per kind and a",
    ),
    "an object that is asked and told": (
        """
        class Cache:
            def __init__(self): self.d = {}
            def get(self, k): return self.d.get(k)
            def set(self, k, v): self.d[k] = v
        cache = Cache()
        def get(kind):
            r = cache.get(kind)
            if r is None:
                r = op()
                cache.set(kind, r)
            return r
        """,
        "get(o.kind)", "per kind",
    ),
    "its length": (
        """
        _c = []
        def get():
            if len(_c) == 0:
                _c.extend(op())
            return _c
        """,
        "get()", "once",
    ),
    "a set that is handed over": (
        """
        def visit(o, seen):
            if o.name in seen:
                return
            seen.add(o.name)
            op()
        seen = set()
        """,
        "visit(o, seen)", "per name",
    ),
    "keys()": (
        """
        _c = {}
        def get(kind):
            if kind not in _c.keys():
                _c[kind] = op()
            return _c[kind]
        """,
        "get(o.kind)", "per kind",
    ),
    "another default of get": (
        """
        _c = {}
        def get(kind):
            r = _c.get(kind, False)
            if r is False:
                r = op()
                _c[kind] = r
            return r
        """,
        "get(o.kind)", "per kind",
    ),
    "missing, or somebody insists": (
        """
        _c = {}
        def get(kind, refresh=False):
            if refresh or kind not in _c:
                _c[kind] = op()
            return _c[kind]
        """,
        "get(o.kind)", "per kind",
    ),
    "there, and nobody insists": (
        """
        _c = {}
        def get(kind, force=False):
            if not force and kind in _c:
                return _c[kind]
            _c[kind] = r = op()
            return r
        """,
        "get(o.kind)", "per kind",
    ),
    "where it is kept at all": (
        """
        _c = {}
        def get(kind, use_cache=True):
            if use_cache and kind in _c:
                return _c[kind]
            r = op()
            if use_cache:
                _c[kind] = r
            return r
        """,
        "get(o.kind)", "per kind",
    ),
    "a decorated function of an object that was made before": (
        """
        import functools
        class C:
            def __init__(self):
                @functools.lru_cache(maxsize=None)
                def get(kind): return op()
                self.get = get
        c = C()
        """,
        "c.get(o.kind)", "per kind",
    ),
    "a decorator that names the attribute": (
        """
        import functools
        def lazy(f):
            name = "_" + f.__name__
            @property
            @functools.wraps(f)
            def inner(self):
                if not hasattr(self, name):
                    setattr(self, name, f(self))
                return getattr(self, name)
            return inner
        class C:
            @lazy
            def x(self): return op()
        c = C()
        """,
        "c.x", "once",
    ),
    "a key of several parts": (
        """
        _c = {}
        def get(kind, size):
            key = (kind, "x", size)
            if key not in _c:
                _c[key] = op()
            return _c[key]
        """,
        "get(o.kind, o.size)", "per kind and size",
    ),
    "a key that is a text of several parts": (
        """
        _c = {}
        def get(kind, size):
            key = f"{kind}-{size}"
            if key not in _c:
                _c[key] = op()
            return _c[key]
        """,
        "get(o.kind, o.size)", "per kind and size",
    ),
}  # fmt: skip

NOT_KEPT: dict[str, tuple[str, str]] = {
    "looked for among elements, and made for nobody": (
        """
        rows = []
        def get(kind):
            for row in rows:
                if row.kind == kind:
                    break
            else:
                row = op()
            return row
        """,
        "get(o.kind)",
    ),
    "a question that has nothing to do with what is asked for": (
        """
        rows = []
        def get(kind):
            for row in rows:
                if row.ready:
                    break
            else:
                row = op()
                rows.append(row)
            return row
        """,
        "get(o.kind)",
    ),
    "the question in a variable that is another one since": (
        """
        seen = set()
        def get(kind, other):
            is_new = kind not in seen
            is_new = other
            if is_new:
                seen.add(kind)
                op()
        """,
        "get(o.kind, o)",
    ),
    "what is added elsewhere": (
        """
        rows, others = [], []
        def get(kind):
            for row in rows:
                if row.kind == kind:
                    return row
            row = op()
            others.append(row)
            return row
        """,
        "get(o.kind)",
    ),
    "the greatest so far": (
        """
        class C:
            def __init__(self): self.size = 0
            def get(self, o):
                if o.size > self.size:
                    self.size = o.size
                    op()
        c = C()
        """,
        "c.get(o)",
    ),
    "a state that is left": (
        """
        class C:
            def __init__(self): self.state = "new"
            def get(self, o):
                if self.state != "old":
                    self.state = "old"
                    op()
        c = C()
        """,
        "c.get(o)",
    ),
    "something else is stored than was asked for": (
        """
        def get(session, name):
            found = session.get(name)
            if found is None:
                found = op()
                session.add(found)
            return found
        """,
        "get(n, o.name)",
    ),
    "another than what was noted, which nobody notes": (
        """
        class C:
            def __init__(self): self.kind = None
            def get(self, o):
                if o.kind != self.kind:
                    op()
        c = C()
        """,
        "c.get(o)",
    ),
    "what is there is looked at, and made anyway": (
        """
        _c = {}
        def get(kind):
            if kind in _c:
                for x in _c[kind]:
                    if x:
                        break
            _c[kind] = op()
            return _c[kind]
        """,
        "get(o.kind)",
    ),
    "a queue that is filled": (
        """
        def get(queue):
            if not queue:
                queue.put(op())
            return queue.take()
        """,
        "get(n)",
    ),
    "a set that each call makes": (
        """
        def get(o):
            seen = set()
            visit(o, seen)
        def visit(o, seen):
            if o.name in seen:
                return
            seen.add(o.name)
            op()
        """,
        "get(o)",
    ),
}  # fmt: skip


def words(top: str, call: str) -> str:
    """How often `op` runs, where a loop over orders calls something of the module."""
    source = f"def main(orders, n, flag):\n    for o in orders:\n        {call}\ndef op(*_): pass\n"
    return in_words(runs(source + dedent(top)))


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_is_made_for_each_key(name: str) -> None:
    top, call, often = KEPT[name]
    assert words(top, call) == often


@pytest.mark.parametrize("name", NOT_KEPT)
def test_what_keeps_nothing_is_made_each_time(name: str) -> None:
    assert words(*NOT_KEPT[name]) == "per order"
