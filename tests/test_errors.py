"""The exception that users see: its text, its fields, and that it crosses processes."""

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.errors import (
    EXIT_BUG,
    EXIT_DRIFT,
    EXIT_ERROR,
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_STALE,
    AuditError,
    inert,
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


INERT = {
    "a command of the old syntax": ("x ##[stop-commands]y", "x #\\u0023[stop-commands]y"),
    "a command of Azure Pipelines": ("x ##vso[task.setvariable]y", "x #\\u0023vso[task.setvariable]y"),
    "in other letters": ("##VSO[task]", "#\\u0023VSO[task]"),
    "a command of TeamCity": ("##teamcity[x]", "#\\u0023teamcity[x]"),
    "several": ("##[a]##[b]", "#\\u0023[a]#\\u0023[b]"),
    "a command at the beginning": ("::error::x", "\\u003a:error::x"),
    "in a later line": ("a\n::warning file=x::y\n", "a\n\\u003a:warning file=x::y\n"),
    "behind blanks": ("a\n \t::add-mask::y", "a\n \t\\u003a:add-mask::y"),
    "within a line": ("a ::error::", "a ::error::"),
    "none": ("# [a]\n#[b]\na::b\n## c [d]\n##vso", "# [a]\n#[b]\na::b\n## c [d]\n##vso"),
}


@pytest.mark.parametrize("name", INERT)
def test_output_holds_no_command_of_a_runner(name: str) -> None:
    text, shown = INERT[name]
    assert inert(text) == shown
    assert inert(shown) == shown


@given(st.dictionaries(st.text(alphabet="#[:a\n"), st.text(alphabet="#[:] a\n")), st.integers(0, 2))
def test_inert_json_says_the_same(value: dict[str, str], indent: int) -> None:
    assert json.loads(inert(json.dumps(value, indent=indent))) == value


def test_one_line_holds_none_either() -> None:
    assert printable("src/##[stop-commands]t.py") == "src/#\\x23[stop-commands]t.py"
    assert printable("src/##vso[task]t.py") == "src/#\\x23vso[task]t.py"
    assert str(AuditError("x", "w", "##[group]é")) == "w (#\\x23[group]é). [x]"
