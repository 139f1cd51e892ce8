"""What an action loads with rows, and with which: what one query loads, another one may be given the rows of.

A call that loads concerns the rows of a query where its own query may be put together from that one, or where nobody
knows from which. Of one that is given names of nobody knows what, any name counts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from code_path_audit.profiles.candidates.calls import argument_of
from code_path_audit.profiles.candidates.names import names_of
from code_path_audit.profiles.candidates.proposal import Traced
from code_path_audit.profiles.candidates.syntax import File, Spot, is_call_of

OF_A_QUERY = frozenset(("select_related", "prefetch_related"))
"""Calls that load what belongs to the rows of the query that they are a method of."""

LOADERS = OF_A_QUERY | {
    "prefetch_related_objects", "aprefetch_related_objects", "Prefetch", "selectinload", "joinedload", "subqueryload",
    "immediateload", "contains_eager",
}  # fmt: skip
"""Calls that load what belongs to rows, of Django and of SQLAlchemy, by the last part of their names."""

ANYTHING = "*"
"""Loaded by a name that is not written where it is loaded."""

STEPS = 8
"""Variables and calls that a query is followed back through."""

Query = tuple[str, int]
"""A call that puts a query together: the function and its site."""


class Load(NamedTuple):
    """A call that loads: the relations, by their own names, `ANYTHING` where it does not name them; `near` are those of
    the rows themselves. `queries` are the calls that its query was put together by, None where they are not known."""

    names: frozenset[str]
    near: frozenset[str]
    queries: frozenset[Query] | None


def loads_of(traced: Traced) -> tuple[Load, ...]:
    """All that an action loads with rows."""
    return tuple(load for function in traced.reach.depths for load in loaded_by(traced, function))


def loaded_by(traced: Traced, function: str) -> Iterator[Load]:
    """The same of one function."""
    facts = traced.reach.facts(function)
    for number, site in enumerate(facts.sites):
        last = site.text.rpartition(".")[2]
        if last not in LOADERS or site.kind != "call":
            continue
        spot = traced.syntax.spot(function, number)
        if spot is None:
            yield Load(frozenset((ANYTHING,)), frozenset(), None)
            continue
        paths = list(paths_of(traced, spot, last))
        names = frozenset(part for path in paths for part in path.split("__"))
        near = frozenset(path.partition("__")[0] for path in paths)
        yield Load(names, near, queries_of(traced, function, spot) if last in OF_A_QUERY else None)


def paths_of(traced: Traced, spot: Spot, last: str) -> Iterator[str]:
    """The paths that a call loads, as they are written; `ANYTHING` for one that is not."""
    given = spot.node.args
    if not given and last in OF_A_QUERY:
        yield ANYTHING  # all that every row has
    for part in given[:1] if last == "Prefetch" else given[1:] if last.endswith("_objects") else given:
        texts = constants(traced, spot.file, part.value) if isinstance(part, ast.Starred) else None
        if texts is not None:
            yield from texts
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif not is_told_itself(part):
            yield ANYTHING
    if any(row.arg is None for row in spot.node.keywords):
        yield ANYTHING


def is_told_itself(node: ast.expr) -> bool:
    """Whether an argument of a call that loads loads nothing, or is such a call, too."""
    if isinstance(node, ast.Constant):
        return node.value is None
    return is_call_of(node, LOADERS)


def constants(traced: Traced, file: File, node: ast.expr, is_here: bool = False) -> list[str] | None:
    """The texts of a list that is written as it is, or of a global that is bound to one once, also of another module of
    the source; None for anything else."""
    if isinstance(node, ast.List | ast.Tuple):
        texts = [row.value for row in node.elts if isinstance(row, ast.Constant) and isinstance(row.value, str)]
        return texts if len(texts) == len(node.elts) else None
    if not isinstance(node, ast.Name) or node.id in traced.known.written_globals:
        return None
    made = names_of(file.tree).bindings.get(node.id, [])
    if len(made) != 1:
        return None
    (row,) = made
    if isinstance(row, ast.Assign | ast.AnnAssign) and row.value is not None:
        return None if isinstance(row.value, ast.Name) else constants(traced, file, row.value)
    if is_here or not isinstance(row, ast.ImportFrom) or row.level or row.module is None:
        return None
    original = next((one.name for one in row.names if node.id in (one.asname, one.name)), "")
    other = traced.syntax.file(traced.reach.program.paths.get(row.module, ""))
    return constants(traced, other, ast.Name(original), True) if other is not None and original else None


def queries_of(traced: Traced, function: str, spot: Spot) -> frozenset[Query] | None:
    """The calls that the query of a call was put together by, before it; None where they are not all known, or it is
    the query of a `Prefetch`, whose rows come with those of another."""
    if any(is_call_of(node, ("Prefetch",)) for node in spot.around):
        return None
    found: set[Query] = set()
    seen: set[tuple[str, ast.AST]] = set()
    todo: list[tuple[str, Spot, ast.expr, int]] = [(function, spot, spot.node, 0)]
    while todo:
        where, at, node, depth = todo.pop()
        if (where, node) in seen:
            continue
        seen.add((where, node))
        before = None if depth > STEPS else origins(traced, where, at, node, found)
        if before is None:
            return None
        todo += [(*row, depth + 1) for row in before]
    return frozenset(found)


def origins(
    traced: Traced, function: str, spot: Spot, node: ast.expr, found: set[Query]
) -> list[tuple[str, Spot, ast.expr]] | None:  # fmt: skip
    """What an expression that is a query is put together from: nothing more where it begins at the manager of a class,
    None where that is not known. The calls in it become `found`."""
    words: list[str] = []
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        if isinstance(node, ast.Attribute):
            words.append(node.attr)
        if isinstance(node, ast.Call):
            found.add((function, traced.site_of(function, node)))
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.IfExp):
        return [(function, spot, node.body), (function, spot, node.orelse)]
    if not isinstance(node, ast.Name):
        return None
    names = names_of(spot.scope)
    if not names.is_local(node.id):
        is_class = node.id[:1].isupper() and bool(words) and words[-1] in MANAGERS
        return [] if is_class and node.id not in names.shared else None
    before: list[tuple[str, Spot, ast.expr]] = []
    for made in names.bindings.get(node.id, ()):
        if not isinstance(made, ast.Assign | ast.AnnAssign) or made.value is None:
            return None
        before.append((function, spot, made.value))
    if node.id not in names.params:
        return before
    edges = traced.reach.callers.get(function, ())
    if not edges or function in traced.reach.entries or node.id in ("self", "cls"):
        return None
    for edge in edges:
        call = traced.syntax.spot(edge.caller, edge.site)
        given = argument_of(call, spot.scope, node.id) if call is not None else None
        if call is None or given is None:
            return None
        before.append((edge.caller, call, given))
    return before


MANAGERS = frozenset(("objects", "_default_manager"))
"""What the queries of a class begin at."""


def is_loaded(loads: Iterable[Load], name: str, queries: Iterable[Query]) -> bool:
    """Whether a relation may be loaded already with the rows of some queries."""
    asked = frozenset(queries)
    return any(
        (ANYTHING in load.names or name in load.names)
        and (load.queries is None or bool(load.queries & asked) or is_behind(load, name))
        for load in loads
    )


def is_behind(load: Load, name: str) -> bool:
    """Whether a call loads a relation of what belongs to its rows, which a query of that may be given."""
    return name in load.names and name not in load.near
