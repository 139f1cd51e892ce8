"""What functions ask of their parameters, and callers give: what nothing leads to that is given does not run."""

from __future__ import annotations

import pytest

from code_path_audit.profiles.runs.words import in_words
from tests.profiles.runs.reading import runs

SAVE = """
def op(): pass
class Store:
    def save(self, row, commit=True):
        if commit:
            op()
"""
KEPT = """
def op(): pass
cache = {}
def load(name, strict=False):
    if name not in cache:
        cache[name] = op()
    if strict:
        print(name)
    return cache[name]
"""
HELPERS = """
def op(): pass
def asks(x, deep=False):
    if deep:
        op()
def leaves(x, dry=True):
    if dry:
        return
    op()
def missing(x, found=None):
    if found is None:
        op()
def either(x, deep=False):
    return op() if deep else x
def both(x, deep=False, wide=True):
    if deep and wide:
        op()
def hands_on(x, deep):
    asks(x, deep)
def twice(x, deep=False):
    hands_on(x, deep=deep)
def again(x, first=True):
    if first:
        op()
    for y in x:
        again(y, first=False)
def many(x, a, b, c):
    if a:
        op()
    if b:
        print(x)
    if c:
        print(x)
def rebinds(x, deep=False):
    deep = deep or x
    if deep:
        op()
def changes(x, first=True):
    for y in x:
        if first:
            op()
        first = True
"""

ROWS = {
    "given False, and the default": (SAVE, "for row in rows: s.save(row, commit=False)\ns.save(1)", "once"),
    "given by place": (SAVE, "for row in rows: s.save(row, False)\ns.save(1, True)", "once"),
    "given True": (SAVE, "for row in rows: s.save(row, commit=True)\ns.save(1)", "per row, and once"),
    "not known": (SAVE, "for row in rows: s.save(row, commit=load())\ns.save(1)", "per row, and once"),
    "a dict that may have it": (SAVE, "for row in rows: s.save(row, **load())\ns.save(1)", "per row, and once"),
    "a tuple that may have it": (SAVE, "for row in rows: s.save(*row)\ns.save(1)", "per row, and once"),
    "a dict beside it": (SAVE, "for row in rows: s.save(row, False, **load())\ns.save(1)", "once"),
    "kept whatever is given": (KEPT, "for row in rows: load('a')\nload('a', True)\nload('a', strict=1)", "once"),
    "nobody asks for it": (SAVE, "for row in rows: s.save(row, False)", "per row"),
    "the default": (HELPERS, "for row in rows: asks(row)\nasks(1, deep=True)", "once"),
    "0 and a text": (HELPERS, "for row in rows: asks(row, 0)\nasks(1, 'all')", "once"),
    "an empty text and a number": (HELPERS, "for row in rows: asks(row, '')\nasks(1, 2)", "once"),
    "what follows a return": (HELPERS, "for row in rows: leaves(row)\nleaves(1, dry=False)", "once"),
    "None": (HELPERS, "for row in rows: missing(row, 1)\nmissing(1)", "once"),
    "False is not None": (HELPERS, "for row in rows: missing(row)\nmissing(1, False)", "per row"),
    "x if p else y": (HELPERS, "for row in rows: either(row)\neither(1, True)", "once"),
    "the first of several": (HELPERS, "for row in rows: both(row)\nboth(1, True)", "once"),
    "handed on": (HELPERS, "for row in rows: hands_on(row, False)\nhands_on(1, True)", "once"),
    "handed on twice": (HELPERS, "for row in rows: twice(row)\ntwice(1, True)", "once"),
    "recursion that asks for it at first": (HELPERS, "again(rows)", "once"),
    "by another name": (HELPERS, "f = asks\nfor row in rows: f(row, False)\nf(1, True)", "once"),
    "with what was put before": (
        HELPERS, "import functools\nf = functools.partial(asks, deep=True)\nfor row in rows: f(row)", "per row",
    ),
    "a parameter bound again": (HELPERS, "for row in rows: rebinds(row)\nrebinds(1, True)", "per row, and once"),
    "bound again in a loop": (HELPERS, "changes(load(), False)", "per x"),
    "given only where something went wrong": (
        "def op(): pass\ndef save(x, deep=False):\n    if deep:\n        print(x)\n    op()\n",
        # op runs once in save(1); save(2, True) counts where no other path leads to save
        "save(1)\ntry: print()\nexcept ValueError: save(2, True)", "once",
    ),
    "more combinations than are told apart": (
        HELPERS, "\n".join(f"many(1, 0, {given})" for given in ("0, 0", "0, 1", "1, 0", "1, 1", "1, None")), "once",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_flags(name: str) -> None:
    helpers, body, words = ROWS[name]
    inside = body.replace("\n", "\n    ")
    made = "s = Store()\n    " if "Store" in helpers else ""
    assert in_words(runs(f"{helpers}def main(rows):\n    {made}{inside}\n")) == words


KINDS = """
import enum
def op(): pass
class Mode(enum.Enum):
    READ = 1
    WRITE = 2
def by(kind, size=1):
    if kind == "all":
        op()
    elif kind != "new":
        print(kind)
    elif size > 2:
        print(size)
def some(kind):
    if kind in ("all", "old") or kind == "new":
        op()
def rest(kind="all"):
    if kind == "all":
        return
    op()
def mode(m):
    if m is Mode.READ:
        op()
def matched(kind):
    match kind:
        case "all" | "old":
            print(kind)
        case "new" if print():
            print(kind)
        case 3:
            print(kind)
        case _:
            op()
def hands_on(kind):
    by(kind)
def number(n):
    if n == 1:
        op()
def loud(flag):
    if flag == 1:
        op()
def opened(path, mode="r"):
    writes = "w" in mode
    if writes:
        op()
def packed(path):
    if path.endswith((".gz", ".xz")):
        op()
def own(path):
    if not path.startswith("/"):
        op()
"""

CONSTANTS = {
    "the text that is asked for, and others": ("by('all')\nby('new')\nby('old')", "once"),
    "each round of a loop over texts": ("for kind in ('all', 'new', 'old'):\n    by(kind)", "once"),
    "one text twice": ("for kind in ['all', 'new', 'all']:\n    by(kind)", "twice"),
    "each round, in a loop of rounds": ("for row in rows:\n    for kind in ('all', 'new'): by(kind)", "per row"),
    "each round, with a loop in it": ("for kind in ('all', 'new'):\n    for row in rows: by(kind)", "per row"),
    "pairs": ("for kind, size in (('all', 1), ('new', 2)):\n    by(kind, size)", "once"),
    "pairs of which one part is not known": ("for kind, size in ((rows, 1), ('new', 2)):\n    by(kind, size)", "once"),
    "a loop that is left": ("for kind in ('new', 'all'):\n    by(kind)\n    if rows: break", "once"),
    "more than are told apart": (f"for kind in {tuple(map(str, range(40)))}:\n    by(kind)", "16 times"),
    "not known": ("for row in rows: by(row)", "per row"),
    "None": ("by(None)\nby('all')", "once"),
    "True is no text, as far as is known": ("by(True)\nby('all')", "twice"),
    "several texts": ("some('all')\nsome('new')\nsome('none')", "twice"),
    "what follows a return": ("rest()\nrest('all')\nrest('new')", "once"),
    "a member of an enumeration": ("mode(Mode.READ)\nmode(Mode.WRITE)", "once"),
    "a member that another is equal to, as far as is known": ("mode(1)\nmode(Mode.WRITE)", "once"),
    "match": ("matched('all')\nmatched('new')\nmatched(3)\nmatched('other')", "twice"),
    "handed on": ("hands_on('all')\nhands_on('new')", "once"),
    "what a constant chooses": ("by('all' if True else 'new')\nby('all' if 0 else 'new')", "once"),
    "a number": ("number(1)\nnumber(2)", "once"),
    "True is 1": ("loud(True)\nloud(2)", "once"),
    "a text with another in it, by way of a variable": (
        "for row in rows: opened(row)\nopened(1, 'wb')\nopened(2, mode='rb')", "once",
    ),
    "a text with another in it, not known": ("for row in rows: opened(row, row)\nopened(1, 'w')", "per row, and once"),
    "the end of a text": ("packed('a.gz')\npacked('a.xz')\npacked('a.zip')", "twice"),
    "the beginning of a text": ("own('/a')\nown('a')\nown(1)", "twice"),
    "0 is no 1": ("number(0)\nnumber(1)", "once"),
}  # fmt: skip
"""What callers give to functions that ask which constant it is, and how often `op` runs."""


@pytest.mark.parametrize("name", CONSTANTS)
def test_constants(name: str) -> None:
    body, words = CONSTANTS[name]
    inside = body.replace("\n", "\n    ")
    assert in_words(runs(f"{KINDS}def main(rows):\n    {inside}\n")) == words
