"""What libraries do with a function that they are given, as far as it says how often: once for each of something, or
later, when the loop that handed it over is long past."""

from __future__ import annotations

from code_path_audit.facts.loop_names import singular
from code_path_audit.facts.rows import CallSite

EACH = {
    "map": 1, "filter": 1, "reduce": 1, "starmap": 1, "imap": 1, "imap_unordered": 1, "map_async": 1,
    "starmap_async": 1, "sorted": 0, "min": 0, "max": 0, "groupby": 0, "nlargest": 1, "nsmallest": 1, "takewhile": 1,
    "dropwhile": 1, "filterfalse": 1, "accumulate": 0, "sort": -1, "apply": -1, "applymap": -1, "sub": -2, "subn": -2,
}  # fmt: skip
"""Calls that run what they are given once for each element: of the argument of this number; -1: of their object; -2:
of the matches in a text."""

REGISTERS = (
    "add", "register", "connect", "subscribe", "bind", "attach", "install", "listen", "on", "route", "hook", "set",
    "command", "observe", "watch", "append", "insert", "setdefault", "update", "extend", "trace",
)  # fmt: skip
"""First words of the names of calls that keep a function for later."""

FOR_EACH = (
    "django.forms.BaseModelFormSet.save_existing", "django.forms.BaseModelFormSet.clean_key",
    "django.forms.BaseFormSet.full_clean.", "django.core.serializers.base.Serializer.handle_m2m_field.",
)  # fmt: skip
"""How the names begin of what a framework does itself for each of what a call site is known to go through."""

WHERE_MISSING = ".missing_"
"""In the name of what a framework does only where nothing was there."""

DONE_THERE = (
    "django.db.", "django.contrib.", "django.forms.", "sqlalchemy.orm.", "peewee.", "tortoise.",
)  # fmt: skip
"""How the names begin of what mappers do themselves at a call site: `orders.filter(...)` runs no query for each."""

MAKES_MISSING = frozenset((
    "get_or_set", "aget_or_set", "get_or_create", "get_or_compute", "get_or_load", "get_or_make", "getset",
    "computeIfAbsent", "compute_if_absent",
))  # fmt: skip
"""Calls of a cache that run what they are given where nothing is there under the key, which comes first."""


LOADS, DUMPS = frozenset(("load", "loads")), frozenset(("dump", "dumps"))

KEYWORDS = {
    "object_hook": (LOADS, "object"), "object_pairs_hook": (LOADS, "object"), "parse_float": (LOADS, "number"),
    "parse_int": (LOADS, "number"), "parse_constant": (LOADS, "number"), "default": (DUMPS, "object"),
    "copy_function": (frozenset(("copytree",)), "file"), "ignore": (frozenset(("copytree",)), "folder"),
    "filter": (frozenset(("extractall", "add")), "member"),
}  # fmt: skip
"""Keywords under which calls of these names are given what they run once for each of something in what they read or
write."""

PARSES = frozenset(("feed", "parse", "parseString", "parse_string", "Parse"))

VISITS = frozenset(("visit", "generic_visit", "walk", "walkabout"))

PIECES = {
    "handle_starttag": "tag", "handle_startendtag": "tag", "handle_endtag": "tag", "handle_data": "text",
    "handle_comment": "comment", "startElement": "element", "endElement": "element", "startElementNS": "element",
    "endElementNS": "element", "characters": "text",
}  # fmt: skip
"""Methods that a parser of a library calls for each of what it reads."""

VISITORS = ("visit_", "leave_", "depart_")
"""How the names of methods begin that what walks a tree calls for its nodes."""

ROOTS = frozenset(("Module", "Expression", "Interactive", "document"))
"""Nodes of which a tree has one."""


def piece_of(site: CallSite, callee: str) -> str:
    """What a library runs a function once for each of, which it was given by a keyword, or which is a method of what it
    was given that takes the pieces of what it reads; "" where it is none."""
    called, name = site.text.rpartition(".")[2], callee.rpartition(".")[2].partition("#")[0]
    if called in PARSES and name in PIECES:
        return PIECES[name]
    if called in VISITS and takes_nodes(callee):
        return "" if name.partition("_")[2] in ROOTS else "node"
    for argument in site.arguments:
        if argument.keyword == "cls" and name == "default" and called in DUMPS:
            return "object"
        calls, piece = KEYWORDS.get(argument.keyword or "", (frozenset(), ""))
        is_given = name in (argument.text.rpartition(".")[2].rstrip("()"), "") or name.startswith("<lambda")
        if called in calls and is_given:
            return piece
    return ""


def goes_on(site: CallSite, caller: str, callee: str) -> bool:
    """Whether a visitor only goes on with a walk through a tree: the call that began it runs the callee for each
    node."""
    return site.text.rpartition(".")[2] in VISITS and takes_nodes(caller) and takes_nodes(callee)


def takes_nodes(function: str) -> bool:
    """Whether what walks a tree calls a method for its nodes, by its name."""
    return function.rpartition(".")[2].startswith((*VISITORS, "generic_visit"))


def makes_missing(site: CallSite) -> bool:
    """Whether a call site hands a function to a cache, which runs it for a key that it has nothing for."""
    first = site.arguments[0] if site.arguments else None
    is_keyed = first is not None and first.keyword is None and len(site.arguments) > 1
    return is_keyed and site.text.rpartition(".")[2] in MAKES_MISSING


def is_looked_up(site: CallSite) -> bool:
    """Whether a call site is a look-up, which runs the factory of a dict for a key that is not there."""
    return site.kind == "operator" and site.text == "__getitem__"


def element_of(site: CallSite) -> str:
    """What a function that is handed over at a call site runs once for each of; "" where it runs once."""
    last = site.text.rpartition(".")[2]
    number = EACH.get(last)
    if number is None or (number < 0 and "." not in site.text):
        return ""
    if number == -2:
        return "match"
    if number == -1:
        text = site.text.rpartition(".")[0]
    else:
        given = [argument.text for argument in site.arguments if argument.keyword is None]
        text = given[number] if number < len(given) else ""
    name = text.rpartition(".")[2].strip("_()[]")
    return singular(name) if name.isidentifier() else "element"


def is_handed_over(site: CallSite, callee: str) -> bool:
    """Whether a callee is what a call site runs for each of something, and not what it calls itself: the `get` of
    `pool.map(requests.get, urls)`."""
    is_other = callee.rpartition(".")[2] != site.text.rpartition(".")[2]
    return is_other and bool(element_of(site)) and not callee.startswith(DONE_THERE)


def is_registered(site: CallSite) -> bool:
    """Whether a function that is handed over at a call site is kept there, and run from elsewhere."""
    words = site.text.rpartition(".")[2].removesuffix("()").strip("_").split("_")
    return words[0] in REGISTERS
