"""What cannot be parsed is `Unparsable`, with a reason and a line, and never another exception; encodings are read."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from code_path_audit.facts.codec import encode, open_facts
from code_path_audit.facts.extract import Unparsable, extract_module
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.facts.parsing import parse

BROKEN = {
    "syntax": (b"x = 1\ndef f(:\n", "invalid syntax", 2),
    "indentation": (b"def f():\npass\n", "expected an indented block", 2),
    "tabs": (b"if x:\n\ta\n        b\n", "inconsistent use of tabs", 3),
    "an open bracket": (b"x = (1,\n", "was never closed", 1),
    "an open string": (b'x = """a\n\n', "unterminated triple-quoted string", 1),
    "python 2": (b"x = 1\nprint x\n", "Missing parentheses", 2),
    "a byte of another encoding": (b"x = 1\ny = '\xff'\n", "utf-8", None),
    "an unknown encoding": (b"# coding: nonsense\n", "nonsense", 0),
    "an encoding that is none of text": (b"# coding: hex\nx = 1\n", "hex", 0),
    "an encoding against the BOM": (b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", "encoding", 0),
    "a number too long": (b"x = 1" + b"0" * 5_000, "4300 digits", 1),
    "brackets": (b"x = " + b"(" * 10_000 + b")" * 10_000, "too many nested parentheses", 1),
    "brackets that stay open": (b"[" * 10_000, "too many nested parentheses", 1),
    "indented blocks": (b"".join(b" " * n + b"if x:\n" for n in range(200)) + b" " * 200 + b"y\n", "indentation", None),
    "too many statements": (b"a\n" * 450_001, "more than 600,000 words and signs", 0),
    "too many elements": (b"x = [" + b"1," * 450_000 + b"]", "more than 600,000 words and signs", 0),
    "too many brackets": (b"(" * 900_001, "more than 600,000 words and signs", 0),
    "signs": (b"x = " + b"-" * 20_000 + b"1", "nested too deeply", 0),
    "attributes": (b"x" + b".a" * 20_000, "nested too deeply", 0),
    "elifs": (b"if x: a\n" + b"elif y: b\n" * 20_000, "nested too deeply", 0),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken(case: str) -> None:
    data, reason, line = BROKEN[case]
    with pytest.raises(Unparsable) as caught:
        extract_module(data, "m")
    assert reason in caught.value.reason
    assert caught.value.line == line or line is None
    assert caught.value.line <= data.count(b"\n") + 1


@pytest.mark.parametrize("data", [b"\0", b"x = 1\n\0", b"\x7fELF\x01\0\0", b"\xff\xfex\0=\0", bytes(range(256))])
def test_binary(data: bytes) -> None:
    with pytest.raises(Unparsable) as caught:
        extract_module(data, "m")
    assert caught.value.reason


DEEP: dict[str, Callable[[int], str]] = {
    "a + a": lambda n: "+".join(["a"] * n),
    "a and a": lambda n: " and ".join(["a"] * n),
    "a < a": lambda n: " < ".join(["a"] * n),
    "-a": lambda n: "-" * n + "a",
    "not a": lambda n: "not " * n + "a",
    "a.a": lambda n: ".".join(["a"] * n),
    "a()": lambda n: "a" + "()" * n,
    "a[0]": lambda n: "a" + "[0]" * n,
    "a if a else": lambda n: "a if a else " * n + "a",
    "lambda": lambda n: "lambda: " * n + "a",
    "[[": lambda n: "[" * n + "]" * n,
    "[a for": lambda n: "[" * n + "a" + " for a in a]" * n,
    "f-string": lambda n: 'f"' + "{a}" * n + '"',
    "a = a": lambda n: "a = " * n + "a",
    "elif": lambda n: "if a: a\n" + "elif a: a\n" * n,
    "case": lambda n: "match a:\n case " + "[" * n + "]" * n + ": a",
    "annotation": lambda n: "a: " + "b[" * n + "b" + "]" * n,
    "string annotation": lambda n: "a: '" + "(" * n + ")" * n + "'",
    "def": lambda n: "".join(" " * k + "def f():\n" for k in range(n)) + " " * n + "pass",
}


@pytest.mark.parametrize("size", [50, 150, 900, 5_000])
@pytest.mark.parametrize("shape", DEEP)
def test_deep_nesting_gives_facts_or_a_reason(shape: str, size: int) -> None:
    limit = sys.getrecursionlimit()
    data = DEEP[shape](size).encode()
    try:
        found = extract_module(data, "m")
    except Unparsable as error:
        assert error.reason
        assert size > 50
    else:
        assert open_facts(encode(found)) == found
    assert sys.getrecursionlimit() == limit


@pytest.mark.parametrize("size", [900, 2_700, 2_950])
def test_the_verdict_does_not_depend_on_the_stack_of_the_caller(size: int) -> None:
    data = DEEP["a + a"](size).encode()

    def verdict(depth: int) -> ModuleFacts | str:
        if depth:
            return verdict(depth - 1)
        try:
            return extract_module(data, "m")
        except Unparsable as error:
            return error.reason

    assert verdict(0) == verdict(300)


@pytest.mark.parametrize(
    ("data", "functions"),
    [
        (b"", 1),
        (b"\n\n", 1),
        (b"# nothing\n", 1),
        (b'"""A docstring."""', 1),
        (b"\xef\xbb\xbf", 1),
        (b"\x0c\ndef f(): pass\n", 2),
        (b"x = 1\r\ndef f():\r\n    pass\r\n", 2),
        (b"\xef\xbb\xbf# coding: utf-8\ndef f(): pass\n", 2),
        (b"# coding: latin-1\ndef \xe9t\xe9(): pass\n", 2),
        (b"#!/usr/bin/python\n# -*- coding: cp1252 -*-\ndef f(): return '\x80'\n", 2),
        ("# coding: utf-8\ndef été(): pass\n".encode(), 2),
    ],
)
def test_what_is_read(data: bytes, functions: int) -> None:
    assert len(extract_module(data, "m").functions) == functions


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"\xef\xbb\xbfx = '\xc3\xa9'\n", b"x = '\xc3\xa9'\n"),
        (b"# coding: latin-1\nx = f('\xe9')\n", b"# coding: utf-8 .\nx = f('\xc3\xa9')\n"),
        (b"x = f(1)\r\ny = 2\r\n", b"x = f(1)\ny = 2\n"),
    ],
)
def test_an_encoding_changes_nothing(one: bytes, other: bytes) -> None:
    assert extract_module(one, "m") == extract_module(other, "m")


def test_old_line_ends_count_as_lines() -> None:
    source = b"x = 1\n# audit: size=7\ndef f(): pass\n"
    assert extract_module(source.replace(b"\n", b"\r"), "m") == extract_module(source, "m")


LEGAL_FOR_THE_PARSER = """\
return 1
yield 2
break
continue
nonlocal x
await x
def f(a, a): global a
class C: return 1
from a import *
def g():
    from a import *
    nonlocal y
async def h():
    yield 1
    return 2
*a, *b = c
del f()[0]
[(x := y) for x in z]
"""


def test_what_only_the_compiler_refuses_gives_facts() -> None:
    for end in range(1, LEGAL_FOR_THE_PARSER.count("\n") + 1):
        source = "\n".join(LEGAL_FOR_THE_PARSER.splitlines()[:end])
        if source.endswith(":"):
            continue
        found = extract_module(source.encode(), "m")
        assert open_facts(encode(found)) == found


def test_no_warning_of_the_audited_source_reaches_the_user(recwarn: pytest.WarningsRecorder) -> None:
    extract_module(b"x = '\\d'\ny = 1 is 1\nz = 1or 2\na: '\\d' = 1\n", "m")
    assert not recwarn.list


@pytest.mark.parametrize("ruler", ["#" * 400, "# #" * 200, "#\n" * 400])
def test_rulers_behind_a_string(ruler: str) -> None:
    # what may stand between two strings was matched in exponentially many ways: this hung
    assert extract_module(f'x = "a"  {ruler}\n'.encode(), "m").functions


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="f-strings are read in one pass")
def test_an_fstring_that_would_take_minutes() -> None:
    with pytest.raises(Unparsable, match="f-strings with very many expressions"):
        parse(b"x = f'" + b"{x}y" * 60_000 + b"'")


def test_a_long_file_of_plain_code_is_read() -> None:
    assert len(parse(b"def f(x): return {'a': x}\n" * 20_000).body) == 20_000
