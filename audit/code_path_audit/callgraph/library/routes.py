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
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from code_path_audit.callgraph.solver.abstract_values import BOX, STR, XINST, XRES
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


class Answering(NamedTuple):
    """Which handlers answer where: `routed` are those whose routes are all known; a request means only some of them,
    those of its site, all where its site is not there."""

    routed: frozenset[Value]
    meant: dict[Site, frozenset[Value]]


MAX_FITS = 2_000_000
"""Routes that spell no part of a path by itself, times the paths that are compared with them; requests that are past it
mean all handlers."""


def answering(s: State) -> Answering:
    """Handlers by what their routes and the paths of requests say."""
    routes = s.tables[Routes]
    if not routes.asked or not routes.handlers:
        return Answering(frozenset(), {})
    known: dict[Value, set[str] | None] = {}
    for (path, handler), _ in routes.handlers.items():
        texts = _texts(s, path)
        for value in s.pts[handler] or ():
            if s.kinds[value] in (STR, BOX):
                continue
            before = known.setdefault(value, set())
            known[value] = None if texts is None or before is None else before | texts
    sure = {value: texts for value, texts in known.items() if texts}
    index = RouteIndex(sure)
    found: dict[Site, frozenset[Value]] = {}
    seen: dict[frozenset[str], frozenset[Value]] = {}
    for site, paths in routes.asked.items():
        asked = [_texts(s, path) for path in paths]
        if any(texts is None for texts in asked):
            continue
        key = frozenset().union(*(texts or () for texts in asked))
        if key not in seen:
            if index.tried > MAX_FITS:
                s.widened["routes of requests"] = None
                break
            seen[key] = frozenset(value for text in key for value in index.meant(text))
        if seen[key]:
            found[site] = seen[key]
    s.steps += index.tried
    return Answering(frozenset(sure), found)


def _texts(s: State, var: Var) -> set[str] | None:
    """The constant texts of a variable, and paths that values stand in (`ANY`); None where it may hold another, or
    nothing is known."""
    held = s.pts[var] or ()
    texts = {s.rows[value].text for value in held if s.kinds[value] == STR}
    spelled = {text for value in held if s.kinds[value] == XINST and (text := spelled_of(s, value))}
    return texts | spelled if len(texts) + len(spelled) == len(held) and held else None


def spelled_of(s: State, value: Value) -> str:
    """What a path spells that values stand in, "" of any other text."""
    args = s.rows[value].args
    return s.rows[args[1][0]].text if s.rows[value].dotted == "builtins.str" and len(args) == 2 else ""


class RouteIndex:
    """Handlers by their routes: a path is compared with those alone that have one of its parts, the rarest of each, and
    with those that spell no part out. `tried` counts comparisons."""

    def __init__(self, routes: Mapping[Value, Iterable[str]]) -> None:
        self.tried = 0
        self.spelled: dict[str, list[Value]] = {}
        """By a route that has no part that takes any text."""
        self.by_part: dict[str, list[tuple[Pieces, Value]]] = {}
        """Others by a part between slashes; by "" those that have none."""
        self.rows = [(pieces(route), value) for value, texts in routes.items() for route in sorted(texts)]
        """What all spell."""
        often = Counter(part for row, _ in self.rows for part in parts(row))
        for row, value in self.rows:
            if len(row) == 1:
                self.spelled.setdefault(row[0], []).append(value)
            else:
                rarest = min(parts(row), key=lambda part: (often[part], part), default="")
                self.by_part.setdefault(rarest, []).append((row, value))
        self.lengths = frozenset(map(len, self.spelled))

    def meant(self, asked: str) -> list[Value]:
        """The handlers of which a route fits a path: those alone that spell it out, if there are such."""
        path = path_of(asked)
        if ANY in path:
            return self.meant_with_gaps(path)
        if path in self.spelled:
            return self.spelled[path]
        found = [*self.spelled.get("", ())]
        for match in re.finditer("/", path):
            if len(path) - match.end() in self.lengths:
                found += self.spelled.get(path[match.end() :], ())
        for part in {"", *path.split("/")}:
            rows = self.by_part.get(part, ())
            self.tried += len(rows)
            found += [value for row, value in rows if takes(row, path)]
        return found

    def meant_with_gaps(self, path: str) -> list[Value]:
        """Those of which a route fits a path that some values stand in, each for one part or some of one: the end of
        it, where that has all that the route spells, by as much as possible of this; else the whole of it, where a
        value may be what a route spells; else its end."""
        self.tried += len(self.rows)
        example, asked = path.replace(ANY, "1"), frozenset(path.split("/"))
        ends = [(row, value) for row, value in self.rows if takes(row, example)]
        spelled = [(len(own), value) for row, value in ends if (own := parts(row)) and asked.issuperset(own)]
        most = max((count for count, _ in spelled), default=0)
        if most:
            return [value for count, value in spelled if count == most]
        whole = [value for row, value in self.rows if may_take(row, path)]
        return whole or [value for _, value in ends]


def inside(found: re.Match[str]) -> str:
    """A group of a pattern: what it spells, and what takes any text; any text where it may be left out, or be one of
    several, or says more than that."""
    text = found.group()
    inner = re.sub(r"^\?(?:P<\w+>|:)", "", text.removesuffix("?")[1:-1])
    spelled = PLACEHOLDER.sub(ANY, re.sub(r"\{\d*,?\d*\}", "", inner))
    return ANY if text.endswith("?") or re.search(r"[|?*+(){}^$]", spelled) else spelled


Pieces = tuple[str, ...]
"""What a route spells, without slashes around it: between two pieces any text may stand, at least a sign of it."""


def pieces(route: str) -> Pieces:
    """A route, of whatever framework."""
    text = route.removeprefix("^").removesuffix("$").removesuffix("/?").removesuffix("\\Z")
    while (shorter := GROUP.sub(inside, text)) != text:
        text = shorter
    text = re.sub(r"\\(.)", r"\1", PLACEHOLDER.sub(ANY, text)).strip("/")
    text = re.sub(f"{ANY}+", ANY, text)
    return tuple(text.split(ANY))


def parts(row: Pieces) -> list[str]:
    """What a route spells out from one slash, or end, to the next."""
    return [part for part in ANY.join(row).split("/") if part and ANY not in part]


def path_of(asked: str) -> str:
    """What is asked for, without host, question and slashes around it."""
    return re.split(r"[?#]", re.sub(r"^\w+://[^/]*", "", asked), maxsplit=1)[0].strip("/")


def takes(row: Pieces, path: str) -> bool:
    """Whether a route fits a path, or its end from a slash on (one that spells nothing fits the end of any): the first
    place of each piece leaves the most for the next."""
    first, *more = row
    if not more:
        return path == first or path.endswith(f"/{first}") or not first
    at = 0 if path.startswith(first) else path.find(f"/{first}") + 1
    if not at and not path.startswith(first):
        return False
    at += len(first)
    for piece in more[:-1]:
        at = path.find(piece, at + 1)
        if at < 0:
            return False
        at += len(piece)
    return path.endswith(more[-1]) and len(path) - len(more[-1]) > at


def may_take(row: Pieces, path: str) -> bool:
    """Whether a route may fit the whole of a path, part by part: one with a gap is any."""
    own, asked = ANY.join(row).split("/"), path.split("/")
    return len(own) == len(asked) and all(
        one == other or ANY in one + other for one, other in zip(own, asked, strict=True)
    )


def is_other_verb(verb: str, name: str) -> bool:
    """Whether a method answers another verb than that of a request: `get`, `on_post`, `render_PUT`."""
    own = re.sub(r"^(?:on|render)_", "", name).lower()
    return own in VERBS and own not in ("get" if verb == "head" else verb, verb)
