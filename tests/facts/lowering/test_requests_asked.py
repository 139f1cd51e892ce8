"""Which instructions are marked as those of some requests."""

from __future__ import annotations

from textwrap import indent

import pytest

from code_path_audit.callgraph.solver.state import of_requests
from code_path_audit.facts import opcodes as op
from tests.facts.reading import facts

LIST, MAKE, FETCH, SEND = "list", "create", "GET", "POST"

ROWS = {
    "if self.action == 'list': a()\nelse: b()": {LIST: "a", MAKE: "b", "": "ab"},
    "if self.action == 'list':\n    return a()\nb()": {LIST: "a", MAKE: "b", "": "ab"},
    "if self.action != 'list': a()\nb()": {LIST: "b", MAKE: "ab"},
    "if not self.action == 'list': a()\nb()": {LIST: "b", MAKE: "ab"},
    "if self.action in ('list', 'x'): a()\nelif self.action == 'create': b()\nc()": {LIST: "ac", MAKE: "bc"},
    "if self.action not in ['list']:\n    return a()\nb()": {LIST: "b", MAKE: "a"},
    "if self.action == 'list' and x: a()\nelse: b()": {LIST: "ab", MAKE: "b"},
    "if self.action == 'list' or x: a()\nelse: b()": {LIST: "a", MAKE: "ab"},
    "if self.action == 'list' and a(): b()\nc()": {LIST: "abc", MAKE: "c"},
    "if self.action != 'list' or a(): b()\nc()": {LIST: "abc", MAKE: "bc"},
    "if request.method == 'POST' and x and a(): b()\nelse: c()": {SEND: "abc", FETCH: "c"},
    "c(a() if self.action == 'list' else b())": {LIST: "ac", MAKE: "bc"},
    "if self.request.method == 'GET': a()\nelse: b()": {FETCH: "a", SEND: "b"},
    "if request.method in SAFE_METHODS: a()\nb()": {FETCH: "ab", SEND: "b"},
    "if x:\n    if self.action == 'list':\n        return a()\n    b()\nc()": {LIST: "abc", MAKE: "bc"},
    "for y in x:\n    if self.action == 'list':\n        continue\n    a()\nb()": {LIST: "ab", MAKE: "ab"},
    "if self.action == 'list':\n    if x: return a()\n    return b()\nc()": {LIST: "ab", MAKE: "c"},
    "if self.action == x: a()\nelse: b()": {LIST: "ab"},
    "if other.action == 'list': a()\nelse: b()": {LIST: "ab", MAKE: "ab"},
}
"""Bodies, and the functions that they call in the requests of an action or a method; "": of which nothing is known."""


@pytest.mark.parametrize("body", ROWS)
def test_what_a_request_runs(body: str) -> None:
    function = facts(f"def f(self, request, x, SAFE_METHODS):\n{indent(body, '    ')}\n").functions[1]
    for asked, called in ROWS[body].items():
        known = {"method" if asked.isupper() else "action": frozenset((asked,))} if asked else {}
        calls = [row[5] for row in of_requests(function.code, known) if row[0] == op.CALL]
        assert "".join(sorted(function.sites[place].text for place in calls)) == called, asked
