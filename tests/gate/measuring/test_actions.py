"""What a check costs: no action of any state is traced twice, and none at all where the result is known."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from code_path_audit import pipeline
from code_path_audit.processes import can_fork
from code_path_audit.runtime.observations import GcObservation, Observations
from code_path_audit.runtime.observations_file import render
from code_path_gate.commands import check
from tests.gate.repositories import Repo
from tests.gate.shop import APP, READER, SLOW_APP, STORE, Gate, commit_shop, make_gate

SLOW_READER = "def load():\n    return open('x').read()\n"


@contextmanager
def counted(folder: Path) -> Iterator[Counter[str]]:
    """How often each action is traced from here on, in this process and its copies."""
    count: Counter[str] = Counter()
    path = folder / "traced"
    path.touch()
    out = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_TRUNC)

    def called(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is pipeline.solve_action.__code__:
            os.write(out, f"{frame.f_locals['action'].name}\n".encode())

    old = sys.getprofile()
    sys.setprofile(called)
    try:
        yield count
    finally:
        sys.setprofile(old)
        os.close(out)
        count.update(path.read_text().split())


@pytest.fixture
def gate(capsys: pytest.CaptureFixture[str]) -> Gate:
    return make_gate(capsys)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shop")


@pytest.fixture
def shop(tmp_path: Path, made: Path, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """The committed shop, and a store of its own."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "GITHUB_")) or name == "CI":
            monkeypatch.delenv(name)
    monkeypatch.setenv("CODE_PATH_AUDIT_CACHE", "off")
    if not (made / ".git").exists():
        monkeypatch.chdir(made)
        commit_shop(Repo.init(made), gate)
    monkeypatch.setenv("CODE_PATH_AUDIT_CACHE", str(tmp_path / "cache"))
    shutil.copytree(made, tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")
    return Repo(tmp_path / "shop")


SLOW = {"src/shop/app.py": SLOW_APP}
BOTH_SLOW = {**SLOW, "src/shop/reader.py": SLOW_READER}
MOVED = {"src/shop/app.py": "# why\n" + SLOW_APP}
WIDER = {"src/shop/app.py": "import shop.unused\n" + SLOW_APP}
QUIET = {"src/shop/app.py": APP.replace("    write(names)", "    seen = str(7)\n    write(names)")}
SLOW_QUIET = {"src/shop/app.py": SLOW_APP.replace("    for name", "    seen = str(7)\n    for name")}
RECORDED = render(Observations(collections=(GcObservation("save", 0, 1, 1),)))
CHECK, BASE, REFRESH = ("check",), ("check", "--base", "HEAD"), ("refresh",)

ROWS: dict[str, list[tuple[dict[str, str], tuple[str, ...], dict[str, int]]]] = {
    "nothing is known, and nothing found": [({}, CHECK, {"save": 1, "load": 1})],
    "nothing is known, and one action has findings: it was another one before": [
        (SLOW, CHECK, {"save": 2, "load": 1}),
    ],
    "the state before is known": [
        ({}, CHECK, {"save": 1, "load": 1}),
        (SLOW, CHECK, {"save": 1}),
        (MOVED, CHECK, {}),
        (MOVED, BASE, {}),
    ],
    "the change asks for modules that were not asked for before": [
        ({}, CHECK, {"save": 1, "load": 1}),
        (WIDER, CHECK, {"save": 1}),
        ({"src/shop/app.py": "# why\n" + WIDER["src/shop/app.py"]}, CHECK, {}),
    ],
    "both actions have findings": [
        (BOTH_SLOW, CHECK, {"save": 2, "load": 2}),
        ({**BOTH_SLOW, **MOVED}, CHECK, {}),
    ],
    "against another commit, which the change reaches from one action": [(SLOW, BASE, {"save": 2}), (MOVED, BASE, {})],
    "to and fro": [
        ({}, CHECK, {"save": 1, "load": 1}),
        (SLOW, CHECK, {"save": 1}),
        ({"src/shop/app.py": APP + "\n\nMORE = 1\n"}, CHECK, {"save": 1}),
        (SLOW, (*CHECK, "--format", "json"), {}),
        ({"src/shop/app.py": APP}, (*CHECK, "--format", "json"), {}),
    ],
    "a statement that stands alone": [
        ({}, CHECK, {"save": 1, "load": 1}),
        (QUIET, CHECK, {}),
        ({"src/shop/app.py": QUIET["src/shop/app.py"] + "# why\n"}, CHECK, {}),
        ({"src/shop/app.py": APP}, CHECK, {}),
    ],
    "a statement that stands alone, where runs were recorded": [
        ({"baselines/observations.jsonl": RECORDED}, CHECK, {"save": 1, "load": 1}),
        (QUIET, CHECK, {"save": 1}),
    ],
    "a statement that stands alone, before a refresh, which tells what this very state pays": [
        ({}, CHECK, {"save": 1, "load": 1}),
        (QUIET, CHECK, {}),
        ({}, REFRESH, {"save": 1}),
        ({}, CHECK, {}),
    ],
    "a statement that stands alone, where a finding is to be told": [
        ({}, CHECK, {"save": 1, "load": 1}),
        (SLOW, CHECK, {"save": 1}),
        (SLOW_QUIET, CHECK, {"save": 1}),
        ({"src/shop/app.py": SLOW_QUIET["src/shop/app.py"] + "# why\n"}, CHECK, {}),
    ],
    "what a check has measured, a refresh has not to": [
        (BOTH_SLOW, CHECK, {"save": 2, "load": 2}),
        ({}, REFRESH, {}),
        ({}, CHECK, {}),
    ],
    "what a refresh has measured, a check has not to": [
        (SLOW, REFRESH, {"save": 1, "load": 1}),
        ({}, CHECK, {}),
        ({"src/shop/reader.py": READER + "\n\ndef more(): pass\n"}, REFRESH, {"load": 1}),
    ],
}


@pytest.mark.parametrize("side_by_side", [False, True])
@pytest.mark.parametrize("name", ROWS)
def test_traces(
    name: str, side_by_side: bool, shop: Repo, gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if side_by_side:
        monkeypatch.setattr(pipeline, "ALONE_FUNCTIONS", 0)
    for files, command, expected in ROWS[name]:
        shop.write(files)
        with counted(tmp_path) as count:
            ran = gate(*command)
        assert (dict(count), ran.err) == (expected, "")


def test_ci_measures_what_an_edit_leaves_alone(
    shop: Repo, gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ci, expected in (("", {}), ("true", {"save": 1}), ("", {})):
        shop.write({"src/shop/app.py": APP})
        gate(*CHECK)
        monkeypatch.setenv("CI", ci)
        shop.write(QUIET)
        with counted(tmp_path) as count:
            assert gate(*CHECK).code == 0
        assert dict(count) == expected


MORE = {"src/shop/app.py": APP.replace("print(name)", "print(name.strip())")}
SLOWER = {"src/shop/store.py": STORE.replace("        json.dump", "        json.loads(file.read())\n        json.dump")}
WITH_FUNCTION = {"src/shop/app.py": APP + "\n\ndef more(): pass\n"}
GOES_ON = "told by going on from the solution before the edit"

EDITS: dict[str, tuple[list[dict[str, str]], str, bool]] = {
    "a call more": ([MORE], "", True),
    "once more": ([MORE, {"src/shop/app.py": APP.replace("print(name)", "print(name.lower(), 1)")}], "", True),
    "in two files": ([{**MORE, "src/shop/store.py": STORE.replace("(rows,", "(list(rows),")}], "", True),
    "what is found is measured anew": ([SLOWER], "", False),
    "a function more": ([WITH_FUNCTION], "", True),
    "a class more": ([{"src/shop/app.py": APP + "\n\nclass More: pass\n"}], "", False),
    "in CI": ([MORE], "true", False),
}


@pytest.mark.parametrize("side_by_side", [False, True])
@pytest.mark.parametrize("name", EDITS)
def test_a_check_goes_on_from_the_solution_before(
    name: str, side_by_side: bool, shop: Repo, gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits, ci, goes_on = EDITS[name]
    if side_by_side and not can_fork():  # asked now: a test before may have left a thread behind
        pytest.skip("what interpreters of their own solve leaves nothing to go on from")
    if side_by_side:
        monkeypatch.setattr(pipeline, "ALONE_FUNCTIONS", 0)
    monkeypatch.setattr(check, "WORTH", 0)
    assert gate(*CHECK).code == 0
    monkeypatch.setenv("CI", ci)
    for files in edits:
        shop.write(files)
        ran = gate(*CHECK)
    assert (GOES_ON in ran.out) is goes_on
    again = gate(*CHECK)
    assert again == ran
    # nothing of it is kept where it would be taken for what is found from nothing
    monkeypatch.setenv("CI", "true")
    with counted(tmp_path) as count:
        right = gate(*CHECK)
    assert right.code == ran.code and (not goes_on or sum(count.values()) >= 1)
    assert [line for line in ran.out.splitlines() if GOES_ON not in line] == right.out.splitlines()


def test_a_solution_that_is_no_more_whole_is_not_gone_on_from(
    shop: Repo, gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "WORTH", 0)
    gate(*CHECK)
    states = list((tmp_path / "cache").glob("*.state"))
    assert len(states) == 2
    for path in states:
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    shop.write(MORE)
    ran = gate(*CHECK)
    assert ran.code == 0 and GOES_ON not in ran.out


def test_ci_and_small_programs_keep_no_solution(shop: Repo, gate: Gate, tmp_path: Path) -> None:
    gate(*CHECK)
    assert not list((tmp_path / "cache").glob("*.state"))
