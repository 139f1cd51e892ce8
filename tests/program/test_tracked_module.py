"""What of a module is read, as it is written down."""

# ruff: noqa: E501 (a row is an edit, and reads best as one line)

from __future__ import annotations

import pickle
from collections.abc import Callable
from copy import copy

import pytest

from code_path_audit.facts.codec import encode
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.program.dependencies import Ledger
from code_path_audit.program.tracked_module import STRINGS
from code_path_gate.baseline.body import body_digest
from code_path_gate.measuring import engine
from tests.gate.programs import tree


@pytest.mark.parametrize(
    ("ask", "read"),
    [
        (lambda facts: [(f.name, f.kind, f.parent, f.is_async, f.line, f.end_line, f.is_read) for f in facts.functions], set()),
        (lambda facts: (facts.module, facts.is_package, facts.header, facts.exports, facts.hints, facts.outline), set()),
        (lambda facts: hash(facts) + hash(facts.functions[2]) + len(facts.functions), set()),
        (repr, set()),
        (lambda facts: facts.functions[2].code, {2}),
        (lambda facts: facts.functions[-1].params, {5}),
        (lambda facts: [f.positions for f in facts.functions[1:3]], {1, 2}),
        (lambda facts: facts.functions[1].body, {1}),
        (lambda facts: facts.functions[1] == facts.functions[2], {1, 2}),
        (lambda facts: facts.digest_of(4), {4}),
        (lambda facts: facts.sources[3], {3}),
        (lambda facts: facts.digests, {0, 1, 2, 3, 4, 5}),
        (lambda facts: facts == "other", set()),
        (pickle.dumps, {0, 1, 2, 3, 4, 5}),
        (copy, set()),
        (encode, {STRINGS, 0, 1, 2, 3, 4, 5}),
        (lambda facts: facts.strings, {STRINGS}),
        (lambda facts: body_digest(facts, 1), {1, 4}),
        (lambda facts: body_digest(facts, 2), {2, 5}),
    ],
)  # fmt: skip
def test_what_is_read(ask: Callable[[ModuleFacts], object], read: set[int]) -> None:
    program = engine.load(
        tree({"m.py": "class A:\n    def f(self): pass\n\ndef g():\n    def h(): pass\n\ndef k(): return 'k'\n"})
    )
    facts = program.modules["m"]
    assert facts.header.names == ("", "A", "g", "k", "A.f", "g.h")
    for _ in range(2):
        # the second time, all that it needs has been read for somebody else
        ledger = Ledger()
        ask(ledger.watch(program).modules["m"])
        assert dict(ledger.consulted().read).get("m", ()) == tuple(sorted(read))
        assert ledger.consulted().modules == ("m",)
        assert facts == ledger.watch(program).modules["m"]
