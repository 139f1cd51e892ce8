"""Bodies that were read from a text say the same when they are opened, and whatever else is opened is refused."""

from __future__ import annotations

import random
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from code_path_audit.facts.codec import MAGIC, Functions, extract_bytes, open_facts
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.kept_bodies import bodies_read, open_bodies
from code_path_audit.facts.module import ModuleFacts
from tests.conftest import ROOT

FILES = sorted(
    path for room in ("facts", "callgraph") for path in (ROOT / "audit/code_path_audit" / room).rglob("*.py")
)
SOURCE = b"""
class Shop:
    def total(self, orders: list[int], *, tax: float = 0.2) -> float:
        return sum(order * (1 + tax) for order in orders if order in self.known)

    def outer(self):
        def inner(x): return lambda: x + 1
        return inner

async def load(path):
    for _ in range(3):
        async with open(path) as file:
            yield await file.read()
"""
STORED = extract_bytes(SOURCE, "m")


def functions_of(facts: ModuleFacts) -> Functions:
    assert isinstance(facts.functions, Functions)
    return facts.functions


def read(facts: ModuleFacts) -> bytes:
    for function in facts.functions:
        _ = function.code
    return bodies_read(facts)


def said(function: FunctionFacts) -> str:
    """All that a function says: a named tuple equals a plain one, and does not look like it."""
    return repr((function.name, function.kind, function.parent, function.line, function.body))


@pytest.mark.parametrize("path", random.Random(1).sample(FILES, 20), ids=lambda path: path.stem)
def test_without_loss(path: object) -> None:
    stored = extract_bytes(ROOT.joinpath(str(path)).read_bytes(), "m")
    facts = open_facts(stored)
    data = read(facts)
    opened = open_facts(stored, lambda: open_bodies(data))
    assert list(map(said, opened.functions)) == list(map(said, facts.functions))
    assert opened.digests == facts.digests and opened.strings == facts.strings
    assert read(opened) == b"", "nothing was read from a text, so nothing need be kept anew"


def test_what_was_kept_before_is_kept_with_what_is_read() -> None:
    whole = read(open_facts(STORED))
    facts = open_facts(STORED)
    _ = facts.functions[2].code
    part = bodies_read(facts)
    assert set(open_bodies(part)) == {2}
    again = open_facts(STORED, lambda: open_bodies(part))
    _ = again.functions[3].code
    assert functions_of(again).is_text_read
    assert set(open_bodies(bodies_read(again))) == {2, 3}
    assert read(again) == whole


def test_nothing_is_kept_of_what_nobody_has_read() -> None:
    assert bodies_read(open_facts(STORED)) == b""


WHOLE = read(open_facts(STORED))


@given(st.data())
@settings(max_examples=150)
def test_damaged_bytes_are_refused(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(WHOLE) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != WHOLE[place]))
    for bad in (WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :], WHOLE[:place], WHOLE + WHOLE[: place + 1]):
        with pytest.raises(ValueError):
            open_bodies(bad)


def sealed(head: bytes, rest: bytes) -> bytes:
    magic = MAGIC.replace(b"facts", b"bodies", 1)
    return magic + b"%d %08x\n" % (len(head), crc32(head + rest)) + head + rest


@pytest.mark.parametrize(
    "head", [b"", b"{}", b"[[0]]", b"[[0,-1],[1,3]]", b'[["a",2]]', b"[[0,3]]", b"[[0,null]]", b"1"]
)
def test_another_shape_is_refused(head: bytes) -> None:
    with pytest.raises(ValueError):
        open_bodies(sealed(head, b"[]"))


@pytest.mark.parametrize("body", [b"[]", b"{}", b"[[],[]]", b"1", b"[", b'["a","b"]'])
def test_the_text_is_read_where_what_is_kept_is_no_body(body: bytes) -> None:
    bad = open_bodies(sealed(b"[[2,%d]]" % len(body), body))
    facts = open_facts(STORED, lambda: bad)
    assert facts == open_facts(STORED)
    assert functions_of(facts).is_text_read
