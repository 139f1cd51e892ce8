"""Which imports cannot fail: asked of the Python that runs, and row by row."""

from __future__ import annotations

import ast
import importlib.util

import pytest

from code_path_audit.facts.lowering.sure_imports import MODULES, RENAMED, is_sure


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_module_is_there(name: str) -> None:
    assert importlib.util.find_spec(name) is not None


def test_names_are_asked_of_modules_that_are_there() -> None:
    assert RENAMED.keys() <= MODULES


SURE = (
    "import configparser",
    "import configparser as config",
    "import tomllib, json",
    "import xml.etree.ElementTree as tree",
    "from urllib.parse import urlparse, quote",
    "from urllib import parse",
    "from collections.abc import Mapping",
    "from io import StringIO",
)
UNSURE = (
    "import ConfigParser",
    "import tomllib, tomli",
    "import curses",  # not on every platform
    "import asyncore",  # of older Pythons
    "import annotationlib",  # of newer ones
    "from itertools import izip",
    "from collections import Mapping",
    "from collections.abc import Buffer",
    "from . import parse",
    "from .urllib.parse import quote",
    "configparser = None",
)


@pytest.mark.parametrize(("text", "expected"), [(text, True) for text in SURE] + [(text, False) for text in UNSURE])
def test_an_import_is_sure_or_not(text: str, expected: bool) -> None:
    assert is_sure(ast.parse(text).body[0]) is expected
