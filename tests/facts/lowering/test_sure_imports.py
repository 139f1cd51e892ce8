"""Which imports cannot fail, and which always do: asked of the Python that runs, and row by row."""

from __future__ import annotations

import ast
import importlib.util
import sys

import pytest

from code_path_audit.facts.lowering.sure_imports import GONE, GONE_NAMES, MODULES, RENAMED, is_sure, never_succeeds


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_module_is_there(name: str) -> None:
    assert importlib.util.find_spec(name) is not None


def test_names_are_asked_of_modules_that_are_there() -> None:
    assert RENAMED.keys() <= MODULES


@pytest.mark.parametrize("name", sorted(GONE))
def test_no_module_that_is_gone_is_there(name: str) -> None:
    assert importlib.util.find_spec(name) is None


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module in GONE_NAMES for name in sorted(GONE_NAMES[module])]
)
def test_no_name_that_is_gone_is_there(module: str, name: str) -> None:
    assert not hasattr(importlib.import_module(module), name)
    assert importlib.util.find_spec(f"{module}.{name}") is None if hasattr(sys.modules[module], "__path__") else True


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import urllib2", True),
        ("import json, cPickle as pickle", True),
        ("from cStringIO import StringIO", True),
        ("from itertools import chain, izip", True),
        ("from collections import Mapping", True),
        ("from urllib import urlencode", True),
        ("from urllib import parse", False),
        ("from .urlparse import urljoin", False),
        ("import orjson", False),
        ("import distutils", False),  # 3.11 has it
        ("StringIO = None", False),
    ],
)
def test_an_import_always_fails_or_may_not(text: str, expected: bool) -> None:
    assert never_succeeds(ast.parse(text).body[0]) is expected
