"""Where the source of a repository is, and what in it is left out: as its projects say, else by custom."""

from __future__ import annotations

from pathlib import Path

import pytest

from code_path_audit.proposals.roots import propose_roots
from tests.proposals.projects import repository

PACKAGED = '[project]\nname = "my-shop"\n'

ROWS: dict[str, tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]] = {
    "src": ({"pyproject.toml": PACKAGED, "src/shop/__init__.py": "", "tests/test_a.py": ""}, ("src",), ()),
    "flat": (
        {
            "pyproject.toml": PACKAGED,
            "my_shop/__init__.py": "",
            "tests/__init__.py": "",
            "e2e_tests/__init__.py": "",
            "setup.py": "",
        },
        ("my_shop",),
        (),
    ),
    "flat, with tests inside": (
        {"pyproject.toml": PACKAGED, "my_shop/__init__.py": "", "my_shop/tests/test_a.py": ""},
        ("my_shop",),
        ("tests", "test_*.py"),
    ),
    "an application's tests in a file": (
        {"manage.py": "", "shop/__init__.py": "", "orders/tests.py": "", "orders/models.py": ""},
        (".",),
        ("tests.py",),
    ),
    "one module": ({"pyproject.toml": PACKAGED, "my_shop.py": "", "conftest.py": ""}, ("my_shop.py",), ()),
    "two packages": (
        {"setup.py": "setup(name='a')", "a/__init__.py": "", "b/__init__.py": "", "docs/conf.py": ""},
        ("a", "b"),
        (),
    ),
    "a script beside the package": (
        {
            "pyproject.toml": PACKAGED + '[project.scripts]\nshop = "run_shop:main"\n',
            "my_shop/__init__.py": "",
            "run_shop.py": "",
        },
        ("my_shop", "run_shop.py"),
        (),
    ),
    "modules beside, that are imported": (
        {
            "pyproject.toml": PACKAGED + '[project.scripts]\nshop = "run_shop:main"\n',
            "my_shop/__init__.py": "import os, shop_tools as tools\n",
            "my_shop/__main__.py": "if __name__ == '__main__':\n    import tests, test_shop\n",
            "run_shop.py": "def main():\n    from shop_data.rows import all_rows\n",
            "shop_tools.py": "import shop_texts.x\n",
            "shop_texts.py": "from .conftest import x",
            "shop_data.py": "",
            "other.py": "",
            "conftest.py": "",
            "tests.py": "",
            "test_shop.py": "",
            "setup.py": "import shop_tools, other",
        },
        ("my_shop", "run_shop.py", "shop_data.py", "shop_texts.py", "shop_tools.py"),
        (),
    ),
    "vendored": (
        {"pyproject.toml": PACKAGED, "src/shop/__init__.py": "", "src/shop/_vendor/six.py": ""},
        ("src",),
        ("_vendor",),
    ),
    "an application": (
        {
            "manage.py": "",
            "shop/__init__.py": "",
            "orders/models.py": "",
            "orders/tests/test_x.py": "",
            "docs/c.py": "",
        },
        (".",),
        ("tests", "test_*.py", "/docs"),
    ),
    "files alone": ({"main.py": "", "test_main.py": ""}, (".",), ("test_*.py",)),
    "declared by hatch": (
        {
            "pyproject.toml": PACKAGED + '[tool.hatch.build.targets.wheel]\npackages = ["code/shop"]\n',
            "code/shop/__init__.py": "",
            "src/other/__init__.py": "",
        },
        ("code/shop",),
        (),
    ),
    "declared by setuptools": (
        {
            "pyproject.toml": PACKAGED + '[tool.setuptools.packages.find]\nwhere = ["code"]\n',
            "code/shop/__init__.py": "",
        },
        ("code",),
        (),
    ),
    "declared by poetry": (
        {
            "pyproject.toml": '[tool.poetry]\nname = "shop"\npackages = [{include = "shop", from = "code"}]\n',
            "code/shop/__init__.py": "",
        },
        ("code",),
        (),
    ),
    "declared in setup.cfg": (
        {
            "setup.cfg": "[metadata]\nname = shop\n[options]\npackage_dir =\n    = code\n",
            "setup.py": "setup()",
            "code/shop/__init__.py": "",
        },
        ("code",),
        (),
    ),
    "declared in setup.py": (
        {"setup.py": 'setup(name="shop", package_dir={"": "code"})', "code/shop/__init__.py": ""},
        ("code",),
        (),
    ),
    "declared, and not there": (
        {
            "pyproject.toml": PACKAGED + '[tool.hatch.build.targets.wheel]\npackages = ["gone"]\n',
            "my_shop/__init__.py": "",
        },
        ("my_shop",),
        (),
    ),
    "many projects": (
        {
            "packages/a/pyproject.toml": '[project]\nname = "a"\n',
            "packages/a/src/a/__init__.py": "",
            "packages/b/pyproject.toml": '[project]\nname = "b"\n',
            "packages/b/b/__init__.py": "",
            "examples/c/pyproject.toml": '[project]\nname = "c"\n',
            "examples/c/c/__init__.py": "",
        },
        ("packages/a/src", "packages/b/b"),
        (),
    ),
    "tests are the source": (
        {
            "pyproject.toml": PACKAGED + '[project.scripts]\nt = "tests.cli:main"\n',
            "tests/__init__.py": "",
            "tests/cli.py": "",
        },
        ("tests",),
        (),
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_roots(name: str, tmp_path: Path) -> None:
    files, source, exclude = ROWS[name]
    found = propose_roots(repository(tmp_path, files))
    assert (found.source, tuple(row.pattern for row in found.exclude)) == (source, exclude)


def test_broken_tables_are_no_reason_to_fail(tmp_path: Path) -> None:
    files = {"pyproject.toml": "[project", "setup.cfg": "no section", "setup.py": "def (", "shop/__init__.py": ""}
    assert propose_roots(repository(tmp_path, files)).source == ("shop",)


def test_no_root_leads_out_of_the_repository(tmp_path: Path) -> None:
    where = '[tool.setuptools.packages.find]\nwhere = ["../other", "/etc", "src/../../x"]\n'
    assert propose_roots(repository(tmp_path, {"pyproject.toml": PACKAGED + where, "my_shop.py": ""})).source == (
        "my_shop.py",
    )
