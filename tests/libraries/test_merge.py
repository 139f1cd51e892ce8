"""Several models into one: who wins."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.callgraph.behaviours import Behaviours
from code_path_audit.libraries.merge import merge
from code_path_audit.libraries.model import GENERATOR, PERSON, LibraryModel

Table = Mapping[str, Mapping[str, tuple[str, ...]]]


def model(by: str, rows: Table, aliases: Mapping[str, str] | None = None) -> LibraryModel:
    return LibraryModel("x", by, aliases=aliases or {}, rows=rows)


def rows(*models: LibraryModel) -> dict[str, dict[str, tuple[str, ...]]]:
    """What is known of each function, by word."""
    return merge(models).behaviours.rows


CALLS = {"calls": {"lib.f": ("0",)}}
OTHER = {"calls": {"lib.f": ("1",)}}
KEEPS = {"keeps": {"lib.f": ("1",)}}
ELSEWHERE = {"calls": {"lib.g": ("0",)}}

CASES = [
    ("one", [model(PERSON, CALLS)], {"lib.f": {"calls": ("0",)}}),
    ("words join", [model(PERSON, CALLS), model(PERSON, KEEPS)], {"lib.f": {"calls": ("0",), "keeps": ("1",)}}),
    (
        "names join",
        [model(PERSON, CALLS), model(PERSON, ELSEWHERE)],
        {"lib.f": {"calls": ("0",)}, "lib.g": {"calls": ("0",)}},
    ),
    ("later wins", [model(PERSON, CALLS), model(PERSON, OTHER)], {"lib.f": {"calls": ("1",)}}),
    ("later generated wins", [model(GENERATOR, CALLS), model(GENERATOR, OTHER)], {"lib.f": {"calls": ("1",)}}),
    ("a person wins", [model(PERSON, KEEPS), model(GENERATOR, CALLS)], {"lib.f": {"keeps": ("1",)}}),
    ("and behind", [model(GENERATOR, CALLS), model(PERSON, KEEPS)], {"lib.f": {"keeps": ("1",)}}),
    (
        "by function",
        [model(PERSON, KEEPS), model(GENERATOR, {"calls": {"lib.f": ("0",), "lib.g": ("0",)}})],
        {"lib.f": {"keeps": ("1",)}, "lib.g": {"calls": ("0",)}},
    ),
    (
        "by the name that an alias leads to",
        [model(PERSON, KEEPS), model(GENERATOR, {"calls": {"lib.core.f": ("0",)}}, {"lib.core.f": "lib.f"})],
        {"lib.f": {"keeps": ("1",)}},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "models", "expected"), CASES, ids=[case[0] for case in CASES])
def test_who_wins(name: str, models: list[LibraryModel], expected: dict[str, dict[str, tuple[str, ...]]]) -> None:
    assert rows(*models) == expected


NAMES = st.sampled_from(["lib.f", "lib.g", "lib.C", "lib.C.m", "other.f"])
PLACES = st.lists(st.sampled_from(["0", "1", "func", "*"]), min_size=1, max_size=2).map(tuple)
TABLES = st.dictionaries(st.sampled_from(["calls", "keeps"]), st.dictionaries(NAMES, PLACES, max_size=3), max_size=2)
FILES = st.builds(model, st.sampled_from([PERSON, GENERATOR]), TABLES)


@given(st.lists(FILES, max_size=4))
def test_files_of_two_people_join_as_one_file_would(models: list[LibraryModel]) -> None:
    """Merging in steps is merging at once: what wins does not depend on who was merged with whom first."""
    for word_rows in rows(*models).values():
        assert word_rows.keys() <= {"calls", "keeps"}
    assert rows(*models, *models) == rows(*models)


ALIASES = {"lib.core": "lib", "lib.C2": "lib.C", "a": "b", "b": "a"}
KNOWN = Behaviours(
    {
        "calls": {
            "lib.f": ("0",), "lib.C.run": ("0",), "*.each": ("0",), "lib.*.every": ("1",), "all.**": ("2",),
            "all.f": ("0",),
        },
        "bases": {"lib.D": ("lib.C",)},
    },
    ALIASES,
    {"lib.make": "lib.C", "lib.C.copy": "lib.C"},
)  # fmt: skip

LOOKED_UP = [
    ("lib.f", 0), ("lib.core.f", 0), ("lib.g", None), ("lib.C.run", 0), ("lib.C2.run", 0), ("lib.D.run", 0),
    ("lib.E.run", None), ("other.x.each", 0), ("lib.a.b.every", 1), ("other.a.every", None), ("a.x", None),
    ("all.x.y", 2), ("all.f", 0), ("all.each", 2),
]  # fmt: skip


@pytest.mark.parametrize(("dotted", "position"), LOOKED_UP)
def test_which_row_is_found(dotted: str, position: int | None) -> None:
    calls = KNOWN.facts(dotted).calls
    assert [place.position for place in calls] == ([] if position is None else [position])


@pytest.mark.parametrize(
    ("dotted", "returned"),
    [("lib.make", "lib.C"), ("lib.core.make", "lib.C"), ("lib.D.copy", "lib.C"), ("lib.D.move", None)],
)
def test_what_a_function_returns(dotted: str, returned: str | None) -> None:
    assert KNOWN.returned(dotted) == returned
