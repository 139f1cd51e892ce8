"""What has to hold of the rows that a loop goes through, before anything is loaded with them.

Each query that gives them is known, gives many, and takes the call that loads; all of them are gone through; and
nothing changes meanwhile what is loaded.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from code_path_audit.callgraph.model import Fetched
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.candidates.names import names_of
from code_path_audit.profiles.candidates.proposal import Traced
from code_path_audit.profiles.candidates.syntax import (
    COMPREHENSIONS,
    LOOPS,
    SCOPES,
    File,
    Place,
    Spot,
    nodes_of,
    place_of,
)
from code_path_audit.profiles.steady import is_constructor, last_name

NO_MODELS = frozenset((
    "raw", "union", "intersection", "difference", "values", "values_list", "dates", "datetimes", "from_statement",
    "with_only_columns", "delete", "adelete",
))  # fmt: skip
"""What gives rows that are no objects of a model, or a query that nothing can be added to: one that removes its rows
forgets what it was told to load."""

PARTS = frozenset(("only", "defer"))
"""What leaves fields out, which cannot be loaded by a join then."""

LOCKS = frozenset(("select_for_update", "with_for_update"))
"""What locks the rows, and what is joined with them; an outer join cannot be locked everywhere."""

STREAMED = frozenset(("iterator", "aiterator", "yield_per"))
"""What gives rows as they come: what belongs to all of them is not loaded."""

GROUPED = frozenset(("annotate", "aggregate", "alias", "distinct", "group_by"))
"""What counts already: a second count of something else multiplies both."""

FOR_OBJECTS = NO_MODELS | PARTS | LOCKS
"""What ends the proof where an object is to be loaded with each row."""

FOR_ROWS = NO_MODELS | STREAMED
"""The same where rows are to be loaded with each row."""

FOR_COUNTS = FOR_ROWS | LOCKS | GROUPED
"""The same where rows are to be counted with each row."""

COMBINED = frozenset(("union", "intersection", "difference"))
"""Methods that are given another query."""

WRITERS = ("django.db.models.", "sqlalchemy.", "sqlmodel.")
"""What writes rows, where it changes anything."""

EXPIRING = (
    ".Session.commit", ".AsyncSession.commit", ".Session.refresh", ".Session.rollback", ".Session.expire_all",
    ".AsyncSession.refresh", ".AsyncSession.rollback",
)  # fmt: skip
"""What makes a session of SQLAlchemy forget what it has loaded."""

STEPS = 6
"""Variables and calls that are followed from a query to where it is gone through."""


def asked_rows(traced: Traced, op: ExpensiveOp) -> list[Fetched]:
    """The queries that give the rows that an op reads from, without those that give none, as `objects.none()`."""
    rows = traced.reach.graph.fetched.get((op.function, op.site, op.callee), ())
    return [row for row in rows if "none" not in words_of_query(traced, row.function, row.site)]


def are_of_queries(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether it is known which queries give the rows that an op reads from, and each gives many. A row that was made,
    or that is asked for alone, has what was put into it, or would be asked for with it by another query."""
    rows = asked_rows(traced, op)
    path = traced.reach.program.path
    return bool(rows) and all(row.site >= 0 and row.each and path(row.function).endswith(".py") for row in rows)


ONE = frozenset(("get", "first", "last", "latest", "earliest", "get_or_create", "update_or_create", "create", "save"))
"""Methods that give one row, or make it."""


def are_of_one_row(traced: Traced, queries: Iterable[tuple[str, int]]) -> bool:
    """Whether some queries are each known to give no other row."""
    program = traced.reach.program
    return all(program.facts(function).sites[site].text.rpartition(".")[2] in ONE for function, site in queries)


def take(traced: Traced, queries: Iterable[tuple[str, int]], ends: frozenset[str]) -> bool:
    """Whether more can be asked for with the rows of some queries: none is of a form in `ends`, nor gives one row."""
    words = [words_of_query(traced, function, site) for function, site in queries]
    return not any(row & ends or FIRST in row for row in words)


FIRST = "[:1]"
"""Among the words of a query: that one row of it is taken."""


def words_of_query(traced: Traced, function: str, site: int) -> frozenset[str]:
    """The methods that a query is put together by, as they are written around one of its calls: before and after it, by
    variables of the function, and those of another that is given it to be combined with."""
    spot = traced.syntax.spot(function, site) if site >= 0 else None
    if spot is None:
        return frozenset()
    found: set[str] = set()
    seen: set[ast.AST] = set()
    todo: list[tuple[ast.AST, int]] = [(spot.node, 0)]
    while todo:
        node, depth = todo.pop()
        if node in seen or depth > STEPS:
            continue
        seen.add(node)
        todo += [(other, depth + 1) for other in (*above(spot, node, found), *below(spot, node, found))]
    return frozenset(found)


def below(spot: Spot, node: ast.AST, found: set[str]) -> Iterator[ast.AST]:
    """The values of the variable that a chain of calls begins at; the methods of the chain become `found`."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and is_first(node.slice):
            found.add(FIRST)
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        for made in names_of(spot.scope).bindings.get(node.id, ()):
            if isinstance(made, ast.Assign | ast.AnnAssign | ast.NamedExpr) and made.value is not None:
                yield made.value


def above(spot: Spot, node: ast.AST, found: set[str]) -> Iterator[ast.AST]:
    """What is done with a query: in the same expression, and with the variable that it is a value of."""
    parents = spot.file.above
    while (parent := parents.get(node)) is not None:
        if isinstance(parent, ast.Attribute):
            found.add(parent.attr)
        elif isinstance(parent, ast.Subscript):
            if parent.value is not node or not isinstance(parent.slice, ast.Slice):
                if isinstance(getattr(parent.slice, "value", None), int):
                    found.add(FIRST)
                return
            if is_first(parent.slice):
                found.add(FIRST)
        elif isinstance(parent, ast.Call) and parent.func is not node:
            func = parent.func
            if isinstance(func, ast.Attribute) and func.attr in COMBINED:
                found.add(func.attr)
            elif not (isinstance(func, ast.Name) and func.id in ("list", "tuple", "iter")):
                return
        elif isinstance(parent, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            names = {target.id for target in targets if isinstance(target, ast.Name)}
            for other in nodes_of(spot.scope):
                if isinstance(other, ast.Name) and other.id in names and isinstance(other.ctx, ast.Load):
                    yield other
            return
        elif not isinstance(parent, ast.Call | ast.Await | ast.IfExp):
            return
        node = parent


def is_first(index: ast.Slice) -> bool:
    """Whether a slice takes one row."""
    upper = index.upper
    return isinstance(upper, ast.Constant) and upper.value == 1


def is_left_early(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether the loop that an op runs in, of its function or of one that calls it, may be left before its end: at a
    row that is looked for."""
    todo = [(op.function, op.site)]
    seen: set[str] = set()
    while todo:
        function, site = todo.pop()
        if function in seen or site < 0 or len(seen) > STEPS:
            continue
        seen.add(function)
        loop = loop_at(traced, function, site)
        if loop is None:
            todo += [(edge.caller, edge.site) for edge in traced.reach.callers.get(function, ())]
        elif is_left(*loop):
            return True
    return False


def is_in_handler(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether an op stands where something has failed: in the handler of an exception."""
    file = traced.syntax.file(op.file)
    place = traced.reach.facts(op.function).positions.sites[op.site] if op.site >= 0 else None
    if file is None or place is None:
        return False
    return any(row[:2] <= place[:2] <= row[2:] for row in file.handled)


def loop_at(traced: Traced, function: str, site: int) -> tuple[File, ast.AST] | None:
    """The innermost loop around something in a function, and its file; None for none."""
    file = traced.syntax.file(traced.reach.program.path(function))
    facts = traced.reach.facts(function)
    if file is None or not facts.loops:
        return None
    place = facts.positions.sites[site]
    loops = [
        node for node in ast.walk(file.tree) if isinstance(node, (*LOOPS, *COMPREHENSIONS)) and repeats(node, place)
    ]
    return (file, loops[-1]) if loops else None


def repeats(loop: ast.AST, place: Place) -> bool:
    """Whether a loop repeats what stands at a place."""
    rows = loop.body if isinstance(loop, LOOPS) else [loop]
    spans = [place_of(row) for row in rows if isinstance(row, ast.stmt | ast.expr)]
    return any(span[:2] <= place[:2] <= span[2:] for span in spans)


def is_left(file: File, loop: ast.AST) -> bool:
    """Whether a loop may be left before its end."""
    if isinstance(loop, ast.GeneratorExp):
        taker = file.above[loop]
        return isinstance(taker, ast.Call) and isinstance(taker.func, ast.Name) and taker.func.id in TAKES_SOME
    todo: list[ast.AST] = [*loop.body] if isinstance(loop, LOOPS) else []
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Break | ast.Return):
            return True
        if isinstance(node, SCOPES):
            continue
        if isinstance(node, LOOPS):  # what breaks is that loop
            todo += [*node.orelse, *(part for part in ast.walk(node) if isinstance(part, ast.Return))]
        else:
            todo += ast.iter_child_nodes(node)
    return False


TAKES_SOME = frozenset(("any", "all", "next"))
"""Builtins that may leave what they are given before its end."""


def loops_of(op: ExpensiveOp) -> set[tuple[str, str]]:
    """The loops that repeat an op."""
    return {loop for loops, _ in op.runs for loop in loops}


def is_set_anew(traced: Traced, op: ExpensiveOp, fields: Iterable[str], models: Iterable[str]) -> bool:
    """Whether anything in the action writes one of some fields, or the key of what it names, of an object of some
    models that it did not just make; or has a row read again where an op is repeated."""
    names = {name for field in fields for name in (field, f"{field}_id")}
    if any(other.callee.endswith(".refresh_from_db") and loops_of(other) & loops_of(op) for other in traced.ops):
        return True
    owners = set(models)
    for row in traced.reach.mutations:
        if row.kind == "attr_write" and last_name(row.target) in names and not is_constructor(row.function):
            owner = row.function.split(".")[-2:-1]
            if not row.target.startswith("self.") or not owners or owner[0] in owners:
                return True
    return False


def are_forgotten(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether the loops around an op make a session forget what it has loaded."""
    return any(other.callee.endswith(EXPIRING) and loops_of(op) & loops_of(other) for other in traced.ops)


def are_written(traced: Traced, op: ExpensiveOp, row: str) -> bool:
    """Whether the loops around an op write rows: others than that of `row`, the name of what is gone through."""
    own = {row, "self", *(name for _, name in loops_of(op))}
    for other in writers(traced):
        if loops_of(op) & loops_of(other):
            text = traced.reach.facts(other.function).sites[other.site].text
            if text not in {f"{name}.save" for name in own}:
                return True
    return False


def writers(traced: Traced) -> Iterator[ExpensiveOp]:
    """The ops that write rows."""
    for op in traced.ops:
        if op.callee.startswith(WRITERS) and (op.function, op.site) in traced.known.effectful:
            yield op


Related = dict[tuple[str, ...], list[ExpensiveOp]]
"""Ops by the call that loads what they read, the model that it is added to, what is read, and the queries."""


def joined(related: Related) -> Related:
    """The same, without a way that is the beginning of another one of the same queries: that loads what it leads to."""
    found = dict(related)
    for key in sorted(related, key=lambda key: len(key[0])):
        longer = next((other for other in related if other in found and begins(key, other)), None)
        if longer is not None:
            found[longer] = [*found[longer], *found.pop(key)]
    return found


def begins(way: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether a way is the beginning of another one from the rows of the same queries."""
    (call, model, _, *queries), (more, root, _, *places) = way, other
    is_longer = more.startswith((f"{call[:-2]}__", f"{call[:-1]}."))
    return is_longer and model == root and [*map(where, queries)] == [*map(where, places)]


def where(call: str) -> str:
    """The place of a call, as a candidate names it."""
    return call.partition(" ")[0]
