"""What is kept longer than one run of an action: programs in which `op` only runs for that, or does not."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.profiles.runs.reading import counted

LONGER = {
    "a function that a decorator keeps": """
        import functools
        @functools.lru_cache
        def get(name): return op()
        def handle(request): return get(request.name)
    """,
    "a global": """
        _kept = None
        def get():
            global _kept
            if _kept is None:
                _kept = op()
            return _kept
        def handle(request): return get()
    """,
    "a dict of a class": """
        class Kept:
            by = {}
            @classmethod
            def get(cls, name):
                if name not in cls.by:
                    cls.by[name] = op()
                return cls.by[name]
        def handle(request): return Kept.get(request.name)
    """,
    "a property of an object of a module": """
        import functools
        class Kept:
            @functools.cached_property
            def rows(self): return op()
        KEPT = Kept()
        def handle(request): return KEPT.rows
    """,
    "a method of an object of a module": """
        import functools
        class Kept:
            @functools.lru_cache
            def get(self, name): return op()
        KEPT = Kept()
        def handle(request): return KEPT.get(request.name)
    """,
    "an object of a module": """
        class Kept:
            rows = None
            def get(self):
                if self.rows is None:
                    self.rows = op()
                return self.rows
        KEPT = Kept()
        def handle(request): return KEPT.get()
    """,
}
NOT_LONGER = {
    "an object of this run": """
        class Kept:
            rows = None
            def get(self):
                if self.rows is None:
                    self.rows = op()
                return self.rows
        def handle(request): return Kept().get()
    """,
    "a property of an object of this run": """
        import functools
        class Kept:
            @functools.cached_property
            def rows(self): return op()
        def handle(request): return Kept().rows
    """,
    "a function of this run": """
        import functools
        def handle(request):
            @functools.lru_cache
            def get(name): return op()
            return get(request.name)
    """,
    "what is taken away again": """
        import functools
        @functools.lru_cache
        def get(name): return op()
        def handle(request):
            get.cache_clear()
            return get(request.name)
    """,
    "what another function makes as well": """
        import functools
        @functools.lru_cache
        def get(name): return op()
        def handle(request):
            op()
            return get(request.name)
    """,
    "an argument": """
        def handle(request):
            if not hasattr(request, "rows"):
                request.rows = op()
            return request.rows
    """,
}
COMMAND = LONGER["a global"].replace("handle(request)", "main()")


def is_kept(source: str, entry: str = "handle") -> bool:
    """Whether the first call of `op` only runs for something that is kept longer."""
    found = counted(dedent(source) + "\ndef op(): print()\n", f"m.{entry}").lasting
    return found is not None and found.is_kept("m.op", 0)


@pytest.mark.parametrize("name", LONGER)
def test_what_is_kept_longer(name: str) -> None:
    assert is_kept(LONGER[name])


@pytest.mark.parametrize("name", NOT_LONGER)
def test_what_is_made_in_each_run(name: str) -> None:
    assert not is_kept(NOT_LONGER[name])


def test_a_command_has_no_next_run() -> None:
    assert not is_kept(COMMAND, "main")


@pytest.mark.parametrize(("owner", "kept"), [("Shop", True), ("ShopView", False)])
def test_the_object_of_an_entry_point(owner: str, kept: bool) -> None:
    source = f"""
        class {owner}:
            rows = None
            def handle(self):
                if self.rows is None:
                    self.rows = op()
                return self.rows
    """
    assert is_kept(source, f"{owner}.handle") is kept
