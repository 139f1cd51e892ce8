"""The call sites of a solved graph that a cost rule matches: what ops and mutations have in common."""

import posixpath
from typing import NamedTuple

from code_path_audit.callgraph.model import ArgumentValue, SolvedGraph
from code_path_audit.costs.rules import Rules
from code_path_audit.costs.tables import RECEIVER, Place, Rule
from code_path_audit.facts.rows import MAX_STRING, CallSite
from code_path_audit.program.model import Program

WRITING_MODES = frozenset("wax+")
READING_STATEMENTS = ("select", "explain", "show", "describe", "values", "pragma table_info")
"""How a statement begins that changes nothing."""


class MatchedCall(NamedTuple):
    """One external callee of a call site, the rule that matches it, and what is known of the values it is given."""

    function: str
    site: int
    callee: str
    evidence: str
    rule: Rule
    call: CallSite
    arguments: tuple[ArgumentValue, ...]
    receiver: ArgumentValue | None


def matched_calls(program: Program, graph: SolvedGraph, rules: Rules) -> list[MatchedCall]:
    """All of them, in the order of `graph.externals`; the callee by its public name."""
    found = []
    for external in graph.externals:
        rule = rules.match(external.callee)
        if rule is None:
            continue
        key = (external.caller, external.site)
        call = program.facts(external.caller).sites[external.site]
        # what a callback is given, the call that passes it on does not say
        passed = external.kind == "callback"
        found.append(
            MatchedCall(
                external.caller,
                external.site,
                rules.canonical(external.callee),
                external.evidence,
                rule,
                call._replace(arguments=()) if passed else call,
                () if passed else graph.arguments.get(key, ()),
                None if passed else graph.receivers.get(key),
            )
        )
    return found


def value_at(call: MatchedCall, places: tuple[Place, ...]) -> ArgumentValue | None:
    """The value of the first of the places that the call has an argument for; None where it has none for any."""
    for place in places:
        if place == RECEIVER:
            if call.receiver is not None:
                return call.receiver
            continue
        for index, argument in enumerate(call.call.arguments[: len(call.arguments)]):
            if argument.keyword == "*" and isinstance(place, int):
                break  # from here on a position says nothing
            if (argument.keyword is None and index == place) or (isinstance(place, str) and argument.keyword == place):
                return call.arguments[index]
    return None


def hidden_argument(call: MatchedCall) -> bool:
    """Whether the call unpacks arguments, so that one which is not seen may yet be there."""
    return any(argument.keyword in ("*", "**") for argument in call.call.arguments)


def constant_path(call: MatchedCall) -> str | None:
    """The file that the call handles, where it is a constant path: normalized, with "/"."""
    value = value_at(call, call.rule.path_from)
    # what is longer names no file, as for a module's strings
    if value is None or value.kind != "str" or not value.text or len(value.text) > MAX_STRING:
        return None
    if not value.text.isprintable():
        return None
    return posixpath.normpath(value.text.replace("\\", "/"))


def changes_state(call: MatchedCall) -> bool:
    """Whether the call makes its rule's mutation: a mode or a statement that is not known may."""
    rule = call.rule
    if not rule.mutation:
        return False
    if rule.mode_argument:
        mode = value_at(call, rule.mode_argument)
        if mode is None:
            return hidden_argument(call)  # all of these read where no mode is given
        if mode.kind == "str" and mode.text is not None:
            return not WRITING_MODES.isdisjoint(mode.text)
    if rule.sql_argument:
        statement = value_at(call, rule.sql_argument)
        if statement is not None and statement.kind == "str" and statement.text is not None:
            return not statement.text.lstrip(" \t\r\n(").lower().startswith(READING_STATEMENTS)
    return True
