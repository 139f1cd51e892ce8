"""Which names modules bind, by star imports above all: rows of modules, and what they end up with."""

from __future__ import annotations

import pytest

from code_path_audit import pipeline
from code_path_audit.program.names import LONGEST, MOST_HANDED_ON, bound_names, dotted_start, exported, is_dotted
from code_path_audit.sources.model import SourceFile, SourceTree


def names_of(modules: dict[str, str], module: str) -> str:
    files = tuple(SourceFile(f"{name}.py", name, False, "", text.encode()) for name, text in modules.items())
    return " ".join(sorted(bound_names(pipeline.program_of(SourceTree(files, (), ())), module, {})))


ROWS = [
    ("assigned, imported, defined", {"m": "a = 1\nimport b.c\ndef d(): pass"}, "a b d"),
    ("declared global", {"m": "def a():\n    global b\n    b = 1"}, "a b"),
    ("a star takes public names", {"m": "from n import *\nc = 1", "n": "a = _b = 1"}, "a c"),
    ("a star takes what is listed", {"m": "from n import *", "n": "__all__ = ['_b', 'gone']\na = _b = 1"}, "_b"),
    ("through several", {"m": "from n import *", "n": "from o import *\nb = 1", "o": "a = 1"}, "a b"),
    ("two that import each other", {"m": "from n import *\na = 1", "n": "from m import *\nb = 1"}, "a b"),
    ("one that imports itself", {"m": "from m import *\na = 1"}, "a"),
    ("from outside nothing is known", {"m": "from os import *\na = 1"}, "a"),
    ("a listed submodule", {"m": "from n import *", "n": "__all__ = ['o', 'p']", "n.o": ""}, "o"),
]  # fmt: skip


@pytest.mark.parametrize(("modules", "names"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_names(modules: dict[str, str], names: str) -> None:
    assert names_of(modules, "m") == names


def test_a_ring_has_all_names_everywhere() -> None:
    """As many steps as there are names in all modules together: a ring of hundreds is nothing."""
    size = 300
    texts = {f"m{i}": f"from m{(i + 1) % size} import *\nf{i} = 1" for i in range(size)}
    files = tuple(SourceFile(f"{name}.py", name, False, "", text.encode()) for name, text in texts.items())
    program = pipeline.program_of(SourceTree(files, (), ()))
    known: dict[str, frozenset[str]] = {}
    everything = {f"f{i}" for i in range(size)}
    assert bound_names(program, "m0", known) == everything
    assert known == dict.fromkeys(texts, everything)
    assert exported(program, "m5", known["m5"]) == sorted(everything)


TEXTS = [
    ("shop.cart", True, "shop.cart"),
    ("shop", True, "shop"),
    ("shop.migrations.0001_first-try", True, "shop.migrations.0001_first-try"),
    ("läden.korb", True, "läden.korb"),
    ("shop.backends.", False, "shop.backends."),
    ("shop.backends.%s", False, "shop.backends."),
    ("shop.cart is empty", False, "shop.cart"),
    ("shop..cart", False, "shop."),
    (".cart", False, ""),
    ("", False, ""),
    ("https://example.org/a.b", False, "https"),
    ("a.b\n", False, "a.b"),
    ("a." * (LONGEST // 2) + "a", False, "a." * (LONGEST // 2)),
]


@pytest.mark.parametrize(("text", "whole", "start"), TEXTS, ids=[repr(row[0][:40]) for row in TEXTS])
def test_texts_that_can_be_names(text: str, whole: bool, start: str) -> None:
    assert is_dotted(text) is whole
    assert dotted_start(text) == start


def test_what_a_ring_hands_on_is_bounded() -> None:
    count, each = 40, MOST_HANDED_ON // 40**2 + 100
    modules = {
        f"m{n}": f"from m{(n + 1) % count} import *\n" + "".join(f"n{n}_{i} = 1\n" for i in range(each))
        for n in range(count)
    }
    files = tuple(SourceFile(f"{name}.py", name, False, name, text.encode()) for name, text in modules.items())
    program = pipeline.program_of(SourceTree(files, (), ()))
    told: list[bool] = []
    known: dict[str, frozenset[str]] = {}
    bound_names(program, "m0", known, lambda: told.append(True))
    assert told and sum(map(len, known.values())) == MOST_HANDED_ON + count * each
