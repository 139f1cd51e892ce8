"""Commands of argparse: `subparsers.add_parser("insert").set_defaults(func=insert)`, and the call of what the command
line chose, `args.func(args)`, where `args` is what a parser made of it, or a parameter that is given that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from code_path_audit.facts import opcodes as op
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.runs.held_constants import is_parsed
from code_path_audit.profiles.runs.origins import origins
from code_path_audit.profiles.values import Values, ValuesOf

STEPS = 4
"""Attributes, elements and parts of what a parser made, one of the other, on the way to what is called."""

HOLDS = {op.ATTR: 2, op.ITEM: 2, op.UNPACK: 1}
"""Where the row of an instruction that takes something out of a value has that value."""


class Parsed(NamedTuple):
    """`names` that a command line has for the functions that are commands, `lines` the registers of the command lines
    at the call sites that run what a line chose."""

    names: Mapping[str, frozenset[str]]
    lines: Mapping[tuple[str, int], int]


def parsed_commands(reach: Reach, values_of: ValuesOf) -> Parsed:
    """The commands of argparse in an action, as far as something says which are chosen by which attribute."""
    names, chosen = declared(reach, values_of)
    lines: dict[tuple[str, int], int] = {}
    for caller in sorted(reach.callees) if chosen else ():
        several: dict[int, list[str]] = {}
        for edge in reach.callees[caller]:
            if edge.kind == "call" and edge.site >= 0:
                several.setdefault(edge.site, []).append(edge.callee)
        for site, callees in several.items():
            reg = line_of(values_of(caller), site, chosen) if len(callees) > 1 else -1
            if reg >= 0:
                lines[caller, site] = reg
                for callee in callees:
                    names.setdefault(callee, frozenset([callee.rpartition(".")[2].replace("_", "-")]))
    return Parsed(names, lines)


def declared(reach: Reach, values_of: ValuesOf) -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """The names of commands, where each is given to a parser of its own by a constant, and the attributes that have the
    command which a line chose."""
    names: dict[str, frozenset[str]] = {}
    chosen: set[str] = set()
    for function in sorted(reach.depths):
        for number, site in enumerate(reach.facts(function).sites):
            if not site.text.endswith("set_defaults") or site.kind != "call":
                continue
            if site.text.rpartition(".")[2] != "set_defaults":
                continue
            values = values_of(function)
            for keyword, reg in values.calls[number][4]:
                if keyword is None:
                    continue
                chosen.add(keyword)
                word = word_of(values, number)
                found = list(origins(values_of, values, reach.program.functions[function][0], reg))
                if word and len(found) == 1 and found[0].is_source:
                    names[found[0].name] = names.get(found[0].name, frozenset()) | {word}
    return names, frozenset(chosen)


def word_of(values: Values, site: int) -> str:
    """The constant name of the parser that a method is called of, "" where it has none."""
    receiver = values.receiver(site)
    made = None if receiver is None else values.making(receiver)
    if made is None or made[0] != op.CALL or not made[3] or made[3][0] < 0:
        return ""
    called, given = values.making(made[2]), values.making(made[3][0])
    is_parser = called is not None and called[0] == op.ATTR and called[3] == "add_parser"
    return str(given[2]) if is_parser and given is not None and given[0] == op.STR else ""


def line_of(values: Values, site: int, chosen: frozenset[str]) -> int:
    """The register of the parsed command line of which a call site calls an attribute, or part of one; -1 for none."""
    call = values.calls.get(site)
    reg = -1 if call is None else call[2]
    is_chosen = False
    for _ in range(STEPS):
        row = values.making(reg) if reg >= 0 else None
        if row is None or row[0] not in HOLDS:
            break
        is_chosen = is_chosen or (row[0] == op.ATTR and row[3] in chosen)
        reg = values.origin(row[HOLDS[row[0]]])
    return reg if is_chosen and (values.is_param(reg) or is_parsed(values, reg)) else -1
