"""Text without what no fact depends on: the same code has the same facts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.facts.extract import extract_module
from code_path_audit.facts.normalized_text import essence, same_code
from code_path_audit.facts.parsing import Unparsable

TEXT = """\
'''Of the module.

More of it.
'''
import json


def save(names):
    '''Of the function.

    # no comment
    '''
    total = 1 + \\
        2
    for name in names:
        print(name, f"{total}")  # said

    return json.dumps(total)
"""

LAYOUT = ("", "# a comment", "    # deeper", "  ", "\\", "'''", '"', "# audit: bound=9", "    # it's")
SPECIMENS = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("specimens/*/main.py"))]


def is_readable(text: bytes) -> bool:
    """Whether this Python can parse a specimen; some show what a later one has."""
    try:
        extract_module(text, "m")
    except Unparsable:
        return False
    return True


TEXTS = [TEXT.encode(), *filter(is_readable, SPECIMENS)]


@given(st.sampled_from(TEXTS), st.lists(st.tuples(st.integers(0, 200), st.sampled_from(LAYOUT))))
def test_the_same_code_has_the_same_facts(text: bytes, more: list[tuple[int, str]]) -> None:
    lines = text.split(b"\n")
    for at, line in more:
        lines.insert(at % (len(lines) + 1), line.encode())
    edited = b"\n".join(lines)
    if not same_code(text, edited):
        return
    old, new = extract_module(text, "m"), extract_module(edited, "m")
    assert [function.body[:-1] for function in old.functions] == [function.body[:-1] for function in new.functions]
    assert (old.digests, old.header, old.strings, old.exports) == (new.digests, new.header, new.strings, new.exports)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("x = 1 \\\n+ 2\n", "x = 1 \\\n\n+ 2\n"),
        ("x = 1 \\\n+ 2\n", "x = 1 \\\n# a comment\n+ 2\n"),
        ("x = '''\n'''\n", "x = '''\n\n'''\n"),
        ("x = '''\n# a\n'''\n", "x = '''\n'''\n"),
        ("x = f'''{y = }'''\n", "x = f'''{y  = }'''\n"),
        ("x = f'{\ny = }'\n", "x = f'{\n\ny = }'\n"),
        ("x = f'{d['#']}'\n", "x = f'{d['\n'#']}'\n"),
        ("if x:\n    y\n", "if x:\n  y\n"),
        ("x = '#'\n", "x = '\n"),
    ],
)  # fmt: skip
def test_other_code_has_another_essence(one: str, two: str) -> None:
    assert essence(one.encode()) != essence(two.encode())
    assert not same_code(one.encode(), two.encode())
