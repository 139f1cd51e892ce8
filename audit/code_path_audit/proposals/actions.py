"""Which functions of a program people wait for: its scripts, what frameworks call, and what its users import."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from code_path_audit.config import MAX_NAME_LENGTH, ActionConfig
from code_path_audit.proposals.asked import Asked, length_of, nothing_asked, segments
from code_path_audit.proposals.frameworks import is_beside_the_point, once_a_framework, without_service
from code_path_audit.proposals.given import given_to_users
from code_path_audit.proposals.handlers import COMMAND, MESSAGE, METHODS, ROUTE, TASK, Handler, doc_of, find_handlers
from code_path_audit.proposals.modules import Found, Module, Modules
from code_path_audit.proposals.repository import Project, Repository
from code_path_audit.proposals.undeclared import Runnable, bodies_that_run, called_by_none, mains, script_files
from code_path_audit.reports.overview import Overview

SCRIPT, API, STARTUP = "script", "api", "startup"

MAX_ACTIONS = 8
"""Actions that are proposed: what somebody can keep in mind."""

POOL = {SCRIPT: 6, COMMAND: 6, ROUTE: 8, TASK: 3, MESSAGE: 3, API: 8, STARTUP: 1}
"""How many of each kind are traced, so that the choice among them is one of what they pay for."""

POOL_OF_SITE = {SCRIPT: 2, COMMAND: 2, ROUTE: 8, TASK: 2, MESSAGE: 2, API: 2, STARTUP: 1}
"""The same of a site: what answers requests is what its users wait for."""

SHARE = {SCRIPT: 2, ROUTE: 4, COMMAND: 4, TASK: 2, MESSAGE: 2, API: 5, STARTUP: 1}
"""How many of each kind are chosen, before those of other kinds that are left over."""

ORDER = (SCRIPT, ROUTE, COMMAND, TASK, MESSAGE, API, STARTUP)
"""The kinds, in the order in which they take turns."""

TURNS_OF_SITE = (ROUTE, ROUTE, SCRIPT, ROUTE, ROUTE, COMMAND, ROUTE, ROUTE, TASK, ROUTE, MESSAGE, ROUTE, STARTUP, API)
"""The same of a site: routes for the most part."""

SITE = 8
"""Routes that make a program a site, where they are more than its commands."""

NAMED_KINDS = (ROUTE, COMMAND, TASK)
"""The kinds whose name may be an entry point: "route:GET /orders"."""

LIGHT, LARGE = 2, 20
"""How many are chosen, where there is room, that pay for nothing: what documents name and reaches so many functions is
work that people wait for, and should go on without a file or a query."""

FAR = 1_000
"""Where a route whose path is not known stands among others: behind all."""

ONE_LINE = 1
"""Lines after its first of a function that only makes something of its arguments: behind others that documents name."""

RANKED = 3
"""Routes that are taken as they are ranked before the heaviest of the others."""

WHOLE = ("cli", "main")
"""What functions are called that are all of a command line: it is called by its package."""

DESCRIPTION = 100
"""Characters of a description."""


class Candidate(NamedTuple):
    """A function that may be an action: what its users call it, how often documents for users name it, and `called`,
    the path, command or task by which a framework knows it, before that became a name for files."""

    kind: str
    action: ActionConfig
    mentions: int
    called: str = ""


class Row(NamedTuple):
    """The same before it has a name that files can have; `asked` is how often the repository asks for a route, `lines`
    how long its functions are."""

    kind: str
    name: str
    entry_points: tuple[str, ...]
    doc: str
    mentions: int
    asked: int = 0
    lines: int = 0


class Cost(NamedTuple):
    """What a trace of a candidate found: how it is told, its load in load units, how many functions it reaches, and
    which of them are entry points of other candidates; `is_group`: a run of it takes one of these."""

    overview: Overview
    load: int
    functions: int
    starts: frozenset[str] = frozenset()
    is_group: bool = False

    @property
    def ops(self) -> int:
        """How many ops it pays for."""
        return self.overview.ops


def find_candidates(
    repository: Repository,
    modules: Modules,
    routes: Mapping[str, str] = MappingProxyType({}),
    asks: Callable[[], Asked] = nothing_asked,
    commands: Sequence[Handler] = (),
) -> tuple[Candidate, ...]:
    """All there are, the likeliest of each kind first; their names are unique. `routes` has the whole path of the
    functions of which it is known, by fqname: "GET /api/orders"; `asks` says what the repository asks for; `commands`
    are those that no decorator declares."""
    documents = Counter(re.findall(r"[\w.\-/]+", repository.documents))
    scripts = [row for project in repository.projects for row in _scripts(project, modules)]
    programs = [name for name, _ in scripts]
    rows: list[Row] = []
    handlers: Sequence[Handler] = find_handlers(modules)
    has_commands = any(handler.kind == COMMAND for handler in handlers)

    def rows_of(kind: str, found: Iterable[Runnable]) -> list[Row]:
        return [Row(kind, name, (entry,), doc, documents[name]) for name, entry, doc in found]

    for name, found in scripts:
        entry = f"{found.module}:{found.name}" if isinstance(found, Found) else found.name
        doc = doc_of(found.node if isinstance(found, Found) else found.tree)
        # an object of a framework would be all its commands together, which nobody waits for
        if isinstance(found, Found) or not has_commands:
            rows.append(Row(SCRIPT, name, (entry,), doc or f"The command {name}", documents[name]))
    rows += rows_of(SCRIPT, script_files(repository, modules))
    runnable = [] if scripts else list(mains(modules))
    if runnable:
        with_commands = {_package(handler.entry_points[0]) for handler in handlers if handler.kind == COMMAND}
        # all commands together, again
        rows += rows_of(SCRIPT, [row for row in runnable if ":" in row[1] or _package(row[1]) not in with_commands])
    known = {handler.entry_points for handler in handlers}
    handlers = [*handlers, *(command for command in commands if command.entry_points not in known)]
    handlers = [h._replace(name=_whole(h, routes)) if h.kind == ROUTE else h for h in handlers]
    handlers = once_a_framework(without_service(handlers), modules, repository.documents)
    times = _times_asked([handler for handler in handlers if handler.kind == ROUTE], asks)
    first_page = max((h for h in handlers if _is_first_page(h)), key=lambda h: times[h.entry_points], default=None)
    for handler in handlers:
        # documents name no other routes than the one that everybody begins with
        said = (
            int(handler is first_page) if handler.kind == ROUTE else _mentions(handler, programs, repository.documents)
        )
        asked, lines = times[handler.entry_points], _lines(handler.entry_points, modules)
        whole = handler.kind == COMMAND and handler.name in WHOLE
        name = _last(handler.entry_points[0]) if whole else handler.name
        rows.append(Row(handler.kind, name, handler.entry_points, handler.doc, said, asked, lines))
    # of a program that is run, what is imported elsewhere is what documents say is
    given = [Row(API, *row, lines=_lines(row.entry_points, modules)) for row in given_to_users(repository, modules)]
    rows += [row for row in given if row.mentions or not rows]
    rows = rows or rows_of(SCRIPT, bodies_that_run(modules)) or rows_of(API, called_by_none(modules))
    rows = [row for kind in ORDER for row in _ranked(kind, rows)]
    started = next(((row.name, row.entry_points[0].partition(":")[0]) for row in rows if row.kind == SCRIPT), None)
    if started is None and scripts:
        name, found = scripts[0]
        started = name, found.module if isinstance(found, Found) else found.name
    if started is None and runnable:
        started = runnable[0][0], runnable[0][1].partition(":")[0]
    if started is not None:
        rows.append(Row(STARTUP, "startup", (started[1],), f"Starts {started[0]}: all its imports", 0))
    return tuple(_named(rows, programs))


def is_site(candidates: Iterable[Candidate]) -> bool:
    """Whether a program is there to answer requests."""
    kinds = Counter(candidate.kind for candidate in candidates)
    return kinds[ROUTE] >= SITE and kinds[ROUTE] > kinds[COMMAND]


def pool(candidates: Iterable[Candidate], site: bool = False) -> tuple[Candidate, ...]:
    """Those worth a trace."""
    left = dict(POOL_OF_SITE if site else POOL)
    kept = []
    for candidate in candidates:
        if left[candidate.kind]:
            left[candidate.kind] -= 1
            kept.append(candidate)
    return tuple(kept)


def likeliest(candidates: Sequence[Candidate], site: bool = False) -> tuple[Candidate, ...]:
    """The MAX_ACTIONS that are chosen where nothing is known of what they pay for; in the order of their turns."""
    return tuple(_by_turns({kind: [c for c in candidates if c.kind == kind] for kind in ORDER}, site))


def choose(candidates: Sequence[Candidate], costs: Mapping[str, Cost], site: bool = False) -> tuple[Candidate, ...]:
    """At most MAX_ACTIONS of those that pay for something, by what documents name, then by load; of routes most
    as they are ranked, since what a site is about may be cheap; sorted by name.

    `candidates` are those worth a trace; `costs` are by action name, of those that could be traced. Where none pays for
    anything, the largest are taken; where there is room, the largest that documents name. What runs the rest of the
    program as it is imported is no start-up, and no action of its own; nor is what runs one of other candidates.
    """
    traced = [c for c in candidates if c.action.name in costs]
    usable = [c for c in traced if costs[c.action.name].ops] or traced
    usable = [c for c in usable if c.kind != STARTUP or not costs[c.action.name].starts]
    usable = [c for c in usable if not costs[c.action.name].is_group]

    def heaviest(candidate: Candidate) -> tuple[int, int, int]:
        cost = costs[candidate.action.name]
        return (-candidate.mentions, -cost.load, -cost.functions)

    by_kind = {kind: sorted((c for c in usable if c.kind == kind), key=heaviest) for kind in ORDER}
    by_kind[ROUTE] = _in_turns([c for c in usable if c.kind == ROUTE], by_kind[ROUTE])
    chosen = _by_turns(by_kind, site)
    light = [c for c in traced if c not in usable and c.mentions and costs[c.action.name].functions >= LARGE]
    light.sort(key=lambda candidate: (-candidate.mentions, -costs[candidate.action.name].functions))
    chosen += light[: min(LIGHT, MAX_ACTIONS - len(chosen))]
    return tuple(sorted(chosen, key=lambda candidate: candidate.action.name))


def _by_turns(by_kind: Mapping[str, Sequence[Candidate]], site: bool) -> list[Candidate]:
    """At most MAX_ACTIONS, the first of each kind first; one kind after the other takes its turn. Of a site the
    commands that no document names are behind all."""
    shares = [kind for turn in range(MAX_ACTIONS) for kind in ORDER if turn < SHARE[kind]]
    turns = [*(TURNS_OF_SITE if site else shares), *(kind for _ in range(MAX_ACTIONS) for kind in ORDER)]
    behind = [c for c in by_kind.get(COMMAND, ()) if site and not c.mentions]
    left = {kind: iter([c for c in rows if c not in behind]) for kind, rows in by_kind.items()}
    taken = (next(left[kind], None) for kind in turns)
    return [*(candidate for candidate in taken if candidate is not None), *behind][:MAX_ACTIONS]


def _scripts(project: Project, modules: Modules) -> Iterator[tuple[str, Found | Module]]:
    """The commands that a project installs, with the function that each runs."""
    for group, name, target in project.entry_points:
        if group in ("console_scripts", "gui_scripts"):
            module, _, attribute = target.partition(":")
            found = modules.resolve(module, attribute) if attribute else None
            if found is not None and not found.is_class:
                yield name, found
            elif (parsed := modules.get(module)) is not None:
                # an object of a framework: what it runs is told by its commands
                yield name, parsed


def _in_turns(ranked: Sequence[Candidate], heaviest: Sequence[Candidate]) -> list[Candidate]:
    """Two orders of the same as one: RANKED as they are ranked, then the heaviest, and so on."""
    rows: dict[Candidate, None] = {}
    for place, heavy in enumerate(heaviest):
        rows.update(dict.fromkeys((*ranked[RANKED * place : RANKED * (place + 1)], heavy)))
    return list(rows)


def _mentions(handler: Handler, programs: Sequence[str], documents: str) -> int:
    """How often documents name what a handler is for."""
    if handler.kind == COMMAND:
        return sum(documents.count(f"{program} {handler.name}") for program in programs)
    return documents.count(handler.name)


def _package(entry: str) -> str:
    """The package at the top of an entry point."""
    return re.split(r"[.:]", entry, maxsplit=1)[0]


def _lines(entry_points: Iterable[str], modules: Modules) -> int:
    """How many lines functions have; 0 where they are not found."""
    split = [entry.partition(":") for entry in entry_points]
    found = [modules.resolve(module, name) for module, _, name in split if name]
    return sum(one.node.end_lineno - one.node.lineno for one in found if one and one.node.end_lineno is not None)


def _is_first_page(handler: Handler) -> bool:
    """Whether it may be the page that everybody begins with: part of a site may have one, too."""
    return handler.kind == ROUTE and handler.name in ("/", "GET /")


def _times_asked(routes: Sequence[Handler], asks: Callable[[], Asked]) -> Counter[tuple[str, ...]]:
    """How often the repository asks for each route, by entry points."""
    if not routes:
        return Counter()
    views: dict[str, set[str]] = {}  # the methods of a class have their names together
    for route in routes:
        views.setdefault(_view_of(route), set()).update(route.known_as)
    asked = asks().of([route.name for route in routes], views.values())
    return Counter({route.entry_points: asked.times(route.name, route.known_as) for route in routes})


def _view_of(route: Handler) -> str:
    """The function or class that answers."""
    module, _, name = route.entry_points[0].partition(":")
    return f"{module}:{name.partition('.')[0]}"


def _ranked(kind: str, rows: Iterable[Row]) -> list[Row]:
    """The rows of a kind, most named first; then, of routes, those of few words; of those alike as seats go by votes:
    what most paths begin with is what a site is about. Of the rest one a module before the second of any, of one module
    the commands that are longest. Routes that the repository asks for, and those that do much, are further in front."""
    own = [row for row in rows if row.kind == kind]
    paths = [segments(row.name) if kind == ROUTE and "/" in row.name else None for row in own]
    lengths = [(FAR, 0) if path is None else length_of(row.name) for row, path in zip(own, paths, strict=True)]
    votes = Counter(path[0] for path in paths if path)
    seats: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    turns = []
    for index in sorted(range(len(own)), key=lambda index: (*lengths[index], -own[index].lines, index)):
        row, path = own[index], paths[index]
        module = row.entry_points[0].partition(":")[0]
        first = path[0] if path else ""
        seats[first] += 1
        named = (kind == API and row.lines <= ONE_LINE, -row.mentions)
        turns.append((named, lengths[index][0], -votes[first] / seats[first], seen[module], (-row.lines, index), row))
        seen[module] += 1
    ranked = [row for *_, row in sorted(turns, key=lambda turn: turn[:5])]
    return _by_all(ranked) if kind == ROUTE else ranked


def _by_all(ranked: Sequence[Row]) -> list[Row]:
    """Routes as they are ranked, as often as they are asked for and as much as they do: by the sum of their places in
    the three orders. Those that nobody comes for are behind the others."""
    by_asks = _places([-row.asked for row in ranked])
    by_lines = _places([-row.lines for row in ranked])
    places = [place + asks + lines for place, (asks, lines) in enumerate(zip(by_asks, by_lines, strict=True))]
    behind = [is_beside_the_point(row.name) for row in ranked]
    order = sorted(range(len(ranked)), key=lambda i: (-ranked[i].mentions, behind[i], places[i], i))
    return [ranked[place] for place in order]


def _places(values: Sequence[int]) -> list[int]:
    """The place of each in the order of all, the smallest first."""
    order = sorted(range(len(values)), key=lambda place: (values[place], place))
    places = [0] * len(values)
    for position, place in enumerate(order):
        places[place] = position
    return places


def _whole(handler: Handler, routes: Mapping[str, str]) -> str:
    """The name of a route by its whole path, where that is known; by the method that is known of it."""
    names = [point.replace(":", ".") for point in handler.entry_points]
    found = next(filter(None, map(routes.get, (*names, names[0].rpartition(".")[0]))), "")
    said, slash, _ = handler.name.partition("/")
    # a view that no path was found for by itself is called like its method
    verb = said.strip() if slash else METHODS.get(handler.name.rpartition(".")[2], "")
    if found.startswith("/") and verb:
        return f"{verb} {found}"
    return found or handler.name


def _named(rows: Iterable[Row], programs: Sequence[str]) -> Iterator[Candidate]:
    """Candidates with unique names that files can have; of two with the same entry points the first."""
    names: set[str] = set()
    entries: set[tuple[tuple[str, ...], bool]] = set()
    for kind, name, points, doc, mentions, *_ in rows:
        key = (points, kind == STARTUP)
        if key in entries:
            continue
        entries.add(key)
        plain = action_name(name)
        last = _last(points[0])
        wanted = [
            plain,
            f"{kind if last == name else last}-{plain}",
            *(f"{plain}-{number}" for number in range(2, 1000)),
        ]
        free = next((w for w in (action_name(w) for w in wanted) if w.casefold() not in names), None)
        if free is None:
            continue
        names.add(free.casefold())
        described = doc if kind != ROUTE else f"{name}: {doc}" if doc else name
        if kind == COMMAND and not doc:
            described = f"{programs[0]} {name}" if len(programs) == 1 else f"The command {name}"
        action = ActionConfig(free, points, _short(described), kind == STARTUP)
        yield Candidate(kind, action, mentions, name if kind in NAMED_KINDS else "")


def _last(entry: str) -> str:
    """A word of an entry point that tells it from others: the last package or module of its own."""
    module = entry.partition(":")[0]
    parts = [part for part in module.split(".") if part not in ("views", "routes", "api", "commands", "cli", "tasks")]
    return parts[-1] if parts else module


def action_name(text: str) -> str:
    """A name for files, of what people say: `GET /orders/{id}` is `get-orders-id`."""
    text = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"\1", text)
    text = re.sub(r"<(?:\w+:)?(\w+)>", r"\1", text)
    plain = re.sub(r"[^A-Za-z0-9._]+", "-", text).strip("-._")
    if text.endswith(" /"):
        plain += "-root"
    verb, dash, rest = plain.partition("-")
    plain = f"{verb.lower()}{dash}{rest}" if verb.isupper() else plain
    return plain[: MAX_NAME_LENGTH // 2].rstrip("-._") or "root"


def _short(text: str) -> str:
    """One line of text that can be printed, without the marks of reStructuredText."""
    text = re.sub(r":[\w:]+:`~?([^`<]*)[^`]*`", r"\1", text).replace("``", "")
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split()).rstrip(".")
    return line if len(line) <= DESCRIPTION else f"{line[: DESCRIPTION - 3].rstrip()}..."
