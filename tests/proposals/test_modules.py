"""What a name in a module stands for."""

from __future__ import annotations

import warnings

import pytest

from tests.proposals.projects import modules

FILES = {
    "shop.__init__": "from .store import Store as Shelf, save\nfrom . import views\nfrom .loop import here\n",
    "shop.store": "class Store:\n    def load(self): pass\ndef save(): pass\n",
    "shop.views": "import shop.store\nfrom shop import store as kept\nif True:\n    def index(): pass\n",
    "shop.loop": "from shop import here\n",
    "shop.broken": "def (",
    "shop.lists.__init__": "from shop.lists.one import one\nfrom . import two\n",
    "shop.lists.one": "def one(): pass\n",
    "shop.lists.two": "def two(): pass\n",
    "shop.urls": "from shop import lists\nimport shop.lists.two as second\n",
    "shop.far": "from ..outside import x\ntry:\n    from .store import save\nexcept ImportError:\n    save = None\n",
}


@pytest.mark.parametrize(
    ("module", "dotted", "found"),
    [
        ("shop.store", "save", "shop.store:save"),
        ("shop", "save", "shop.store:save"),
        ("shop", "Shelf", "shop.store:Store"),
        ("shop", "Shelf.load", "shop.store:Store.load"),
        ("shop", "Shelf.gone", None),
        ("shop", "views.index", "shop.views:index"),
        ("shop.views", "shop.store.save", "shop.store:save"),
        ("shop.views", "kept.Store.load", "shop.store:Store.load"),
        ("shop.far", "save", "shop.store:save"),
        ("shop.far", "x", None),
        ("shop", "here", None),
        ("shop", "views", None),
        ("shop.broken", "x", None),
        ("shop.urls", "lists.one", "shop.lists.one:one"),
        ("shop.urls", "lists.two", None),
        ("shop.urls", "lists.two.two", "shop.lists.two:two"),
        ("shop.urls", "second.two", "shop.lists.two:two"),
        ("gone", "x", None),
        ("shop", "", None),
    ],
)
def test_resolve(module: str, dotted: str, found: str | None) -> None:
    row = modules(FILES).resolve(module, dotted)
    assert (f"{row.module}:{row.name}" if row else None) == found


def test_what_python_warns_of_in_code_of_others_is_not_said() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert modules({"m": "X = '\\d'\n"}).get("m") is not None
