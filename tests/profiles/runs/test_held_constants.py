"""The constants that a register holds, as the instructions of its function say it."""

from __future__ import annotations

import pytest

from code_path_audit.profiles.runs.held_constants import value_of
from code_path_audit.profiles.values import ValuesOf
from tests.callgraph.solving import program_of

# what is given, what is known of it
GIVEN = {
    "'text'": "'text",
    "7": "#7",
    "['a', 'b']": "&a\nb",
    "('a', 1)": "&a\n?",
    "[1, 2]": "",
    "['a', *words]": "&a\nw1\nw2",
    "['a', *others]": "&a\n?",
    "['a'] + words": "&a\nw1\nw2",
    "['a'] + others": "&a\n?",
    "words + ['a']": "&w1\nw2\na",
    "list(words)": "&w1\nw2",
    "tuple(others)": "",
    "[one, 'a']": "&x\na",
    "words": "&w1\nw2",
    "words[0]": "",
}


@pytest.mark.parametrize("given", GIVEN)
def test_given(given: str) -> None:
    program = program_of({"m": f"def f(words, others, one):\n    g({given})\n"})
    values = ValuesOf(program)("m.f")
    (call,) = values.calls.values() if len(values.calls) == 1 else [values.calls[max(values.calls)]]
    assert (value_of(values, call[3][0], {0: "&w1\nw2", 2: "'x"}) or "") == GIVEN[given]
