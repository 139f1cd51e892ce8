"""What texts say: a row is a text, and what counts as said in it, or does not."""

from __future__ import annotations

import pytest

from code_path_gate.measuring.file_names import beginnings, pieces_of
from code_path_gate.measuring.said import LOADERS, Said, own_names, plain

PLAIN = {
    "as it is": (b"x = 1\n", b"x = 1\n"),
    "letters that stand for others": ("ｉmport_ｍodule".encode(), b"import_module"),
    "letters of their own": ("straße = 'ü'".encode(), "straße = 'ü'".encode()),
    "what is no text": (b"\xff\xfeimport_module", b"import_module"),
    "another encoding": (b"# coding: utf-7\nimport+AF8-module", b"import_module"),
    "in the second line": (b"#!python\r# -*- coding: utf-7 -*-\rimport+AF8-module", b"import_module"),
    "far to the right": (b"#" + b" " * 9_000 + b"coding: utf-7\nimport+AF8-module", b"import_module"),
    "behind the second line": (b"\n\n# coding: utf-7\nimport+AF8-module", b"import+AF8-module"),
    "a mark that may not count": (b"x = 1\n# coding: utf-7\nimport_module, +AF8-", b"import_module"),
    "an encoding that nobody has": (b"# coding: nowhere\nimport_module", b"import_module"),
    "one that is none of texts": (b"# coding: hex\nimport_module", b"import_module"),
    "one without a name": (b"# coding: \nimport_module", b"import_module"),
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain(name: str) -> None:
    data, said = PLAIN[name]
    assert said in plain(data)


LOADING = {
    "a word": ("importlib.import_module(x)", (), True),
    "a part of a word": ("imported_modules, evaluate(x)", (), False),
    "a constant": ("getattr(x, y)", ("import_module",), True),
    "two": ("getattr(x, y + z)", ("import_", "module"), True),
    "others": ("getattr(x, y)", ("import", "module"), False),
    "a text that is run": ("eval(x)", (), True),
}


@pytest.mark.parametrize("name", LOADING)
def test_loads_by_name(name: str) -> None:
    text, constants, expected = LOADING[name]
    assert Said({"m": text.encode()}, pieces_of(constants)).loads_by_name is expected


OWN = {
    "nothing": ("x = 1", set()),
    "a log's": ("log = getLogger(__name__)", set()),
    "what is compared": ('if __name__ == "__main__": f()', set()),
    "a class's": ("type(x).__name__, cls.__name__", set()),
    "cut": ("__name__.rpartition('.')[0]", {"a.b", "a"}),
    "handed on": ("up(__name__)", {"a.b", "a"}),
    "another module's": ("c.__name__ + '.x'", {"d.c", "d"}),
    "its package": ("__package__", {"a.b", "a"}),
    "its specification": ("__spec__.parent", {"a.b", "a"}),
    "what a class knows": ("type(x).__module__", {"a.b", "a"}),
    "its path": ("__path__", {"a.b"}),
}


@pytest.mark.parametrize("name", OWN)
def test_own_names(name: str) -> None:
    text, expected = OWN[name]
    assert set(own_names({"a.b": text.encode(), "d.c": b""})) == expected


CAN_LOAD = {
    "the whole name": (["a.b"], {"a.b": True, "a.bc": True, "b": False}),
    "the beginning up to a dot": (["a."], {"a.b": True, "a": False, "ab.c": False}),
    "the package": (["a"], {"a.b": True, "a": True, "b.a": False}),
    "in parts": (["a", ".b", "c"], {"a.bc": True, "a.b.c": True, "d": False}),
    "as a path": (["a/b"], {"a.b": True, "b": True}),
    "in other letters": (["A.B"], {"a.b": True, "A.b": True}),
    "a beginning that is no package": (["a"], {"ab": False, "ab.c": False}),
    "in a text that is run": (["__import__('a.b')"], {"a.b": True, "c": False}),
    "nothing": ([], {"a": False}),
}


@pytest.mark.parametrize("name", CAN_LOAD)
def test_can_load(name: str) -> None:
    constants, rows = CAN_LOAD[name]
    said = Said({"m": b"eval(x)"}, pieces_of(constants))
    assert {module: said.can_load(module) for module in rows} == rows


def test_names_are_words_or_spelled() -> None:
    said = Said({"m": b"go(x); gone"}, pieces_of(["ho", "ok"]))
    assert [said.names({name}) for name in ("go", "gon", "hook", "hooks")] == [True, False, True, False]
    assert not said.names(())


def test_beginnings() -> None:
    assert beginnings("abcd", frozenset(("a", "bc", "b", "x"))) == {1, 2, 3}
    assert beginnings("a" * 300, frozenset("a")) == set(range(1, 301))
    assert beginnings("abc", frozenset()) == set()


def test_words_are_those_that_load() -> None:
    assert LOADERS.search(b"sys.modules") and not LOADERS.search(b"submodules")
