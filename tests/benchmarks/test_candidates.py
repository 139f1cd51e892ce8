"""Planted mistakes: each is named with its cure, or it is written down why not; and the tables of what was judged."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from benchmarks.candidates import (
    DATA,
    PAGE,
    PLANTED,
    SHOP,
    Application,
    Mistake,
    Told,
    applications_table,
    apply,
    drawn,
    mistakes_table,
    told_in,
)
from code_path_audit import pipeline
from code_path_audit.config import load_config

APPS = sorted(path.parent.name for path in PLANTED.glob("*/mistakes.toml"))


def mistakes(app: str) -> list[dict[str, Any]]:
    return list(tomllib.loads((PLANTED / app / "mistakes.toml").read_text(encoding="utf-8"))["mistake"])


CASES = [(app, row["name"]) for app in APPS for row in mistakes(app)]


@pytest.mark.parametrize("app", APPS)
def test_without_a_mistake_nothing_is_told(app: str) -> None:
    assert told_in(PLANTED / app) == ()


@pytest.mark.parametrize(("app", "name"), CASES)
def test_a_mistake_is_named_with_its_cure(app: str, name: str, tmp_path: Path) -> None:
    import shutil

    row = next(row for row in mistakes(app) if row["name"] == name)
    root = Path(shutil.copytree(PLANTED / app, tmp_path / app))
    apply(root, row)
    found = Mistake(app, name, row["cure"], told_in(root, row["action"])).found
    assert (found is not None) == ("missed" not in row), "it is missed and not said to be, or the other way round"


def test_every_patch_of_the_shop_has_a_row() -> None:
    patches = {path.name.split("-")[0] for path in (SHOP / "mistakes").glob("*.patch")}
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["shop"]
    assert {row["patch"] for row in rows} == patches
    assert all(re.compile(row["cure"]) for row in rows)


def test_functions_are_drawn_the_same_each_time() -> None:
    config = load_config(PLANTED / "feeds")
    program = pipeline.load(config)
    assert drawn(program, "feeds") == drawn(program, "feeds")


TOLD = Told("hoist", "Run it once", "a.f", "a.py:3", "12345678", True)


def test_a_table_of_mistakes() -> None:
    rows = [
        Mistake("shop", "one | two", "hoist: .*once", (TOLD,)),
        Mistake("shop", "small", "hoist: ", (TOLD._replace(is_first=False),)),
        Mistake("shop", "unknown", "cache: ", ()),
        Mistake("shop", "harmless", "", ()),
    ]
    assert mistakes_table(rows).splitlines()[2:] == [
        "| shop | one / two | hoist: Run it once [a.f] |",
        "| shop | small | no: hoist: Run it once [a.f] saves less than a twentieth |",
        "| shop | unknown | no |",
        "| shop | harmless | nothing to cure |",
        "",
        "Of 3 mistakes 1 are named with their cure (33%). Of 1 programs without one 0 are told a change.",
    ]


def test_a_table_of_applications() -> None:
    rows = [
        Application("a 1.0", 12, 1.0, (TOLD,)),
        Application("b 2.0", 3, 1.0, (TOLD,)),
        Application("c 1", 2, 1.0, ()),
    ]
    judged = [{"application": "a", "place": "a.py:3", "right": "yes", "useful": "no: once a year"}]
    assert applications_table(rows, judged).splitlines()[2:] == [
        "| a 1.0 | hoist: Run it once [a.f] a.py:3 | yes | yes | no: once a year |",
        "| b 2.0 | hoist: Run it once [a.f] a.py:3 | yes | not judged |  |",
        "",
        "3 applications, 17 functions: 2 candidates, 0 wrong, 1 useless, 1 not judged. Without any: c 1.",
    ]


def test_the_page_has_both_tables_and_nothing_that_nobody_judged() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert "<!-- begin planted -->" in text and "<!-- begin judged -->" in text
    assert "not judged |" not in text
