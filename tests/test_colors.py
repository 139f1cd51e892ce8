"""Whether there are colours: what the environment says, then what the stream is."""

from __future__ import annotations

import io

import pytest

from code_path_audit.colors import VARIABLES, is_colored, painted


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "on_terminal", "in_pipe"),
    [
        ({}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),  # as Python itself does
    ],
)
def test_who_decides(
    environment: dict[str, str], on_terminal: bool, in_pipe: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert (is_colored(Terminal()), is_colored(io.StringIO()), is_colored(None)) == (on_terminal, in_pipe, in_pipe)


def test_a_stream_that_was_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    closed = io.StringIO()
    closed.close()
    assert not is_colored(closed)


def test_painted() -> None:
    assert (painted("x", "red"), painted("x", "red", False), painted("", "red")) == ("\x1b[31mx\x1b[0m", "x", "")
