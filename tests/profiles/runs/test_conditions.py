"""On which condition functions run, along the best path to each."""

from __future__ import annotations

import pytest

from code_path_audit.facts.rows import CONDITIONS
from code_path_audit.profiles.runs.conditions import conditions_of
from tests.profiles.runs.reading import counted

SOURCE = """
def main(x, flag):
    always()
    if flag: sometimes()
    try: pass
    except ValueError: rarely()
    if flag: both()
    both()
    if flag: weak()
def always(): below_always()
def below_always(): pass
def sometimes(): below_sometimes()
def below_sometimes(): pass
def rarely(): below_rarely()
def below_rarely(): pass
def both(): pass
def weak():
    try: pass
    except ValueError: end()
def end(): pass
"""


def test_a_view_whose_answer_is_kept_does_not_always_run() -> None:
    reached = counted(SOURCE, "m.main").reach
    for kept, word in ((("m.main",), "sometimes"), (("m.always",), "always")):
        assert CONDITIONS[conditions_of(reached, (), kept)["m.below_always", "certain"]] == word


@pytest.mark.parametrize(
    ("function", "word"),
    [
        ("main", "always"), ("always", "always"), ("below_always", "always"), ("sometimes", "sometimes"),
        ("below_sometimes", "sometimes"), ("rarely", "rarely"), ("below_rarely", "rarely"), ("both", "always"),
        ("end", "rarely"),
    ],
)  # fmt: skip
def test_conditions(function: str, word: str) -> None:
    found = conditions_of(counted(SOURCE, "m.main").reach)
    assert CONDITIONS[found[f"m.{function}", "certain"]] == word
