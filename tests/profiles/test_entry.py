"""Entry points: what they match, and the nearest where they match nothing."""

from __future__ import annotations

import pytest

from code_path_audit import pipeline
from code_path_audit.errors import AuditError
from code_path_audit.profiles.entry import resolve_entries
from code_path_audit.sources.model import SourceFile, SourceTree
from tests.profiles.builders import build

SHOP = {
    "shop": "",
    "shop.cart": """\
        class Cart:
            def __init__(self): ...
            def total(self):
                def part(): ...
        class Empty: ...
        def load(): ...
        if x:
            def save(): ...
        else:
            def save(): ...
        key = lambda row: row
        """,
    "shop.web": "def load(): ...\n",
}


@pytest.mark.parametrize(
    ("entry_points", "found"),
    [
        (["shop.cart.load"], ["shop.cart.load"]),
        (["shop.cart:load"], ["shop.cart.load"]),
        (["shop.cart:Cart.total"], ["shop.cart.Cart.total"]),
        (["shop.cart"], ["shop.cart"]),
        ([" shop.cart.load "], ["shop.cart.load"]),
        # a class stands for its construction
        (["shop.cart.Cart"], ["shop.cart.Cart.__init__"]),
        # which definition stands is known at run time alone
        (["shop.cart.save"], ["shop.cart.save", "shop.cart.save#2"]),
        # in the order given, none twice; a glob's matches sorted, modules, classes and lambdas not among them
        (["shop.web.load", "shop.*.load"], ["shop.web.load", "shop.cart.load"]),
        (["shop.cart.Cart.*"], ["shop.cart.Cart.__init__", "shop.cart.Cart.total"]),
        (["shop.[cw]*:load"], ["shop.cart.load", "shop.web.load"]),
        # nested functions only where nothing else matches, or by name
        (["*.part"], ["shop.cart.Cart.total.part"]),
        (["shop.cart.key*", "shop.cart.load"], None),
    ],
)
def test_entry_points(entry_points: list[str], found: list[str] | None) -> None:
    program = build(SHOP).program
    if found is None:
        with pytest.raises(AuditError):
            resolve_entries(program, entry_points)
    else:
        assert list(resolve_entries(program, entry_points)) == found


@pytest.mark.parametrize(
    ("entry_point", "message"),
    [
        (
            "shop.cart.laod",
            "entry point 'shop.cart.laod' names no function of the source. "
            "Nearest: shop.cart.load, shop.cart.save, shop.cart.Cart. [unknown-entry-point]",
        ),
        # re-exported, or moved: the same last name comes first
        (
            "shop:load",
            "entry point 'shop:load' names no function of the source. "
            "Nearest: shop.web.load, shop.cart.load, shop.cart. [unknown-entry-point]",
        ),
        (
            "shop.cart.Empty",
            "entry point 'shop.cart.Empty' is a class that defines no constructor. "
            "The source has no function with a name like it. [unknown-entry-point]",
        ),
        (
            "zzz:",
            "entry point 'zzz:' names no function of the source. "
            "The source has no function with a name like it. [unknown-entry-point]",
        ),
    ],
)
def test_an_entry_point_that_matches_nothing_names_the_nearest(entry_point: str, message: str) -> None:
    with pytest.raises(AuditError) as raised:
        resolve_entries(build(SHOP).program, [entry_point])
    assert str(raised.value) == message


def test_no_entry_point_at_all_is_an_error() -> None:
    with pytest.raises(AuditError) as raised:
        resolve_entries(build(SHOP).program, [])
    assert raised.value.slug == "no-entry-point"


ROUTES = "from flask import Flask\napp = Flask('x')\n@app.get('/')\ndef index(): ...\n"
UNKNOWN = "entry point 'route:GET /cart' is no route, command or task that the source declares"


def refused(**files: str) -> str:
    """What is said of a route that these files do not declare."""
    sources = [SourceFile(f"{name}.py", name, False, "", text.encode()) for name, text in sorted(files.items())]
    with pytest.raises(AuditError) as caught:
        resolve_entries(pipeline.program_of(SourceTree(tuple(sources), ())), ["route:GET /cart"])
    return caught.value.what


def test_a_name_that_nobody_declares() -> None:
    assert refused(web=ROUTES) == UNKNOWN


def test_a_name_that_a_file_may_declare_which_could_not_be_read() -> None:
    said = f"{UNKNOWN} in what could be read of it; not read: cart.py:1 (invalid syntax)"
    assert refused(web=ROUTES, cart="def load(:\n") == said
    assert refused(web=ROUTES, cart="def load(:\n", late="class\n") == f"{said}, and 1 more"
