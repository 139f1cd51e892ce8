"""What makes a long file too costly to parse is what its tree has nodes for, however it is written."""

from __future__ import annotations

import pytest

from code_path_audit.facts.long_files import MOST_TOKENS, NESTED_QUOTES, as_parsed, why_not

WORDS = b"a, " * MOST_TOKENS
QUOTES = (b'"""', b"'" * 3)

READ = {
    "a docstring": b'def f():\n    """' + WORDS + b'"""\n',
    "a raw text of escapes": b"x = r'''" + b"\\'" * MOST_TOKENS + b"'''\n",
    "quotes in a text": b'x = """' + b"\"' " * MOST_TOKENS + b'"""\n',
    "comments": b"# a b c\n" * MOST_TOKENS,
    "comments behind code": b"x # a, b, c, d, e\n" * (MOST_TOKENS // 3),
    "blank lines": b"\n \n" * MOST_TOKENS,
    "a text over many lines": b'x = "' + b"a b\\\n" * MOST_TOKENS + b'"\n',
    "bytes": b"x = b'" + WORDS + b"'\n",
    "letters of other alphabets": ("я = 'день'\n" * (MOST_TOKENS // 5)).encode(),
    "a text beside an f-string": b"x = f'{a}'\n'''" + WORDS + b"'''\n",
    "lines of another system": b"'''" + b"a, b\r\n" * MOST_TOKENS + b"'''\r\n",
}

REFUSED = {
    "code": WORDS,
    "lines": b"a\n" * MOST_TOKENS,
    "lines of an old system": b"a\r" * MOST_TOKENS,
    "comments that hold quotes": b"# '''\n" + WORDS + b"# '''\n",
    "texts": b'"a"\n' * MOST_TOKENS,
    "an f-string": b'f"""' + b"{a}" * MOST_TOKENS + b'"""',
    "a raw f-string": b'rF"""' + b"{a}" * MOST_TOKENS + b'"""',
    "a template": b't"""' + b"{a}" * MOST_TOKENS + b'"""',
    "behind an escaped quote": b"x = '\\'''\n" + WORDS + b"'''",
    "behind a text of two lines": b"x = 'a\\\r\n'''\n" + WORDS + b"''''''",
    "brackets": b"(" * MOST_TOKENS + b"((",
    "quotes": b'"" ' * (MOST_TOKENS + 1),
    "in another encoding": b"# coding: utf-7\n+" + b"AAoAYQAK" * (MOST_TOKENS // 2 + 1) + b"-\n",
}


@pytest.mark.parametrize("case", READ)
def test_read(case: str) -> None:
    assert why_not(READ[case]) == ""


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    assert "more than 600,000 words and signs" in why_not(REFUSED[case])


@pytest.mark.skipif(not NESTED_QUOTES, reason="an f-string ends at its quotes")
@pytest.mark.parametrize("quote", QUOTES)
@pytest.mark.parametrize("begin", [b"f'{%b}'", b"f'{\"}%b\"}'", b"f'''{ # }'''\n1}'''\n%b"])
def test_an_f_string_that_hides_code_in_what_looks_like_a_text(begin: bytes, quote: bytes) -> None:
    assert why_not(begin % quote + b"\n" + WORDS + quote)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\r\nb\rc\n", b"a\nb\nc\n"),
        (b"# coding: latin-1\n'\xe9'\n", "# coding: latin-1\n'é'\n".encode()),
        (b"#!/bin/python\n# -*- coding: utf-7 -*-\n+AAo-\n", b"#!/bin/python\n# -*- coding: utf-7 -*-\n\n\n"),
        (b"# coding: hex\nx\n", b"# coding: hex\nx\n"),
        (b"# coding: nonsense\nx\n", b"# coding: nonsense\nx\n"),
        (b"# coding: ascii\n\xff\n", b"# coding: ascii\n\xff\n"),
        (b"x\n\n# coding: utf-7\n+AAo-\n", b"x\n\n# coding: utf-7\n+AAo-\n"),
        ("é\n", "é\n".encode()),
    ],
)
def test_the_text_that_the_parser_sees(data: bytes | str, text: bytes) -> None:
    assert as_parsed(data) == text
