"""Entry points that packages declare, from the files that declare them."""

from pathlib import Path

import pytest

from code_path_audit.sources.entry_points import declared, of_ini, of_project

PYPROJECT = """
[project.entry-points."shop.plugins"]
search = "shop.search:Search [fast]"
[project.scripts]
shop = "shop.cli:main"
[tool.poetry.plugins."shop.themes"]
dark = "shop.themes"
"""
SETUP_CFG = """
[metadata]
name = shop
[options.entry_points]
shop.plugins =
    search = shop.search:Search
    cart = shop.cart:Cart.plugin
"""


@pytest.mark.parametrize(
    ("pyproject", "setup_cfg", "expected"),
    [
        ("", "", ()),
        (
            PYPROJECT,
            "",
            (
                ("console_scripts", "shop", "shop.cli:main"),
                ("shop.plugins", "search", "shop.search:Search"),
                ("shop.themes", "dark", "shop.themes"),
            ),
        ),
        (
            "",
            SETUP_CFG,
            (("shop.plugins", "cart", "shop.cart:Cart.plugin"), ("shop.plugins", "search", "shop.search:Search")),
        ),
        (f"x = {'[' * 100_000}{']' * 100_000}", "", ()),
        ("[project", "[options", ()),  # broken files are another's business
        ('project = 1\ntool = "x"', "", ()),
        ('[project]\nentry-points = 3\nscripts = ["a"]', "", ()),
        ("[project.scripts]\na = 1", "", ()),
    ],
)
def test_project(pyproject: str, setup_cfg: str, expected: tuple[tuple[str, str, str], ...]) -> None:
    assert of_project(pyproject, setup_cfg) == expected


def test_installed_distributions(tmp_path: Path) -> None:
    info = tmp_path / "site" / "shop-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "entry_points.txt").write_text("[shop.plugins]\nsearch = shop.search:Search\n")
    (tmp_path / "pyproject.toml").write_text("[project.scripts]\nshop = 'shop.cli:main'\n")
    assert declared(tmp_path, ("site", "missing")) == (
        ("console_scripts", "shop", "shop.cli:main"),
        ("shop.plugins", "search", "shop.search:Search"),
    )


def test_a_name_keeps_its_case() -> None:
    assert list(of_ini("[g]\nName = m:A\n", "")) == [("g", "Name", "m:A")]


SETUP = [
    ("setup(entry_points={'app.plugins': ['index = app.index:Index', 'b=app.b:B [extra]']})",
     (("app.plugins", "b", "app.b:B"), ("app.plugins", "index", "app.index:Index"))),
    ("import setuptools\nsetuptools.setup(entry_points={'g': ('x = m:f',)})", (("g", "x", "m:f"),)),
    ("POINTS = {'g': 'x = m:f\\ny = m:h'}\nsetup(entry_points=POINTS)", (("g", "x", "m:f"), ("g", "y", "m:h"))),
    ("setup(entry_points='[g]\\nx = m:f\\n')", (("g", "x", "m:f"),)),
    ("extra = {'entry_points': {'g': ['x = m:f']}}\nsetup(name='m', **extra)", (("g", "x", "m:f"),)),
    ("if new:\n    extra = dict(entry_points={'g': ['x = m:f']})\nsetup(**extra)", (("g", "x", "m:f"),)),
    ("setup(**{'entry_points': POINTS})\nPOINTS = {'g': 'x = m:f'}", (("g", "x", "m:f"),)),
    ("setup(extras={'entry_point': {'g': ['x = m:f']}})", ()),
    ("setup(entry_points=made())", ()),
    ("setup(entry_points={'g': ['x = m:f' + '']})", ()),
    ("setup(name='entry_points'", ()),
    ("other(entry_points={'g': ['x = m:f']})", ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SETUP)
def test_setup_py(text: str, expected: tuple[tuple[str, str, str], ...]) -> None:
    assert of_project("", "", text) == expected
