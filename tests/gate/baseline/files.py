"""A baseline and its file, for the tests of both."""

# ruff: noqa: E501 (a row of a baseline file is one line)

from __future__ import annotations

from hypothesis import strategies as st

from code_path_gate.baseline.model import Acceptance, MutationRow
from tests.gate.rows import baseline, op

GET = op("shop.net.get requests.get 100")._replace(runs="1", condition="sometimes", body="")
ONE = baseline(
    op("shop.store.load json.load 1000 x3")._replace(runs="3", condition="always", body=""),
    op("shop.store.save open 20")._replace(runs="1", condition="always", body=""),
    unresolved="shop.store.load getattr 2",
)._replace(mutations=(MutationRow("shop.store.save", "attr_write", "self.saved"),))
AGREED = Acceptance(GET, "the server is near", "2027-01-31")

TEXT = """\
{
"format": 5,
"action": "save",
"analysis": 1,
"model": "heuristic",
"costs": [
{"name": "file_io", "base": 0, "warm_base": 0, "per_unit": 100},
{"name": "json_io", "base": 0, "warm_base": 0, "per_unit": 150},
{"name": "network", "base": 0, "warm_base": 0, "per_unit": 500},
{"name": "pickle", "base": 0, "warm_base": 0, "per_unit": 300},
"end"],
"ops": [
{"id": "LOAD", "function": "shop.store.load", "callee": "json.load", "cost_class": "loop_amplified", \
"base_class": "json_io", "ordinal": 1, "size": 1000, "size_source": "literal", "amplification": 3, "open_loops": 0, "weight": 450000, "evidence": "certain", \
"runs": "3", "condition": "always"},
{"id": "SAVE", "function": "shop.store.save", "callee": "open", "cost_class": "file_io", \
"base_class": "file_io", "ordinal": 1, "size": 20, "size_source": "literal", "amplification": 1, "open_loops": 0, "weight": 2000, "evidence": "certain", \
"runs": "1", "condition": "always"},
"end"],
"unresolved": [
{"function": "shop.store.load", "reason": "getattr", "calls": 2},
"end"],
"mutations": [
{"function": "shop.store.save", "kind": "attr_write", "target": "self.saved"},
"end"]
}
"""
for name, row in {"LOAD": ONE.ops[0], "SAVE": ONE.ops[1]}.items():
    TEXT = TEXT.replace(f'"{name}"', f'"{row.id}"')

ACCEPTED = """\
"accepted": [
{"id": "GET", "function": "shop.net.get", "callee": "requests.get", "cost_class": "network", \
"base_class": "network", "ordinal": 1, "size": 100, "size_source": "literal", "amplification": 1, "open_loops": 0, "weight": 50000, "evidence": "certain", \
"runs": "1", "condition": "sometimes", "reason": "the server is near", "until": "2027-01-31"},
"end"],
""".replace('"GET"', f'"{GET.id}"')
OLD = TEXT.replace('"unresolved": [', ACCEPTED + '"unresolved": [', 1).replace('"runs"', '"body": "body of f", "runs"')
"""As format 4 had it: with bodies, and with an acceptance."""

names = st.text(min_size=1, max_size=8)
rows = st.builds(
    lambda f, n, size, times: op(f"f json.load {size} x{times} #{n}")._replace(function=f, body=""),
    names, st.integers(1, 3), st.integers(0, 10**12), st.integers(1, 10**9),
)  # fmt: skip
