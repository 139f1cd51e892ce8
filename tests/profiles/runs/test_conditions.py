"""On which condition functions run, along the best path to each."""

from __future__ import annotations

from textwrap import indent

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


GIVEN = """
def op(): pass
def save(row, commit=True, log=None):
    if commit: commits()
    if log: logs()
    while row: row = row.next
def commits(): pass
def logs(): below_logs()
def below_logs(): pass
def known(row):
    save(row, commit=False)
def main(rows):
    BODY
"""

ASKED = {
    "nobody gives it": ("known(rows)", "commits", "rarely"),
    "it is given by default": ("save(rows)", "commits", "sometimes"),
    "one of several gives it": ("known(rows); save(rows, True)", "commits", "sometimes"),
    "what is given is not known": ("save(rows, rows)", "commits", "sometimes"),
    "nobody gives what leads there": ("save(rows)", "below_logs", "rarely"),
    "all that is asked for": ("save(rows, log=print)", "below_logs", "sometimes"),
}
"""What a caller does, a function behind a branch, and on which condition it runs."""


@pytest.mark.parametrize("name", ASKED)
def test_what_nobody_asks_for_runs_rarely(name: str) -> None:
    body, function, word = ASKED[name]
    found = counted(GIVEN.replace("BODY", body), "m.main")
    assert CONDITIONS[conditions_of(found.reach, apart=found.apart)[f"m.{function}", "certain"]] == word


BRANCHES = {
    "both arms": ("if x: f()\nelse: f()", "always"),
    "one arm, and another branch": ("if x: f()\nif y: f()", "sometimes"),
    "what follows an arm that leaves": ("if x: return f()\nf()", "always"),
    "three arms": ("if x: f()\nelif y: f()\nelse: f()", "always"),
    "two of three arms": ("if x: f()\nelif y: pass\nelse: f()", "sometimes"),
    "two arms without an else": ("if x: f()\nelif y: f()", "sometimes"),
    "both arms, one of them on a condition": ("if x:\n    if y: f()\nelse: f()", "sometimes"),
    "both arms, in both of each": ("if x:\n    if y: f()\n    else: f()\nelse: f()", "always"),
    "both arms of an arm": ("if y:\n    if x: f()\n    else: f()", "sometimes"),
    "both arms of an expression": ("g(f() if x else f())", "always"),
    "each case and any other": ("match x:\n    case 1: f()\n    case _: f()", "always"),
    "two cases and nothing else": ("match x:\n    case [_]: f()\n    case str(): f()", "sometimes"),
    "two cases that leave": ("match x:\n    case [_]: return f()\n    case str(): return f()", "sometimes"),
    "where something goes wrong and else": ("try: pass\nexcept ValueError: f()\nelse: pass", "rarely"),
    "before an error": ("if x:\n    f()\n    raise ValueError\nelse: f()", "always"),
}
"""What a function does, and on which condition f runs."""


@pytest.mark.parametrize("name", BRANCHES)
def test_what_each_arm_of_a_branch_calls_runs_as_the_branch_does(name: str) -> None:
    body, word = BRANCHES[name]
    source = f"def f(): pass\ndef g(x): pass\ndef main(x, y):\n{indent(body, '    ')}\n"
    assert CONDITIONS[conditions_of(counted(source, "m.main").reach)["m.f", "certain"]] == word


ARMS = """
def main(kind, rows):
    if kind.new:
        one(kind)
    elif kind.old:
        two(kind)
    else:
        three(kind)
    if kind.left:
        return four(kind)
    five(kind)
def one(kind): every(kind)
def two(kind):
    for row in kind: every(row)
def three(kind):
    if kind.last: every(kind)
    else: other(kind)
    three_alone(kind)
def three_alone(kind): pass
def other(kind): every(kind)
def every(kind): pass
def four(kind): last(kind)
def five(kind):
    if kind: last(kind)
    elif rows: five(kind)
    else: last(kind)
def last(kind): pass
"""


@pytest.mark.parametrize(
    ("function", "word"),
    [("every", "always"), ("other", "sometimes"), ("three_alone", "sometimes"), ("last", "sometimes")],
)
def test_what_every_arm_comes_by_through_other_functions(function: str, word: str) -> None:
    """Of what leads back to where it began nobody knows that it ends."""
    found = conditions_of(counted(ARMS, "m.main").reach)
    assert CONDITIONS[found[f"m.{function}", "certain"]] == word
    found = conditions_of(counted(ARMS.replace("elif rows: five(kind)", "elif rows: last(kind)"), "m.main").reach)
    assert CONDITIONS[found["m.last", "certain"]] == "always"
