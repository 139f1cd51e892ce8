"""What packages give to their users, by what they export and what their documents import and call."""

from __future__ import annotations

from pathlib import Path

import pytest

from code_path_audit.proposals.given import documented, given_to_users
from tests.proposals.projects import modules, repository


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("from shop.store import save", ["shop.store.save"]),
        (">>> from shop import save as keep, load", ["shop.save", "shop.load"]),
        ("from shop import (\n    save,\n    load,\n)", ["shop.save", "shop.load"]),
        ("import shop.store as st\nst.save(1)", ["shop.store.save"]),
        ("shop.save(1); shop.Cart.total()", ["shop.save", "shop.Cart.total"]),
        ("save(1), cart.items, from time to time import nothing", []),
        ("from shop import *", []),
        ("from the shop", []),
    ],
)
def test_documented(text: str, names: list[str]) -> None:
    assert list(documented(text)) == names


def test_given(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "shop"\n',
        "README.md": "from shop.store import save, Cart\nsave(1)\nsave(2)\nCart().total()\nshop.store._hidden()\n",
        "shop/__init__.py": "__all__ = ['load']\ndef load(): pass\ndef other(): pass\n",
        "shop/store.py": (
            "def save(x): 'Saves.'\ndef _hidden(): pass\nclass Cart:\n    def total(self): pass\n"
            "    def add(self): pass\n"
        ),
    }
    found = repository(tmp_path, files)
    named = modules({"shop.__init__": files["shop/__init__.py"], "shop.store": files["shop/store.py"]})
    assert [(row.name, *row.entry_points, row.mentions) for row in given_to_users(found, named)] == [
        ("load", "shop:load", 0),
        ("save", "shop.store:save", 2),
        ("Cart.total", "shop.store:Cart.total", 1),
    ]
    (tmp_path / "pyproject.toml").write_text("")
    assert given_to_users(repository(tmp_path, {}), named) == []


def test_where_documents_say_nothing_examples_do_and_else_tests(tmp_path: Path) -> None:
    store = "def load(): pass\ndef save(): pass\n"
    files = {
        "pyproject.toml": '[project]\nname = "shop"\n',
        "README.md": "A shop.\n",
        "shop/__init__.py": "",
        "shop/store.py": store,
        "tests/test_store.py": "from shop.store import save\nsave()\nsave()\n",
    }
    named = modules({"shop.__init__": "", "shop.store": store})

    def said(**more: str) -> list[tuple[str, int]]:
        found = repository(
            tmp_path, {**files, **{path.replace("__", "/") + ".py": text for path, text in more.items()}}
        )
        return [(row.name, row.mentions) for row in given_to_users(found, named)]

    # as many as use it, however often
    assert said() == [("save", 1)]
    load = "from shop.store import load\nload()\nload()\n"
    assert said(examples__one=load, examples__two=load) == [("load", 2)]
    (tmp_path / "README.md").write_text("shop.store.save()\n")
    files.pop("README.md")
    assert said() == [("save", 1)]
