"""What a cache is asked for: objects and values, also where a call unpacks other arguments."""

from __future__ import annotations

import pytest

from code_path_audit.profiles.runs.words import in_words
from tests.profiles.runs.reading import runs

KEPT = """
import functools, pathlib
def op(): pass
@functools.cache
def load(name, how=None): op()
class Config:
    @functools.cached_property
    def file(self): op()
def show(config, *rest, **options): return config.file
"""

ROWS = {
    "True and False": ("load(True)\nload(False)\nload(True)", "twice"),
    "a default, and the same given": ("load('a')\nload('a', None)\nload('a', how=None)", "once"),
    "of a known object": ("for _ in range(3):\n    show(Config())", "3 times"),
    "of an object that is made in a try": (
        "try:\n    config = Config()\nexcept ValueError as error:\n    print(error)\nshow(config)\nshow(config)",
        "once",
    ),
    "of an object that is looked at": (
        "config = Config()\nif config is None:\n    print(config)\nfor _ in rows():\n    show(config)",
        "once",
    ),
    "of one object or another": (
        "config = Config()\nif rows():\n    config = Config()\nfor _ in rows():\n    show(config)",
        "per config",
    ),
    "with others that are unpacked": ("for _ in range(3):\n    show(Config(), *rest(), **load(1))", "4 times"),
    "after others that are unpacked": ("for _ in rows():\n    show(*rest(), Config())", "per config"),
    "a value beside what is unpacked": ("for row in rows():\n    load('a', **options())", "per how"),
    "a path that is made of the same": (
        "for row in rows():\n    load(pathlib.Path('a.json'))\n    load(pathlib.Path('b') / 'a.json')",
        "twice",
    ),
    "a path that is made of each": ("for row in rows():\n    load(pathlib.Path(row))", "per name"),
    "all that is given is the same": ("for row in rows():\n    load('a')", "once"),
}


@pytest.mark.parametrize("name", ROWS)
def test_what_a_cache_is_asked_for(name: str) -> None:
    body, words = ROWS[name]
    inside = body.replace("\n", "\n    ")
    assert in_words(runs(f"{KEPT}def main():\n    {inside}\n")) == words
