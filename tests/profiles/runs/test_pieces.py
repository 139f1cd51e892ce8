"""How often each runs of what loops over pieces, and through them, call."""

from __future__ import annotations

import pytest

from code_path_audit.profiles.runs.pieces import INNER, OUTER, settled
from code_path_audit.profiles.runs.terms import LoopName, Term
from code_path_audit.profiles.runs.words import in_words
from tests.profiles.runs.reading import runs

SOURCE = """
import itertools
def op(row): pass
def step(): pass
def chunks(items, n):
    for i in range(0, len(items), n):
        yield items[i:i + n]
def parts(items, n):
    found = []
    start = 0
    while start < len(items):
        found.append(items[start:min(start + n, len(items))])
        start = start + n
    return found
def slices(items, size=10):
    return [items[i:i + size] for i in range(0, len(items), size)]
def taken(items, n):
    rest = iter(items)
    while batch := list(itertools.islice(rest, n)):
        yield batch
def windows(items, n):
    for i in range(len(items)):
        yield items[i:i + n]
def rests(items):
    for i in range(0, len(items), 1):
        yield items[i:]
def overlapping(items, n):
    for i in range(0, len(items), 5):
        yield items[i:i + n]
def each(batch):
    step()
    for row in batch: op(row)
class Work:
    def each(self, batch):
        for row in batch: op(row)
    def do(self, rows):
        for batch in chunks(rows, 10): self.each(batch)
def main(rows, others):
"""

# what is done, a function, how often it runs
LOOPS = {
    "of a library": ("for batch in itertools.batched(rows, 10):\n    for row in batch: op(row)", "op", "per row"),
    "of a generator": ("for batch in chunks(rows, 10):\n    for row in batch: op(row)", "op", "per row"),
    "of a list that is filled": ("for batch in parts(rows, 10):\n    for row in batch: op(row)", "op", "per row"),
    "of a list that is made": ("for batch in slices(rows):\n    for row in batch: op(row)", "op", "per row"),
    "by a name": ("batches = parts(rows, 10)\nfor batch in batches:\n    for row in batch: op(row)", "op", "per row"),
    "by places": ("for i in range(0, len(rows), 10):\n    for row in rows[i:i + 10]: op(row)", "op", "per row"),
    "with a size": ("n = len(rows)\nfor i in range(0, 9, n):\n    for row in rows[i:i + n]: op(row)", "op", "per row"),
    "numbered": ("for batch in chunks(rows, 10):\n    for i, row in enumerate(batch): op(row)", "op", "per row"),
    "handed on": ("for batch in chunks(rows, 10): each(batch)", "op", "per row"),
    "handed on by name": ("for batch in chunks(rows, 10): each(batch=batch)", "op", "per row"),
    "handed on to a method": ("Work().do(rows)", "op", "per row"),
    "of an iterator's next ones": ("for batch in taken(rows, 10):\n    for row in batch: op(row)", "op", "per row"),
    "once per piece": ("for batch in chunks(rows, 10): each(batch)", "step", "per batch of row"),
    "once per piece of what has no name": ("for batch in chunks(rows + others, 10): each(batch)", "step", "per chunk"),
    "once per piece, by places": ("for i in range(0, len(rows), 10): each(rows[i:i + 10])", "step", "per batch of row"),
    "once per piece of one": ("for i in range(0, len(rows), 1): each(rows[i:i + 1])", "step", "per i"),
    "once per piece of one, gone through": (
        "for i in range(0, len(rows), 1):\n    for row in rows[i:i + 1]: op(row)", "op", "per row",
    ),
    "once per piece of a library's": ("for batch in itertools.batched(rows, 10): step()", "step", "per batch of row"),
    "in a loop around": ("for o in others:\n    for batch in chunks(rows, 10): each(batch)", "op", "per other and row"),
    "one through another": (
        "for a in chunks(rows, 2):\n    for b in chunks(others, 2):\n        for row in b: op(row)", "op",
        "per other and batch of row",
    ),
    "all in each": (
        "for batch in chunks(rows, 10):\n    for row in others: op(row)", "op", "per other and batch of row",
    ),
    "not through pieces alone": ("each(rows)\nfor batch in chunks(rows, 10): each(batch)", "op", "twice per row"),
    "windows": ("for batch in windows(rows, 3):\n    for row in batch: op(row)", "op", "per batch and window"),
    "what is left": ("for batch in rests(rows):\n    for row in batch: op(row)", "op", "per batch and rest"),
    "pieces that overlap": (
        "for batch in overlapping(rows, 9):\n    for row in batch: op(row)", "op", "per batch and overlapping"
    ),
    "a slice in a loop": ("for o in others:\n    for row in rows[1:3]: op(row)", "op", "per other and row"),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOPS)
def test_loops_over_pieces(name: str) -> None:
    body, function, expected = LOOPS[name]
    text = SOURCE + "".join(f"    {line}\n" for line in body.splitlines())
    assert in_words(settled(runs(text, f"m.{function}"))) == expected


def test_a_loop_through_a_piece_takes_one_loop_over_pieces_with_it() -> None:
    """Of two, one is left: which, is the same in any case, since the other has no piece here."""
    outer, inner, loop = LoopName(OUTER, "batch"), LoopName(INNER, "row"), LoopName("loop", "order")
    assert settled((Term((loop, inner, outer), 2),)) == (Term((loop, LoopName("loop", "row")), 2),)
    assert settled((Term((outer,), 1),)) == (Term((outer,), 1),)
    assert settled((Term((inner, outer, outer), 1),)) == (Term((LoopName("loop", "row"), outer), 1),)
    assert settled((Term((inner,), 1),)) == (Term((LoopName("loop", "row"),), 1),)
    assert settled((Term((loop,), 1),)) == (Term((loop,), 1),)
