"""Data and program in one file: data ends where it should, and the program alone may run."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.reports.page import embed
from code_path_audit.reports.text import brief, share
from tests.reports.page.chromium import Chromium

PARTS = Path(str(files("code_path_audit.reports.page")))
VALUES = st.recursive(
    st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(VALUES)
def test_data_comes_back_and_holds_no_markup(value: object) -> None:
    element = embed.json_element("data", value)
    start, end = '<script type="application/json" id="data">', "</script>"
    text = element.removeprefix(start).removesuffix(end)
    assert json.loads(text) == value
    assert text.isascii() and not set(text) & set("<>&")


def test_the_policy_names_the_program() -> None:
    program = embed.script()
    digest = base64.b64encode(hashlib.sha256(program.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in embed.policy(program)
    assert "</script" not in program and "<!--" not in program


def test_all_parts_of_the_program_are_in_it() -> None:
    assert sorted(embed.SCRIPTS) == sorted(path.name for path in PARTS.glob("*.js"))


@pytest.mark.parametrize("name", embed.SCRIPTS)
def test_a_part_is_sound(name: str) -> None:
    """What a linter would say first: it parses, and takes names for text, never for markup or a program."""
    text = (PARTS / name).read_text("utf-8")
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "fetch(",
                 "XMLHttpRequest", "import(", "console.", "debugger", "var ", " == ", " != ")  # fmt: skip
    assert [word for word in forbidden if word in text] == []
    assert max(map(len, text.splitlines())) <= 120
    node = shutil.which("node")
    if node is not None:
        subprocess.run([node, "--check", PARTS / name], check=True)


def test_words_are_those_of_the_rest_of_the_report(browser: Chromium) -> None:
    numbers = [0, 1, 9, 10, 949, 950, 994, 995, 999, 1000, 1049, 1050, 1250, 1350, 9949, 9950, 99_500, 125_000, 995_000]
    numbers += [digits * 10**power for power in range(3, 16) for digits in (1, 5, 25, 35, 115, 125, 994, 995, 1005)]
    shares = [(part, 1000) for part in (0, 1, 9, 10, 14, 15, 25, 345, 355, 999, 1000, 2005)]
    page = browser.open("about:blank")
    program = (PARTS / "words.js").read_text("utf-8")
    found = page.run(
        f"""(() => {{
          {program}
          return [
            {numbers}.map((load) => [brief(load, true), brief(load, false)]),
            {[list(pair) for pair in shares]}.map(([part, whole]) => share(part, whole)),
          ];
        }})()"""
    )
    page.close()
    assert found[0] == [[brief(load, True), brief(load, False)] for load in numbers]
    assert found[1] == [share(*pair) for pair in shares]
