"""Methods that paths alone have, of objects of which nothing is known: each row is a function, and its ops on files."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import ops_of

ROWS = {
    "def f(path): return path.read_text()": ["pathlib.Path.read_text once, likely"],
    "from django.conf import settings\ndef f(): return (settings.BASE_DIR / 'a').read_bytes()": [
        "pathlib.Path.read_bytes once, likely"
    ],
    "def f(folder):\n    for path in folder.glob('*'):\n        path.unlink()": [
        "pathlib.Path.glob once, likely", "pathlib.Path.unlink per file, likely",
    ],
    "def f(target):\n    with (target / 'a').open() as file:\n        target.mkdir()": [
        "pathlib.Path.open once, likely", "pathlib.Path.mkdir once, likely",
    ],
    "from pathlib import Path\ndef f(): Path('a').read_text()": ["pathlib.Path.read_text once, certain"],
    "def f(x): (x.base / 'a').open()": ["pathlib.Path.open once, likely"],
    "def f(x):\n    path = x.base / 'a'\n    path.exists()": ["pathlib.Path.exists once, likely"],
    "def f(x):\n    with (x.base / 'a' / 'b').open() as file: pass": ["pathlib.Path.open once, likely"],
    "def f(x): (x.whole / x.part).total()": [],
    # what other things have, too
    "def f(x): x.open(), x.exists(), x.replace('a', 'b')": [],
    # what is not called
    "def f(x): return x.read_text": [],
    # a class of the source has a method of that name
    "class A:\n    def read_text(self): pass\ndef f(x): x.read_text()": [],
    "class A:\n    def read_text(self): pass\ndef f(): A().read_text()": [],
}  # fmt: skip


@pytest.mark.parametrize("text", ROWS)
def test_what_paths_alone_have(text: str) -> None:
    found = [f"{op.callee} {op.how_often}, {op.evidence}" for op in ops_of({"m": text}, "m.f")]
    assert sorted(found) == sorted(ROWS[text])
