"""Models: argparse, whose parsers set what they parse as attributes of a namespace, and call what converts texts.

`set_defaults(func=f)` and `add_argument(..., default=f)` give every namespace the attribute: which parser a namespace
came from is not told apart. What `type` and `action` name is called where arguments are parsed, and not where it is
declared; what `type` gives of a text is the attribute, or stands in the list that it is. Wrong, by edges too many, for
programs with several parsers that set one attribute.
"""

from __future__ import annotations

from collections.abc import Mapping

from code_path_audit.callgraph.heap import containers
from code_path_audit.callgraph.library.holders import keeps
from code_path_audit.callgraph.library.stored_attributes import parsed
from code_path_audit.callgraph.library.summaries import place_of
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.models.arguments import plain
from code_path_audit.callgraph.solver.abstract_values import BOX, CALLABLES, CLASS, EXT, INST, INT, STR, XMETHOD
from code_path_audit.callgraph.solver.ids import Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Model, State

CALLED = ("type", "action")
"""What of an argument is called where arguments are parsed."""

GIVEN = ("default", "const")
"""What of an argument is in the namespace."""

MANY = ("append", "extend", "*", "+", "...", "A...")
"""Values of `action` and `nargs` by which the attribute is a list of what was given; so it is by a number."""


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
    if "type" in words:
        given.append(converted(s, call, words))
    for var in (words["dest"],) if "dest" in words else plain(call) if given else ():
        s.watch(var, on_name, tuple(given))
    s.add(call.dst, s.instance("argparse.Action"))
    return True


def converted(s: State, call: Call, words: Mapping[str | None, Var]) -> Var:
    """The variable of what an argument is once its text was converted; so is a default that is a text."""
    text, made = s.variable(), s.variable()
    s.add(text, s.instance("builtins.str"))
    if "default" in words:
        s.watch(words["default"], on_default, text)
    s.watch(words["type"], on_type, (text, made))
    if "nargs" not in words and "action" not in words:
        return made
    target = s.variable()
    for word in ("nargs", "action"):
        if word in words:
            s.watch(words[word], on_how_many, (made, target, call.site))
    return target


@sees(STR)
def on_default(s: State, text: Var, value: Value) -> None:
    """add_argument(default="text")"""
    s.add(text, value)


@sees(*CALLABLES, EXT, INST)
def on_type(s: State, data: tuple[Var, Var], value: Value) -> None:
    """add_argument(type=f): what it gives; who calls it is found with what a parser keeps."""
    place_of(s, (convert, *data), value)


def convert(s: State, data: tuple[Site, Var, Var], value: Value) -> None:
    """A text is converted, where nobody is."""
    site, text, made = data
    s.apply(s, Call(site, made, ((text, False),), (), "callback", Evidence.LIKELY), value)


@sees(STR, INT, CLASS, EXT)
def on_how_many(s: State, data: tuple[Var, Var, Site], value: Value) -> None:
    """add_argument(nargs="+"), add_argument(action="append"): the attribute is a list."""
    made, target, site = data
    if s.kinds[value] == INT or (s.kinds[value] == STR and s.rows[value].text in MANY):
        box = s.box("list", (site, "parsed"))
        s.flow(made, containers.all_field(s, box))
        s.flow(made, s.field(box, "?"))
        s.add(target, box)
    else:
        s.flow(made, target)


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
