"""Sessions over a network: how many are made, for what is requested by them.

A session keeps its connection. One that is made in each round opens a new one in each, like a request without any.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from code_path_audit.callgraph.model import Evidence
from code_path_audit.facts import opcodes as op
from code_path_audit.profiles.reach import is_module
from code_path_audit.profiles.runs.origins import origins
from code_path_audit.profiles.runs.plan import Counting
from code_path_audit.profiles.runs.standing import stands
from code_path_audit.profiles.runs.terms import NEVER, ONCE, Runs, added, degree

SESSIONS = frozenset((
    "requests.Session", "requests.session", "requests.sessions.Session", "aiohttp.ClientSession", "httpx.Client",
    "httpx.AsyncClient", "urllib3.PoolManager", "http.client.HTTPConnection", "http.client.HTTPSConnection",
))  # fmt: skip
"""What makes a session, or a connection that is opened with the first request."""

DEPTH = 6
"""Instructions that the object of a request is followed back."""


def connects_each_time(
    counting: Counting, known: Mapping[str, Runs], function: str, site: int, runs: Runs
) -> bool:  # fmt: skip
    """Whether what requests something at a call site that runs so often is a session that is made as often: in as many
    loops. False where it is not seen where the session is made. `known` are runs of functions that are counted."""
    if site < 0 or not degree(runs):
        return False
    made = makings(counting, known, function, site, SESSIONS)
    return made is not None and degree(made) >= degree(runs)


def is_kept(counting: Counting, function: str, site: int) -> bool:
    """Whether what requests something at a call site is a session that a module makes, before the action begins."""
    receiver = counting.steady.values(function).receiver(site) if site >= 0 else None
    found = list(made_at(counting, function, receiver, DEPTH, SESSIONS)) if receiver is not None else []
    homes = [place[0] if place is not None else "" for place in found]
    before = (home not in counting.reach.depths and is_module(counting.reach.program, home) for home in homes)
    return bool(homes) and "" not in homes and all(before)


def makings(
    counting: Counting, known: Mapping[str, Runs], function: str, site: int, makers: Collection[str]
) -> Runs | None:  # fmt: skip
    """How often the objects are made of which a method is called at a site, where some makers make them; None where it
    is not seen where they are made."""
    receiver = counting.steady.values(function).receiver(site)
    found = list(made_at(counting, function, receiver, DEPTH, makers)) if receiver is not None else []
    places = [place for place in found if place is not None]
    if not places or len(places) < len(found):
        return None
    reached = {home for home, _ in places if home in counting.reach.depths}
    every = {**known, **counting.functions(sorted(reached - known.keys()))} if reached - known.keys() else known
    made = NEVER
    for home, number in places:
        if home not in reached:
            if not is_module(counting.reach.program, home):
                return None
            made = added(made, ONCE)  # before the action begins
            continue
        where = stands(counting.reach, home, number)
        made = added(made, counting.at(every[home], home, where))
    return made


def made_at(
    counting: Counting, function: str, reg: int, depth: int, makers: Collection[str]
) -> Iterator[tuple[str, int] | None]:  # fmt: skip
    """The functions and call sites that make what a register holds, if some makers do; None for what is not seen."""
    program = counting.reach.program
    values = counting.steady.values(function)
    row = values.making(values.origin(reg))
    if row is None or depth <= 0:
        yield None
    elif row[0] in (op.ENTER, op.AWAIT):
        yield from made_at(counting, function, row[2], depth - 1, makers)
    elif row[0] == op.CALL:
        callee = made_by(counting, function, row[5])
        if callee:
            yield from returned(counting, callee, depth - 1, makers)
            return
        found = list(origins(counting.steady.values, values, program.functions[function][0], row[2]))
        known = found and all(not origin.is_source and origin.name in makers for origin in found)
        yield (function, row[5]) if known else None
    elif row[0] == op.GLOBAL:
        module = program.functions[function][0]
        stored = counting.steady.values.at(module, 0).stored_globals.get(row[2], [])
        if len(stored) == 1 and row[2] not in counting.steady.written and function != module:
            yield from made_at(counting, module, stored[0], depth - 1, makers)
        else:
            yield None
    elif row[0] == op.ATTR and values.origin(row[2]) == 0 and values.is_param(0):
        is_stored = False
        for method in methods_beside(counting, function):
            others = counting.steady.values(method)
            for line in others.facts.code:
                if line[0] == op.STORE_ATTR and line[2] == row[3] and others.origin(line[1]) == 0:
                    is_stored = True
                    yield from made_at(counting, method, line[3], depth - 1, makers)
        if not is_stored:
            yield None
    else:
        yield None


def made_by(counting: Counting, function: str, site: int) -> str:
    """The one function of the source that is certain to be called at a site, and gives what it returns at once; "" for
    none."""
    edges = counting.steady.calls.between(function, site, site + 1)
    if len(edges) != 1 or edges[0].kind != "call" or edges[0].evidence != Evidence.CERTAIN.word:
        return ""
    facts = counting.reach.facts(edges[0].callee)
    return "" if facts.kind != "function" or facts.is_generator or facts.is_async else edges[0].callee


def returned(
    counting: Counting, function: str, depth: int, makers: Collection[str]
) -> Iterator[tuple[str, int] | None]:  # fmt: skip
    """The same of what a function returns."""
    values = counting.steady.values(function)
    rows = [row for row in values.facts.code if row[0] == op.RETURN]
    for row in rows:
        yield from made_at(counting, function, row[1], depth, makers)


def methods_beside(counting: Counting, function: str) -> Iterator[str]:
    """The methods of the class of a method that the action reaches."""
    owner = function.rpartition(".")[0]
    for name in sorted(counting.reach.depths):
        if name.rpartition(".")[0] == owner and counting.reach.facts(name).params:
            yield name
