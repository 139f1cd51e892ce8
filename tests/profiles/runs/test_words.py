"""How often, in words."""

from __future__ import annotations

import pytest

from code_path_audit.profiles.runs.terms import LIMIT, OTHERS, LoopName, Runs, Term
from code_path_audit.profiles.runs.words import as_text, from_text, in_words

ORDER, LINE, PAGE = (LoopName("loop", name) for name in ("order", "line", "page"))


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        ((), "never"),
        ((Term((), 1),), "once"),
        ((Term((), 2),), "twice"),
        ((Term((), 3),), "3 times"),
        ((Term((), 12_000),), "12,000 times"),
        ((Term((LINE,), 1),), "per line"),
        ((Term((LINE,), 2),), "twice per line"),
        ((Term((LINE, ORDER), 1),), "per order and line"),
        ((Term((LINE, ORDER, PAGE), 3),), "3 times per order, line and page"),
        ((Term((LINE,), 1), Term((), 1)), "per line, and once"),
        ((Term((LINE,), 1), Term((ORDER,), 1), Term((PAGE,), 1), Term((), 4)), "per line, and per order, and more"),
        ((Term((LoopName("first", "3"),), 1),), "up to 3 times"),
        ((Term((LoopName("first", "path"),), 1),), "up to once per path"),
        ((Term((LoopName("first", "path"),), 2),), "up to twice per path"),
        ((Term((LoopName("first", "3"), ORDER), 1),), "up to 3 times per order"),
        (
            (Term(tuple(LoopName("first" if n == 3 else "loop", f"p{n}") for n in range(4)), 1),),
            "at most per p0, p1, p2 and 1 more",
        ),
        ((Term((LoopName("distinct", "kind"),), 1),), "per kind"),
        ((Term((LoopName("cycle", "m.visit"), LoopName("loop", "child")), 1),), "per child in each round of visit"),
        ((Term((LoopName("cycle", "shop.tree.visit"),), 1),), "in each round of visit"),
        ((Term((LINE, LINE), 1),), "per line (2 deep)"),
        ((Term((LINE, ORDER, PAGE, LoopName("loop", "x")), 3),), "per order, line, page and 1 more"),
        ((Term((LoopName("distinct", "kind"), LINE), 1),), "per line and kind"),
        ((Term((LINE,), 1), Term((OTHERS,), 7)), "per line, and 7 times in other loops"),
    ],
)  # fmt: skip
def test_words(runs: Runs, words: str) -> None:
    assert in_words(runs, ["order", "line", "page"]) == words


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        ((), ""),
        ((Term((), 1),), "1"),
        ((Term((LINE, ORDER), 1), Term((), 3)), "line * order + 3"),
        ((Term((LoopName("cycle", "m.visit"), LINE), 2),), "2 * cycle m.visit * line"),
        ((Term((LoopName("distinct", "n and y"),), 1), Term((), 2)), "distinct n and y + 2"),
        ((Term((OTHERS,), 7),), "7 * others "),
    ],
)
def test_a_text_that_is_read_again(runs: Runs, text: str) -> None:
    assert as_text(runs) == text
    assert from_text(text) == runs


def test_a_number_of_any_length_is_read() -> None:
    assert from_text(f"{'9' * 10_000} * order") == (Term((ORDER,), LIMIT),)
