"""Models: argparse, whose parsers set what they parse as attributes of a namespace, and call what converts texts.

`set_defaults(func=f)` and `add_argument(..., default=f)` give every namespace the attribute: which parser a namespace
came from is not told apart. What `type` and `action` name is called where arguments are parsed, and not where it is
declared. Wrong, by edges too many, for programs with several parsers that set one attribute.
"""

from __future__ import annotations

from code_path_audit.callgraph.heap import containers
from code_path_audit.callgraph.library.holders import keeps
from code_path_audit.callgraph.library.stored_attributes import parsed
from code_path_audit.callgraph.models.arguments import plain
from code_path_audit.callgraph.solver.abstract_values import BOX, STR, XMETHOD
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Model, State

CALLED = ("type", "action")
"""What of an argument is called where arguments are parsed."""

GIVEN = ("default", "const")
"""What of an argument is in the namespace."""


def set_defaults(s: State, call: Call, value: Value) -> bool:
    """parser.set_defaults(func=f)"""
    for name, var in call.kw:
        if name is not None:
            s.flow(var, parsed(s, name))
        else:
            s.watch(var, on_defaults, None)
    return True


@sees(BOX)
def on_defaults(s: State, data: None, value: Value) -> None:
    """parser.set_defaults(**defaults)"""
    for name, var in containers.by_text(s, value):
        s.flow(var, parsed(s, name))


def argument(s: State, call: Call, value: Value) -> bool:
    """parser.add_argument("--name", type=f, action=C, default=x)"""
    words = dict(call.kw)
    receiver = s.rows[value].receiver if s.kinds[value] == XMETHOD else None
    for word in CALLED:
        if word in words and receiver is not None:
            keeps(s, receiver, words[word], 1)
    if None in words and receiver is not None:
        s.watch(words[None], on_words, receiver)
    given = [words[word] for word in GIVEN if word in words]
    for var in (words["dest"],) if "dest" in words else plain(call) if given else ():
        s.watch(var, on_name, tuple(given))
    s.add(call.dst, s.instance("argparse.Action"))
    return True


@sees(BOX)
def on_words(s: State, receiver: Value, value: Value) -> None:
    """parser.add_argument(*names, **words)"""
    for word in CALLED:
        keeps(s, receiver, containers.key_field(s, value, "=s:" + word), 1)
    keeps(s, receiver, s.field(value, "?"), 1)


@sees(STR)
def on_name(s: State, given: tuple[Var, ...], value: Value) -> None:
    """One name of an argument: `--dry-run` is the attribute `dry_run`."""
    name = s.rows[value].text.lstrip("-").replace("-", "_")
    for var in given:
        s.flow(var, parsed(s, name))


PARSER_MODELS: dict[str, Model] = {
    "argparse._ActionsContainer.add_argument": argument,
    "argparse._ActionsContainer.set_defaults": set_defaults,
}
