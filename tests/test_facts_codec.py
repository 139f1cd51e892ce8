"""Facts are stored and reloaded without loss, and whatever else is reloaded is refused.

`decode` checks each register, call site and function that an instruction mentions, so that these tests also say that
extraction never makes one that is not there.
"""

from __future__ import annotations

import ast
import json
import sys
import sysconfig
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from code_path_audit.facts import code as op
from code_path_audit.facts import codec
from code_path_audit.facts.codec import decode, encode
from code_path_audit.facts.extract import Unparsable, extract_module
from code_path_audit.facts.model import ModuleFacts

ROOT = Path(__file__).resolve().parents[1]
OWN = sorted((ROOT / "audit").rglob("*.py")) + sorted((ROOT / "hooks").rglob("*.py"))
SPECIMENS = sorted((ROOT / "tests" / "specimens").rglob("*.py"))


def same(one: object, other: object) -> bool:
    """Equal, and of the same types all the way down: a named tuple equals a plain one."""
    if type(one) is not type(other) or one != other:
        return False
    return not (isinstance(one, tuple) and isinstance(other, tuple)) or all(map(same, one, other))


def sound(facts: ModuleFacts) -> None:
    """Stored and reloaded; and what the statements say of sites is true of them."""
    data = encode(facts)
    assert same(decode(data), facts)
    assert encode(decode(data)) == data
    for function in facts.functions:
        for one, two in zip(function.statements, function.statements[1:], strict=False):
            assert one.first <= one.last <= two.last
        mentioned = {row[-1] for row in function.code if codec.SHAPES[row[0]][-1] == "S"}
        # no site that no instruction speaks of, but those of loads whose element is known (facts.forwarding)
        assert {n for n, site in enumerate(function.sites) if site.text != "__getitem__"} <= mentioned


@pytest.mark.parametrize("folder", ["audit", "hooks", "tests/specimens"])
def test_without_loss(folder: str) -> None:
    found = 0
    for path in sorted((ROOT / folder).rglob("*.py")):
        try:
            facts = extract_module(path.read_bytes(), "a.b", path.name == "__init__.py")
        except Unparsable as error:  # a specimen of a newer version's syntax
            assert "specimens" in folder and sys.version_info < (3, 14), (path, error)
            continue
        sound(facts)
        found += 1
    assert found > 10


@pytest.mark.slow
def test_the_standard_library() -> None:
    """Files that nobody wrote for this: some seconds."""
    paths = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))[::2][:100]
    assert len(paths) > 50
    for path in paths:
        sound(extract_module(path.read_bytes(), path.stem))


def test_every_instruction_has_a_shape() -> None:
    assert codec.SHAPES.keys() == op.NAMES.keys()


@pytest.mark.parametrize(
    "source",
    [
        "x = '\\ud83d\\ude00', '\\ud800', '\U0001f600', '\\0', '\u2028'\n",  # surrogates stay as many as they were
        "x = -0x" + "f" * 5_000 + "\ny = 0x" + "f" * 5_000 + "\nf(0x" + "f" * 5_000 + ")\n",
        "x = " + "9" * 4_000 + "\n",
        "x: Literal[-9223372036854775808, True, None, 'a', ...] = 1e400, 1j, ..., b'\\0'\n",
        "def \u00e9(\ufb01): pass\n",
    ],
)
def test_odd_values(source: str) -> None:
    sound(extract_module(source.encode(), "m"))


# programs

NAMES = st.sampled_from(["a", "b", "c", "d"])
ATOMS = NAMES | st.sampled_from(["1", "-1", "'s'", "b's'", "None", "...", "1.5", "True", "[]", "{}", "()"])


def wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions of expressions."""

    def form(text: str) -> st.SearchStrategy[str]:
        return st.tuples(inner, inner, inner, NAMES).map(lambda parts: "(" + text.format(*parts) + ")")

    forms = (
        "{0}.{3}", "{0}[{1}]", "{0}[{1}:{2}]", "{0}({1}, {3}={2})", "{0}(*{1}, **{2})", "{0} + {1}", "not {0}",
        "{0} and {1} or {2}", "{0} if {1} else {2}", "{0} < {1} in {2}", "[{0}, *{1}]", "{{{0}: {1}, **{2}}}",
        "{{{0}, {1}}}", "{0}, {1}", "lambda {3}, *x, y={0}: {1}", "[{0} for {3} in {1} if {2}]",
        "{{{0}: {3} for {3} in {1}}}", "{{{0} for {3}, x in {1} for y in {2}}}", "{0} for {3} in {1}", "{3} := {0}",
        "yield {0}", "yield from {0}", "await {0}", "f'{{{0}!r:>{{{3}}}}}'", "{0}.{3}()", "isinstance({3}, {0})",
        "callable({3})", "[{0} async for {3} in {1}]", "range({0}, {1})", "{3}.append({0})", "-{0}",
    )  # fmt: skip
    return st.sampled_from(forms).flatmap(form)


EXPRESSIONS = st.recursive(ATOMS, wider, max_leaves=3)
TARGETS = NAMES | st.sampled_from(["a.b", "a[0]", "a, b", "[a, *b]", "a[0].c", "(a, (b, c))"])
SIMPLE = st.one_of(
    st.tuples(TARGETS, EXPRESSIONS).map(lambda p: f"{p[0]} = {p[1]}"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda p: f"{p[0]} += {p[1]}"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda p: f"{p[0]}.x: {p[1]} = {p[1]}"),
    EXPRESSIONS,
    EXPRESSIONS.map(lambda e: f"return {e}"),
    EXPRESSIONS.map(lambda e: f"raise {e}"),
    EXPRESSIONS.map(lambda e: f"assert {e}, {e}"),
    TARGETS.filter(lambda t: "*" not in t).map(lambda t: f"del {t}"),
    NAMES.map(lambda n: f"global {n}"),
    NAMES.map(lambda n: f"nonlocal {n}"),
    st.sampled_from(
        [
            "pass",
            "break",
            "continue",
            "import a.b",
            "import a as c",
            "from . import b",
            "from a import *",
            "from .a import b as d",
        ]
    ),
)


def indented(text: str) -> str:
    """A block."""
    return "".join(f" {line}\n" for line in text.splitlines())


def blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Statements of statements."""
    forms = (
        "if {0}:\n{3}else:\n{4}", "if isinstance({1}, {0}):\n{3}", "for {2} in {0}:\n{3}else:\n{4}", "while {0}:\n{3}",
        "while True:\n{3}{4}", "try:\n{3}except {0} as {1}:\n{4}else:\n{5}finally:\n{5}", "try:\n{3}finally:\n{4}",
        "try:\n{3}except* {0}:\n{4}", "with {0} as {2}, {0}:\n{3}",
        "def {1}({1}, /, x={0}, *y, z: {0}, **w) -> {0}:\n{3}",
        "async def {1}({1}):\n{3}{4}", "@{0}\nclass {1}({0}, x={0}):\n{3}{4}",
        "async def {1}(x):\n async for {2} in {0}:\n {{p}}\n{3}",
        "match {0}:\n case {1}.x | [_, *{1}] if {0}:\n  pass\n"
        " case {1}(x, y=_) as z:\n  pass\n case {{'k': 1, **r}}:\n  pass\n{3}",
    )  # fmt: skip

    def form(text: str) -> st.SearchStrategy[str]:
        body = inner.map(indented)
        parts = st.tuples(EXPRESSIONS, NAMES, TARGETS, body, body, body)
        return parts.map(lambda p: placed(text, p))

    return st.sampled_from(forms).flatmap(form)


def placed(text: str, parts: tuple[str, str, str, str, str, str]) -> str:
    """A form with its parts; a block of a match stands in its last case."""
    if text.startswith("match"):
        parts = (*parts[:3], indented("case _:\n" + parts[3]), *parts[4:])
    return text.format(*parts, p="pass").replace("{p}", "pass") + "\n"


STATEMENTS = st.recursive(
    SIMPLE.map(lambda s: s + "\n"),
    lambda inner: blocks(st.lists(inner, min_size=1, max_size=3).map("".join)),
    max_leaves=5,
)
MODULES = st.lists(STATEMENTS, min_size=1, max_size=3).map("".join)


def test_any_program() -> None:
    parsed: list[bool] = []

    @given(MODULES)
    @settings(max_examples=120)
    def check(source: str) -> None:
        try:
            ast.parse(source)
        except SyntaxError:  # such as a walrus where none may stand
            parsed.append(False)
            with pytest.raises(Unparsable):
                extract_module(source.encode(), "a.b")
            return
        parsed.append(True)
        facts = extract_module(source.encode(), "a.b")
        sound(facts)
        assert extract_module(source.encode(), "a.b") == facts

    check()
    assert sum(parsed) > len(parsed) // 2


@given(st.binary(max_size=200))
@example(b"# coding: utf-16\nx = 1\n")
@example(b"# coding: rot13\nk = 1\n")
@example(b"# coding: unicode_escape\nx = '\\x0a'\n")
@example(b"# coding: undefined\n")
@settings(max_examples=300)
def test_any_bytes(data: bytes) -> None:
    try:
        sound(extract_module(data, "m"))
    except Unparsable as error:
        assert error.reason


# what is refused

GOOD = extract_module(OWN[0].read_bytes(), "a")
SMALL = extract_module(b"import a\ndef f(x: int = 1): return x.y(*x, k=[1])\n", "m")


def sealed(value: object) -> bytes:
    """Any JSON, as if it were facts of this version."""
    payload = json.dumps(value).encode()
    return codec._HEAD % (codec.VERSION, crc32(payload)) + payload


def test_what_is_sealed_is_read() -> None:
    assert same(decode(sealed(SMALL)), SMALL)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"[]",
        encode(GOOD)[:-1],
        encode(GOOD) + b" ",
        encode(GOOD)[1:],
        encode(GOOD).replace(b"facts 1 ", b"facts 2 ", 1),
        encode(GOOD).replace(b"\n", b"\r\n", 1),
        sealed(None),
        sealed(1),
        sealed("abc"),
        sealed({}),
        sealed([]),
        sealed([[]] * 5),
        sealed({"module": "m"}),
        sealed([*SMALL, 1]),
        sealed([1, *SMALL[1:]]),
        sealed(["m", 0, *SMALL[2:]]),
        sealed(["m", False, [], None, []]),
        sealed(["m", False, {}, None, []]),
        sealed([*SMALL[:3], "ab", []]),
        sealed([*SMALL[:4], [[1, "bound", 1.5]]]),
        sealed([*SMALL[:4], [[1, "limit", 1]]]),
        sealed([*SMALL[:4], ""]),
        codec._HEAD % (codec.VERSION, crc32(b"[" * 200_000)) + b"[" * 200_000,
        codec._HEAD % (codec.VERSION, crc32(b"NaN")) + b"NaN",
        codec._HEAD % (codec.VERSION, crc32(b"\xff")) + b"\xff",
        codec._HEAD % (codec.VERSION, crc32(b"9" * 10_000)) + b"9" * 10_000,
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        decode(data)


def replaced(value: object, path: tuple[int, ...], new: object) -> object:
    """A copy of nested tuples with one place changed."""
    if not path:
        return new
    assert isinstance(value, tuple)
    items = list(value)
    items[path[0]] = replaced(items[path[0]], path[1:], new)
    return items


def places(value: object, path: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    """The paths of all values within nested tuples."""
    found = [path]
    if isinstance(value, tuple):
        for index, item in enumerate(value):
            found += places(item, (*path, index))
    return found


@given(st.data())
@settings(max_examples=300)
def test_one_value_changed_is_refused_or_keeps_every_promise(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(places(SMALL)))
    new: object = data.draw(
        st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.integers(-3, 12) | st.text(max_size=3)
        | st.just([]) | st.just({}) | st.just([[]]) | st.floats()
    )  # fmt: skip
    try:
        found = decode(sealed(replaced(SMALL, path, new)))
    except ValueError:
        return
    assert same(decode(encode(found)), found)
    for function in found.functions:
        for row in function.code:
            assert row[0] in op.NAMES
            assert len(row) - 1 in (len(codec.SHAPES[row[0]]), len(codec.SHAPES[row[0]].rstrip("?")))


@given(st.data())
@settings(max_examples=200)
def test_damaged_bytes_are_refused(data: st.DataObject) -> None:
    good = encode(SMALL)
    place = data.draw(st.integers(0, len(good) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != good[place]))
    with pytest.raises(ValueError):
        decode(good[:place] + bytes([byte]) + good[place + 1 :])


@pytest.mark.parametrize(("field", "value"), [("module", object()), ("exports", (float("nan"),))])
def test_what_is_no_fact_is_not_stored(field: str, value: Any) -> None:
    with pytest.raises(ValueError):
        encode(SMALL._replace(**{field: value}))
