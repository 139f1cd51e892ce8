"""Which registers hold plain values alone."""

from __future__ import annotations

import pytest

from code_path_audit.callgraph.known_before import plain_of
from code_path_audit.facts.extract import extract_module
from code_path_audit.pipeline import solve as solve_program
from code_path_audit.program.link import link

PROGRAM = """
import lib

class Item:
    def __str__(self): return open('x').read()

def main(given):
    {body}

def show(text, more=None):
    return text

def asked(n: int):
    return n
"""

ROWS = {
    # the body, a parameter of `show`, and what it holds
    "a text": ("show('x')", 0, "str"),
    "a number": ("show(3)", 0, "int"),
    "a text that is put together": ("show('x'.upper() + 'y')", 0, "str"),
    "a fraction": ("show(1.5)", 0, "float"),
    "what a comparison gives": ("show(1 < 2)", 0, "bool"),
    "bytes": ("show(b'x')", 0, "bytes"),
    "None": ("show(None)", 0, "None"),
    "two kinds": ("show('x'); show(3)", 0, "str int"),
    "a default": ("show('x')", 1, "None"),
    "an object in one call": ("show('x'); show(Item())", 0, ""),
    "an object": ("show(Item())", 0, ""),
    "a container": ("show(['x'])", 0, ""),
    "a function": ("show(main)", 0, ""),
    "an object from outside": ("import pathlib; show(pathlib.Path('x'))", 0, ""),
    "what an unknown library gives": ("show(lib.made())", 0, ""),
    "what nobody gives": ("show(given)", 0, ""),
    "nothing in one context": ("show('x'); show(given)", 0, ""),
}


@pytest.mark.parametrize("name", ROWS)
def test_parameters(name: str) -> None:
    body, parameter, expected = ROWS[name]
    program = link([(extract_module(PROGRAM.format(body=body).encode(), "m"), "m.py")])
    graph = solve_program(program, ("m.main",))
    plain = plain_of(graph.plain.get("m.show", ""))
    assert " ".join(one.removeprefix("builtins.") for one in plain.get(parameter, ())) == expected


def test_functions_that_are_not_reached_say_nothing() -> None:
    program = link([(extract_module(PROGRAM.format(body="asked(1)").encode(), "m"), "m.py")])
    graph = solve_program(program, ("m.main",))
    assert "m.show" not in graph.plain
    assert plain_of(graph.plain["m.asked"])[0] == ("builtins.int",)
