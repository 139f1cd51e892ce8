"""The call sites of a solved graph that a cost rule matches: what ops and mutations have in common."""

import posixpath
import re
from typing import NamedTuple

from code_path_audit.callgraph.model import OBSERVED, ArgumentValue, SolvedGraph
from code_path_audit.costs.rules import Rules
from code_path_audit.costs.tables import RECEIVER, Place, Rule
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import MAX_STRING, CallSite
from code_path_audit.program.model import Program

NETWORK = "network"
WRITING_MODES = frozenset("wax+")
READING_STATEMENTS = ("select", "explain", "show", "describe", "values", "pragma table_info")
"""How a statement begins that changes nothing."""


class MatchedCall(NamedTuple):
    """One external callee of a call site, the rule that matches it, and what is known of the values it is given.
    `is_local`: what it talks to is this machine. `kind` is that of the call."""

    function: str
    site: int
    callee: str
    evidence: str
    rule: Rule
    call: CallSite
    arguments: tuple[ArgumentValue, ...]
    receiver: ArgumentValue | None
    is_local: bool = False
    kind: str = "call"


def matched_calls(program: Program, graph: SolvedGraph, rules: Rules) -> list[MatchedCall]:
    """All of them, in the order of `graph.externals`; the callee by its public name."""
    found = []
    for external in graph.externals:
        rule = rules.match(external.callee)
        if rule is None:
            continue
        key = (external.caller, external.site)
        facts = program.facts(external.caller)
        call = facts.sites[external.site]
        # what a callback is given, or what a library did, the call does not say
        passed = external.kind in ("callback", OBSERVED)
        if not passed and (is_of_another(rules.canonical(external.callee), call) or not is_given(rule, call)):
            continue
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
                rule.cost_class == NETWORK and not passed and stays_here(facts, call, graph.arguments.get(key, ())),
                external.kind,
            )
        )
    return found


OF_ONE = frozenset(("pathlib.Path.replace", "pathlib.Path.rename"))
"""Methods of one argument whose names those of texts, dates and tables have as well, with more."""


def is_of_another(callee: str, call: CallSite) -> bool:
    """Whether a call of a method gives it what it does not take: it is that of a text, or of something else."""
    others = sum(argument.keyword != "target" for argument in call.arguments if argument.keyword not in ("*", "**"))
    named = any(argument.keyword not in (None, "target", "*", "**") for argument in call.arguments)
    return callee in OF_ONE and (others > 1 or named)


def is_given(rule: Rule, call: CallSite) -> bool:
    """Whether a call has the arguments that its rule asks for. Of what is unpacked nobody knows: it may."""
    is_there = not rule.only_given or hidden_argument(call) or index_of(call, rule.only_given) >= 0
    return is_there and index_of(call, rule.unless_given) < 0


def index_of(call: CallSite, places: tuple[Place, ...]) -> int:
    """The index of the argument at the first of the places that a call has one for; -1 where it has none for any."""
    for place in places:
        for index, argument in enumerate(call.arguments):
            if argument.keyword == "*" and isinstance(place, int):
                break  # from here on a position says nothing
            if (argument.keyword is None and index == place) or (isinstance(place, str) and argument.keyword == place):
                return index
    return -1


def value_at(call: MatchedCall, places: tuple[Place, ...]) -> ArgumentValue | None:
    """The value of the first of the places that the call has an argument for; None where it has none for any."""
    for place in places:
        if place == RECEIVER:
            if call.receiver is not None:
                return call.receiver
            continue
        index = index_of(call.call, (place,))
        if 0 <= index < len(call.arguments):
            return call.arguments[index]
    return None


def hidden_argument(call: CallSite) -> bool:
    """Whether a call unpacks arguments, so that one which is not seen may yet be there."""
    return any(argument.keyword in ("*", "**") for argument in call.arguments)


def constant_path(call: MatchedCall) -> str | None:
    """The file that the call handles, where it is a constant path: normalized, with "/"."""
    value = value_at(call, call.rule.path_from)
    # what is longer names no file, as for a module's strings
    if value is None or value.kind != "str" or not value.text or len(value.text) > MAX_STRING:
        return None
    if not value.text.isprintable():
        return None
    return posixpath.normpath(value.text.replace("\\", "/"))


HERE = r"(?:127(?:\.\d{1,3}){3}|localhost|::1)"
TO_HERE = re.compile(rf"(?:\w[\w+.-]*://)?(?:[^@/\s]*@)?\[?{HERE}\]?(?:[:/?].*)?")
HOSTS = frozenset((None, "host", "hostname", "url", "uri", "address", "server", "dsn", "conninfo"))
"""The arguments that say whom something talks to: the first that is given by position, or by one of these keywords."""


def stays_here(facts: FunctionFacts, call: CallSite, values: tuple[ArgumentValue, ...]) -> bool:
    """Whether a call talks to this machine, as its first argument says: "localhost", ("127.0.0.1", port), a URL.

    What is read off an object (`settings.redis_url`) does not say it: a default is for the developer, not for where the
    program runs.
    """
    for place, (argument, value) in enumerate(zip(call.arguments, values, strict=False)):
        if argument.shape == "attribute":
            continue
        if argument.keyword in HOSTS and (argument.keyword is not None or not place):
            text = first_text(facts, argument.reg) if argument.shape == "container" else value.text
            if text is not None and TO_HERE.fullmatch(text):
                return True
    return False


def first_text(facts: FunctionFacts, reg: int) -> str | None:
    """The constant text that a tuple begins with which a register holds."""
    begins = {row[2][0] for row in facts.code if row[0] == op.TUPLE and row[1] == reg and row[2]}
    return next((str(row[2]) for row in facts.code if row[0] == op.STR and row[1] in begins), None)


def changes_state(call: MatchedCall) -> bool:
    """Whether the call makes its rule's mutation: a mode or a statement that is not known may."""
    rule = call.rule
    if not rule.mutation:
        return False
    if rule.mode_argument:
        mode = value_at(call, rule.mode_argument)
        if mode is None:
            return hidden_argument(call.call)  # all of these read where no mode is given
        if mode.kind == "str" and mode.text is not None:
            return not WRITING_MODES.isdisjoint(mode.text)
    if rule.sql_argument:
        statement = value_at(call, rule.sql_argument)
        if statement is not None and statement.kind == "str" and statement.text is not None:
            return not statement.text.lstrip(" \t\r\n(").lower().startswith(READING_STATEMENTS)
    return True
