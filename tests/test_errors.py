"""The exception that users see: its text, its fields, and that it crosses processes."""

import copy
import pickle

import pytest

from code_path_audit.errors import (
    EXIT_BUG,
    EXIT_DRIFT,
    EXIT_ERROR,
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_STALE,
    AuditError,
    printable,
)


def test_exit_codes_are_the_published_ones() -> None:
    codes = (EXIT_OK, EXIT_DRIFT, EXIT_ERROR, EXIT_STALE, EXIT_BUG, EXIT_INTERRUPTED)
    assert codes == (0, 1, 2, 3, 101, 130)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (AuditError("no-files", "no Python file found"), "no Python file found. [no-files]"),
        (AuditError("no-files", "no file", where="src"), "no file (src). [no-files]"),
        (
            AuditError("no-files", "no file.", where="src", todo="Name another folder."),
            "no file (src). Name another folder. [no-files]",
        ),
        # a name from a hostile repository: nothing of it reaches the terminal as a control sequence
        (AuditError("bad-name", "name \x1b[31mred\x07"), "name \\x1b[31mred\\x07. [bad-name]"),
    ],
)
def test_text(error: AuditError, text: str) -> None:
    assert str(error) == text


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_survives_pickling(protocol: int) -> None:
    error = AuditError("stale", "what", where="here", todo="do", exit_code=EXIT_STALE)
    back = pickle.loads(pickle.dumps(error, protocol))
    assert back == error == copy.copy(error)
    assert (back.slug, back.what, back.where, back.todo, back.exit_code) == ("stale", "what", "here", "do", 3)
    assert str(back) == str(error)


def test_exit_code_is_error_unless_said_otherwise() -> None:
    assert AuditError("x", "y").exit_code == EXIT_ERROR
    assert AuditError("x", "y") != AuditError("x", "z")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        # a second line could begin with what a CI system takes for a command
        ("a\n::error::b", "a\\n::error::b"),
        ("naïve ☃", "naïve ☃"),
        ("tab\tbell\x07", "tab\\tbell\\x07"),
        ("\udcff", "\\udcff"),
        # right-to-left override: makes a name read as another one
        ("a\u202eb", "a\\u202eb"),
    ],
)
def test_printable(raw: str, shown: str) -> None:
    assert printable(raw) == shown
