"""What the audit's commands write is whole, whenever they are killed: a sample of the crash trials."""

from __future__ import annotations

from random import Random

import pytest

from benchmarks.writers_crash import WRITERS, faults, is_cost_model, killed, race_faults, raced

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", WRITERS)
def test_a_command_that_is_killed(name: str) -> None:
    outcome = killed(3, Random(7), WRITERS[name])
    assert (outcome.kills, outcome.broken) == (3, ())


@pytest.mark.parametrize("name", WRITERS)
def test_two_of_a_command_at_once(name: str) -> None:
    assert raced(2, Random(7), WRITERS[name]) == ()


def test_what_goes_wrong_in_a_race_is_seen() -> None:
    before, after = {"a.toml": b"x = 1\n"}, {"a.toml": b"x = 2\n", "b.toml": b"y = 1\n"}
    well, refused = ("", 0), ("code-path-audit: it is there", 2)
    rows = {
        (): ([well, refused], after),
        ("exit code 1: it is there",): ([well, ("it is there", 1)], after),
        ("exit code 0: Traceback",): ([well, ("Traceback", 0)], after),
        (f"none did it: {[refused, refused]}",): ([refused, refused], after),
        ("b.toml is not there",): ([well, well], {"a.toml": b"x = 2\n"}),
        (".b.toml.tmp is left over",): ([well, well], {**after, ".b.toml.tmp": b"y"}),
        ("a.toml, 6 bytes",): ([well, well], {**after, **before}),
    }
    assert {told: tuple(race_faults(*row, after, WRITERS["libraries"])) for told, row in rows.items()} == {
        told: told for told in rows
    }


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
