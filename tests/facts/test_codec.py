"""Facts are stored and reloaded without loss, and whatever else is reloaded is refused.

`shape.check` looks at each register, call site and function that an instruction mentions, so that these tests
also say that extraction never makes one that is not there.
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

from code_path_audit.facts import codec
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.codec import encode, extract_bytes, open_facts
from code_path_audit.facts.extract import Unparsable, extract_module
from code_path_audit.facts.function import FUNCTION_FIELDS
from code_path_audit.facts.module import ModuleFacts
from tests.conftest import ROOT
from tests.facts.shape import check

OWN = sorted((ROOT / "audit").rglob("*.py")) + sorted((ROOT / "hooks").rglob("*.py"))


def plain(facts: ModuleFacts) -> tuple[Any, ...]:
    """All that facts hold, as tuples all the way down."""
    functions = tuple([tuple([getattr(f, field) for field in FUNCTION_FIELDS]) for f in facts.functions])
    return (facts.module, facts.is_package, functions, facts.exports, facts.hints, facts.header)


def same(one: object, other: object) -> bool:
    """Equal, and of the same types all the way down: a named tuple equals a plain one."""
    if type(one) is not type(other) or one != other:
        return False
    return not (isinstance(one, tuple) and isinstance(other, tuple)) or all(map(same, one, other))


def sound(data: bytes, module: str = "m", is_package: bool = False) -> ModuleFacts:
    """Read early or late, stored as text or as facts: always the same; and what they mention is there."""
    facts = extract_module(data, module, is_package, at_once=True)
    check(facts)
    assert facts == extract_module(data, module, is_package)
    stored = extract_bytes(data, module, is_package)
    opened = open_facts(stored)
    assert not any(opened.functions[index].is_read for index in range(len(opened.functions)))
    assert encode(opened) == stored
    names, *header = facts.header
    assert opened.header.names == names
    assert all(map(set(opened.header[1]).issuperset, [header[0]])) and opened.header[2:] == tuple(header[1:])
    assert set(opened.strings) >= set(facts.strings)
    assert opened == facts
    kept = encode(opened, as_read=True)
    read = open_facts(kept)
    assert read.sources == (None,) * len(facts.functions) or not any(read.sources)
    assert (read.header, read.strings, read.digests) == (opened.header, opened.strings, opened.digests)
    assert same(plain(read)[2], plain(facts)[2])
    assert encode(read, as_read=True) == kept
    check(read)
    for function in facts.functions:
        for one, two in zip(function.statements, function.statements[1:], strict=False):
            assert one.first <= one.last <= two.last
        mentioned = {row[-1] for row in function.code if codec.SHAPES[row[0]][-1] == "S"}
        # no site that no instruction speaks of, but those of loads whose element is known (facts.forwarding)
        assert {n for n, site in enumerate(function.sites) if site.text != "__getitem__"} <= mentioned
    return facts


@pytest.mark.parametrize("folder", ["audit", "hooks", "tests/specimens"])
def test_without_loss(folder: str) -> None:
    found = 0
    for path in sorted((ROOT / folder).rglob("*.py")):
        try:
            sound(path.read_bytes(), "a.b", path.name == "__init__.py")
        except Unparsable as error:  # a specimen of a newer version's syntax
            assert "specimens" in folder and sys.version_info < (3, 14), (path, error)
            continue
        found += 1
    assert found > 10


@pytest.mark.slow
def test_the_standard_library() -> None:
    """Files that nobody wrote for this: some seconds."""
    paths = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))[::2][:100]
    assert len(paths) > 50
    for path in paths:
        sound(path.read_bytes(), path.stem)


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
    sound(source.encode())


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
        sound(source.encode(), "a.b")

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
        sound(data)
    except Unparsable as error:
        assert error.reason


# what is refused

GOOD = extract_bytes(OWN[0].read_bytes(), "a")
SOURCE = b"""\
import a
class C:
    def f(self, x: int = 1) -> str:
        "what it does"  # and why
        for y in x:
            self.z = y
        return x.y(*x, k=[1, "s"])
    g = lambda x: x
"""
KEPT = extract_bytes(SOURCE, "m")


def all_read(data: bytes) -> bytes:
    """The same facts with every body stored as facts."""
    facts = open_facts(data)
    assert all(function.code is not None for function in facts.functions)
    return encode(facts, as_read=True)


READ = all_read(KEPT)


def sealed(head: object, rest: bytes = b"") -> bytes:
    """Any JSON, as if it were the head of facts of this version."""
    first = head if isinstance(head, bytes) else json.dumps(head).encode()
    return codec.MAGIC + b"%d %08x\n" % (len(first), crc32(first + rest)) + first + rest


def parts(data: bytes) -> tuple[Any, bytes]:
    """The head, as JSON, and what follows it."""
    line, _, rest = data.partition(b"\n")
    size = int(line.split()[-2])
    return json.loads(rest[:size]), rest[size:]


def whole(data: bytes) -> ModuleFacts:
    """Facts with every body read."""
    facts = open_facts(data)
    for function in facts.functions:
        assert function.code is not None
    assert facts.strings is not None
    return facts


def test_what_is_sealed_is_read() -> None:
    assert whole(sealed(*parts(KEPT))) == whole(KEPT) == whole(READ) == extract_module(SOURCE, "m")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"[]",
        GOOD[:-1],
        GOOD + b" ",
        GOOD[1:],
        GOOD.replace(codec.MAGIC, b"code-path-audit facts 1 3.11 ", 1),
        GOOD.replace(b"facts %d 3." % codec.VERSION, b"facts %d 2." % codec.VERSION, 1),
        GOOD.replace(b"\n", b"\r\n", 1),
        sealed(None),
        sealed(1),
        sealed("abc"),
        sealed({}),
        sealed([]),
        sealed([[]] * 12),
        sealed({"module": "m"}),
        sealed(["m", False, None, [], "", [], [], [], [[], [], [], []], [], [0], ""]),
        sealed(["m", False, None, [], "0", [-1], [1], [0], [[""], [], [], []], [""], [0, 1], "t"]),
        sealed(b"[" * 200_000),
        sealed(b"NaN"),
        sealed(b"\xff"),
        sealed(b"9" * 10_000),
        sealed(b"[1.5]"),
        sealed(*parts(KEPT)) + b"x",
        codec.MAGIC + b"\n",
        codec.MAGIC + b"-1 00000000\n",
        codec.MAGIC + b"99 00000000\n",
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        open_facts(data)


def replaced(value: Any, path: tuple[int, ...], new: object) -> Any:
    """A copy of nested lists with one place changed."""
    if not path:
        return new
    items = list(value)
    items[path[0]] = replaced(items[path[0]], path[1:], new)
    return items


def places(value: object, path: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    """The paths of all values within nested lists."""
    found = [path]
    if isinstance(value, list):
        for index, item in enumerate(value):
            found += places(item, (*path, index))
    return found


ANYTHING: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.integers(-3, 12) | st.text(max_size=3)
    | st.just([]) | st.just({}) | st.just([[]]) | st.floats()
)  # fmt: skip


@given(st.data())
@settings(max_examples=300)
def test_one_value_of_the_head_changed_gives_facts_or_is_refused(data: st.DataObject) -> None:
    head, rest = parts(data.draw(st.sampled_from([KEPT, READ])))
    path = data.draw(st.sampled_from(places(head)))
    try:
        whole(sealed(replaced(head, path, data.draw(ANYTHING)), rest))
    except ValueError:
        return


@given(st.data())
@settings(max_examples=300)
def test_one_value_of_a_body_changed_gives_facts_or_is_refused(data: st.DataObject) -> None:
    head, rest = parts(READ)
    begin = sum(head[10][:3])  # behind the strings, the module and the class
    body = json.loads(rest[begin : begin + head[10][3]])
    path = data.draw(st.sampled_from(places(body)))
    changed = json.dumps(replaced(body, path, data.draw(ANYTHING))).encode()
    head[10][3] = len(changed)
    head[11] = "-" * len(head[11])
    try:
        found = whole(sealed(head, rest[:begin] + changed + rest[begin + len(json.dumps(body)) :]))
    except ValueError:
        return
    for function in found.functions:
        for row in function.code:
            assert row[0] in op.NAMES
            assert len(row) - 1 in (len(codec.SHAPES[row[0]]), len(codec.SHAPES[row[0]].rstrip("?")))


@given(st.data())
@settings(max_examples=300)
def test_damaged_bytes_are_refused(data: st.DataObject) -> None:
    good = data.draw(st.sampled_from([KEPT, READ]))
    place = data.draw(st.integers(0, len(good) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != good[place]))
    for bad in (good[:place] + bytes([byte]) + good[place + 1 :], good[:place], good + good[:place] or b""):
        if bad != good:
            with pytest.raises(ValueError):
                open_facts(bad)


@pytest.mark.parametrize(
    "text", [b"", b"x = 1", b"def f(", b"\xff", b"if x:\n  pass", b"\0", b" def f(): pass\nx", b"("]
)
def test_a_text_that_is_no_function_is_refused(text: bytes) -> None:
    head, rest = parts(KEPT)
    place = head[11].index("t")
    begin = sum(head[10][: place + 1])
    rest = rest[:begin] + text + rest[begin + head[10][place + 1] :]
    head[10][place + 1] = len(text)
    found = open_facts(sealed(head, rest))
    with pytest.raises(ValueError):
        found.functions[place].code  # noqa: B018


@pytest.mark.parametrize(("module", "exports"), [(object(), None), ("m", (float("nan"),))])
def test_what_is_no_fact_is_not_stored(module: Any, exports: Any) -> None:
    with pytest.raises(ValueError):
        encode(ModuleFacts(module, False, extract_module(SOURCE, "m").functions, exports, ()))


FORMATS = {
    "a format": ("f'{x:>10}'", {">10"}),
    "one behind what has colons of its own": ("f'{x[1:2]:>5}'", {">5"}),
    "one with colons in it": ("f'{x:%H:%M}'", {"%H:%M"}),
    "many fields": ("f'" + "{x:>7}" * 50 + "'", {">7"}),
    "one of many colons": ("f'{x:" + ":" * 50 + "}'", {":" * 50}),
    "colons without end": ("f'{x}" + ":" * 200_000 + "'", set()),
    "colons without end in a field": ("f'{x:" + ":" * 200_000 + "}'", set()),
}


@pytest.mark.parametrize("name", FORMATS)
def test_formats_are_strings(name: str) -> None:
    text, formats = FORMATS[name]
    assert formats <= set(sound(f"def f(x):\n    return {text}\n".encode()).strings)
