"""What counts as source: a row is a name, or a folder with what is in it, and what the rule says."""

from __future__ import annotations

import pytest

from code_path_audit.sources.layout import (
    is_file_of_source,
    is_folder_of_source,
    is_foreign,
    is_of_package,
    module_of,
    package_of,
)

FILES = {"a.py": True, "__init__.py": True, ".a.py": False, ".py": False, "a.pyi": False, "a.pyc": False, "a": False}
FOLDERS = {"a": True, "build": True, ".git": False, "__pycache__": False, "site-packages": False, "node_modules": False}
FOREIGN = {
    "an environment": (1, "env", {"pyvenv.cfg", "lib"}, True),
    "one of conda, further down": (3, "env", {"conda-meta"}, True),
    "a source root in one": (0, "env", {"pyvenv.cfg"}, False),
    "what a packaging tool built": (1, "dist", {"a.py"}, True),
    "a package of that name": (1, "build", {"__init__.py"}, False),
    "a folder of that name further down": (2, "build", {"a.py"}, False),
    "a source root of that name": (0, "build", {"a.py"}, False),
    "any other": (1, "a", {"b.py"}, False),
}
MODULES = {
    ("a.py", ""): ("a", False),
    ("a.py", "p"): ("p.a", False),
    ("a/b.py", ""): ("a.b", False),
    ("a/__init__.py", ""): ("a", True),
    ("__init__.py", "p"): ("p", True),
    ("__init__.py", ""): ("__init__", False),
}


@pytest.mark.parametrize("name", FILES)
def test_files(name: str) -> None:
    assert is_file_of_source(name) is FILES[name]


@pytest.mark.parametrize("name", FOLDERS)
def test_folders(name: str) -> None:
    assert is_folder_of_source(name) is FOLDERS[name]


@pytest.mark.parametrize("case", FOREIGN)
def test_foreign_folders(case: str) -> None:
    depth, name, inside, expected = FOREIGN[case]
    assert is_foreign(depth, name, inside) is expected


@pytest.mark.parametrize(("path", "package"), MODULES)
def test_modules(path: str, package: str) -> None:
    assert (module_of(path, package), is_of_package(path, package)) == MODULES[path, package]


def test_packages() -> None:
    packages = {"a/b", "a/b/c", "d"}
    names = {folder: package_of(folder, packages.__contains__) for folder in ("", "a", "a/b", "a/b/c", "d", "d/e")}
    assert names == {"": "", "a": "", "a/b": "b", "a/b/c": "b.c", "d": "d", "d/e": ""}
