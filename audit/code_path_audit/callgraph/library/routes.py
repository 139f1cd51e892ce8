"""Which handler answers which path: a request by a constant path calls those whose route fits.

A row `routes` of a library model says which argument of a call is the path under which a handler is kept, and which
argument of a request is the path that is asked for. All handlers of an application may be called by any request, as far
as anybody knows; where both texts are constant, those whose route fits are meant, and of their methods none that
answers another verb. A route that has a prefix elsewhere (a blueprint, an included router) fits the end of a path.
Where none fits, or one of the texts is not known, nothing is left out. Wrong, by edges too few, where a route means
something else than the whole of a path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from code_path_audit.callgraph.solver.abstract_values import BOX, STR, XRES
from code_path_audit.callgraph.solver.ids import Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import State

VERBS = frozenset(("get", "post", "put", "patch", "delete", "head", "options", "trace"))

ANY = "\0"
"""What stands for a part of a route that takes any text."""

GROUP = re.compile(r"\((?:[^()\\]|\\.)*\)\??")
PLACEHOLDER = re.compile(r"<[^<>]*>|\{[^{}]*\}|(?<=/):\w+|\[\^?[^\]]*\][+*]?|\\[dwDWS][+*]?|\.[+*]|\*")


class Routes:
    """What is known of paths: variables, until the end."""

    def __init__(self) -> None:
        self.handlers: dict[tuple[Var, Var], None] = {}
        """The variables of a path and of what answers there."""
        self.of_result: dict[Value, dict[Var, None]] = {}
        """The paths that a call was given, by what it returned: a decorator of what answers."""
        self.asked: dict[Site, dict[Var, None]] = {}
        """The paths that a request asks for."""
        self.verbs: dict[Site, str] = {}
        """By which method, where that is known."""


def answers(s: State, paths: Iterable[Var], handlers: Iterable[Var]) -> None:
    """Handlers are kept under paths."""
    found = s.tables[Routes].handlers
    kept = list(handlers)
    for path in paths:
        found.update(((path, handler), None) for handler in kept)


def gives_decorator(s: State, paths: Iterable[Var], dst: Var) -> None:
    """What a call returns decorates what answers under these paths."""
    for path in paths:
        s.watch(dst, on_decorator, path)


@sees(XRES)
def on_decorator(s: State, path: Var, value: Value) -> None:
    """One such decorator."""
    s.tables[Routes].of_result.setdefault(value, {})[path] = None


def listed(s: State, routes: Iterable[Var]) -> None:
    """Pairs of a path and what answers there."""
    for var in routes:
        s.watch(var, on_pair, None)


@sees(BOX)
def on_pair(s: State, data: None, value: Value) -> None:
    """One pair, or a list of them."""
    if s.rows[value].box_kind == "tuple":
        answers(s, (s.field(value, "=i:0"),), (s.field(value, "=i:1"),))
    else:
        s.watch(s.field(value, "*"), on_pair, data)


def asks(s: State, site: Site, paths: Iterable[Var], verb: str) -> None:
    """A call is a request for paths."""
    routes = s.tables[Routes]
    verb = verb.removeprefix("simulate_")
    for path in paths:
        routes.asked.setdefault(site, {})[path] = None
        if verb in VERBS:
            routes.verbs[site] = verb


# at the end


def unmeant(s: State) -> dict[Site, frozenset[Value]]:
    """By the site of each request: the handlers that do not answer there."""
    routes = s.tables[Routes]
    if not routes.asked or not routes.handlers:
        return {}
    known: dict[Value, set[str] | None] = {}
    for (path, handler), _ in routes.handlers.items():
        texts = _texts(s, path)
        for value in s.pts[handler] or ():
            if s.kinds[value] in (STR, BOX):
                continue
            before = known.setdefault(value, set())
            known[value] = None if texts is None or before is None else before | texts
    sure = {value: sorted(texts) for value, texts in known.items() if texts}
    found: dict[Site, frozenset[Value]] = {}
    seen: dict[frozenset[str], frozenset[Value]] = {}
    for site, paths in routes.asked.items():
        asked = [_texts(s, path) for path in paths]
        if any(texts is None for texts in asked):
            continue
        key = frozenset().union(*(texts or () for texts in asked))
        if key not in seen:
            s.steps += len(sure) * len(key)
            meant = {value for text in key for value in _meant(sure, text)}
            seen[key] = frozenset(sure.keys() - meant) if meant else frozenset()
        found[site] = seen[key]
    return found


def _texts(s: State, var: Var) -> set[str] | None:
    """The constant texts of a variable, None where it may hold another, or nothing is known."""
    held = s.pts[var] or ()
    texts = {s.rows[value].text for value in held if s.kinds[value] == STR}
    return texts if texts and len(texts) == len(held) else None


def _meant(routes: dict[Value, list[str]], asked: str) -> list[Value]:
    """The handlers of which a route fits a path: those alone that spell it out, if there are such."""
    fits = {value: max(fit(route, asked) for route in texts) for value, texts in routes.items()}
    best = max(fits.values(), default=0)
    return [value for value, how in fits.items() if how and (how == best or best < EXACT)]


EXACT, WHOLE, END = 3, 2, 1
"""A route spells a path out; it fits the whole of it; it fits its end."""


def fit(route: str, asked: str) -> int:
    """How well a route, of whatever framework, fits a path that is asked for: `EXACT`, `WHOLE`, `END`, or 0."""
    path = re.split(r"[?#]", re.sub(r"^\w+://[^/]*", "", asked), maxsplit=1)[0].strip("/")
    text = route.removeprefix("^").removesuffix("$").removesuffix("/?").removesuffix("\\Z")
    while (shorter := GROUP.sub(ANY, text)) != text:
        text = shorter
    text = re.sub(r"\\(.)", r"\1", PLACEHOLDER.sub(ANY, text)).strip("/")
    if ANY not in text and text == path:
        return EXACT
    pattern = ".+".join(map(re.escape, text.split(ANY)))
    if re.fullmatch(pattern, path):
        return WHOLE
    return END if re.fullmatch(f"(?:.*/)?{pattern}", path) or not text else 0


def is_other_verb(verb: str, name: str) -> bool:
    """Whether a method answers another verb than that of a request: `get`, `on_post`, `render_PUT`."""
    own = re.sub(r"^(?:on|render)_", "", name).lower()
    return own in VERBS and own not in ("get" if verb == "head" else verb, verb)
