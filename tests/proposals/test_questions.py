"""Each answer that can be given, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from code_path_audit.config import ActionConfig
from code_path_audit.errors import AuditError
from code_path_audit.proposals.actions import Candidate
from code_path_audit.proposals.proposal import Proposal
from code_path_audit.proposals.questions import Questions
from code_path_audit.proposals.roots import Pattern, Roots

PROPOSAL = Proposal(
    Roots(("src",), (Pattern("tests", "tests"),)),
    tuple(Candidate("api", ActionConfig(name, (f"shop:{name}",)), 0) for name in ("load", "save")),
    {},
)


def questions(*answers: str) -> tuple[Questions, list[str]]:
    said: list[str] = []
    left = list(answers)
    read: Callable[[], str | None] = lambda: left.pop(0) if left else None  # noqa: E731
    return Questions(said.append, read), said


@pytest.mark.parametrize(
    ("answers", "names"),
    [
        ([""], ["load", "save"]), (["y"], ["load", "save"]), (["YES "], ["load", "save"]), (["2"], ["save"]),
        (["2, 1"], ["load", "save"]), (["3", "x", "0", "\u00b2", "1"], ["load"]),
    ],
)  # fmt: skip
def test_which(answers: list[str], names: list[str]) -> None:
    asked, _ = questions(*answers)
    assert [action.name for action in asked.which(PROPOSAL).actions] == names


def test_what_is_shown() -> None:
    asked, said = questions("")
    asked.which(PROPOSAL)
    assert "".join(said) == (
        "source   src\nexclude  tests (tests)\n 1  load  shop:load\n 2  save  shop:save\n"
        "Take these actions? [Y/n, or the numbers of some] "
    )


@pytest.mark.parametrize("answers", [["n"], ["what", "No"], []])
def test_which_declined(answers: list[str]) -> None:
    with pytest.raises(AuditError, match="init-declined"):
        questions(*answers)[0].which(PROPOSAL)


@pytest.mark.parametrize(("answers", "wanted"), [([""], True), (["y"], True), (["n"], False), (["maybe", "no"], False)])
def test_yes(answers: list[str], wanted: bool) -> None:
    assert questions(*answers)[0].yes("Write it?") is wanted
