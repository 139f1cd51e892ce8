"""Keys of very many parts are refused; everything else is read as the standard library reads it."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.toml_text import MOST_PARTS, loads

LONG = ".".join("a" * 1 for _ in range(MOST_PARTS + 1))
REFUSED = {
    "a key": f"{LONG} = 1",
    "a table": f"[{LONG}]",
    "an array of tables": f"[[{LONG}]]",
    "a key of an inline table": f"x = {{ {LONG} = 1 }}",
    "quoted parts": ".".join(['"a b"'] * (MOST_PARTS + 1)) + " = 1",
    "literal parts": ".".join(["'a'"] * (MOST_PARTS + 1)) + " = 1",
    "blanks around dots": " . ".join(["a"] * (MOST_PARTS + 1)) + " = 1",
    "after a text with quotes": f'x = "\\"#"\n{LONG} = 1',
    "after a text of several lines": f'x = """\n" # \\""" """\n{LONG} = 1',
    "20,000 parts": "a." * 20_000 + "a = 1",
}
READ = {
    "as many as may be": LONG.removesuffix(".a") + " = 1",
    "in a text": f'x = "{LONG}"',
    "in a literal text": f"x = '{LONG}'",
    "in a text of several lines": f'x = """\n{LONG}\n"""',
    "in a literal text of several lines": f"x = '''\n{LONG}\n'''",
    "in a comment": f"# {LONG}\nx = 1 # {LONG}",
    "many short ones on one line": "x = [" + "1.5, " * 100 + "]",
    "dots alone": f'x = "{"." * 500}"',
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    with pytest.raises(ValueError, match="a key of more than 32 parts"):
        loads(REFUSED[name])


@pytest.mark.parametrize("name", READ)
def test_read(name: str) -> None:
    assert loads(READ[name]) == tomllib.loads(READ[name])


@given(st.text(alphabet="ab.\"'#\\\n=[]{} 1", max_size=200))
def test_any_text_is_read_as_before(text: str) -> None:
    def result(read: object) -> object:
        try:
            return read(text)  # type: ignore[operator]
        except ValueError as error:
            return str(error)

    found = result(loads)
    assert found == result(tomllib.loads) or "more than 32 parts" in str(found)


@pytest.mark.parametrize(
    "text", ['"\\' * 300_000, '"""' + '"\\' * 300_000, "'" * 600_000, "a" * 600_000, '" ' * 300_000, "\t" * 600_000]
)
def test_texts_without_an_end_take_one_pass(text: str) -> None:
    with pytest.raises(ValueError):
        loads("." * (MOST_PARTS + 1) + text)
