"""What the audit's commands write is whole, whenever they are killed: a sample of the crash trials."""

from __future__ import annotations

from random import Random

import pytest

from benchmarks.writers_crash import WRITERS, faults, is_cost_model, killed

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", WRITERS)
def test_a_command_that_is_killed(name: str) -> None:
    outcome = killed(3, Random(7), WRITERS[name])
    assert (outcome.kills, outcome.broken) == (3, ())


def test_what_is_cut_short_is_seen() -> None:
    before, after = {"a.toml": b"x = 1\n"}, {"a.toml": b"x = 2\n", "b.toml": b"y = 1\n"}
    rows = {
        (): {**after, ".b.toml.tmp": b"y"},
        ("a.toml, 3 bytes",): {"a.toml": b"x =", "b.toml": b"y = 1\n"},
        ("b.toml, 0 bytes",): {**before, "b.toml": b""},
        ("a.toml is gone",): {},
    }
    assert {found: tuple(faults(files, before, after, WRITERS["prune"])) for found, files in rows.items()} == {
        found: found for found in rows
    }


def test_a_cost_model_that_is_cut_short_is_seen() -> None:
    whole = b'extends = "reference"\n\n[provenance.classes.network]\nassumed = "100 MB/s"\n'
    assert is_cost_model("m.toml", whole)
    assert not [end for end in range(len(whole)) if is_cost_model("m.toml", whole[:end])]
