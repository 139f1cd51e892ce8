"""What code outside may use is bounded: past the limits it is told that more may run."""

from __future__ import annotations

import pytest

from code_path_audit.callgraph.library import summaries
from tests.callgraph.solving import solve

POOL = "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor()\n" + "".join(
    f"def g{n}(): pass\ndef h{n}(): pool.submit(g{n}).result()\n" for n in range(6)
)
"""Each use of the pool may run all that it was given."""

MAIN = "def main():\n" + "".join(f"    h{n}()\n" for n in range(6))


def widened() -> tuple[str, ...]:
    return solve({"m": POOL + MAIN}, "m.main").widened


def test_few_uses_are_all_followed() -> None:
    assert summaries.WIDENED not in widened()


@pytest.mark.parametrize("limit", ["MAX_PLACES", "MAX_GIVEN"])
def test_what_is_past_a_limit_is_told(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(summaries, limit, 5)
    assert summaries.WIDENED in widened()
