"""Queries of Django's ORM, and of SQLAlchemy's, for each row of another: asked for with the rows, or once for all of
them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from code_path_audit.callgraph.model import Fetched
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts import opcodes
from code_path_audit.facts.templates.expressions import LOOKUP
from code_path_audit.profiles.candidates.bulk import is_given
from code_path_audit.profiles.candidates.names import names_of
from code_path_audit.profiles.candidates.proposal import Proposal, Traced, executed, gone, place_of_site, proposal
from code_path_audit.profiles.candidates.syntax import nodes_of
from code_path_audit.profiles.reach import op_order
from code_path_audit.profiles.runs.terms import degree

MAPPED = "sqlalchemy.orm.relationship."

RELATIONS = ("django.db.models.ForeignKey.", "django.db.models.OneToOneField.", MAPPED)
"""What an op is called that reads a related object which has not been loaded: then Model.field."""

PLACES = 3
"""Places that are named; of more their number."""

QUERY = "django.db.models.QuerySet."

RELATED = {
    "count": 'annotate(Count("{relation}"))',
    "exists": 'annotate(Exists(...)) over "{relation}"',
    "__iter__": 'prefetch_related("{relation}")',
    "__len__": 'prefetch_related("{relation}")',
    "aggregate": 'annotate(...) over "{relation}"',
}
"""What asks for it with the rows, by what is asked of the objects that belong to one row."""

ROWS = "the query that gives the rows is the project's own, and rows are not changed in between"


def per_row(traced: Traced) -> Iterator[Proposal]:
    """Queries that a loop asks for each of its rows; those of one relation, which a function asks for at several
    places, are one proposal."""
    counted: dict[tuple[str, str, str], list[ExpensiveOp]] = {}
    related: dict[tuple[str, ...], list[ExpensiveOp]] = {}
    for op in traced.ops:
        if degree(op.runs) < 1 or op.evidence != "certain" or not traced.is_heavy(op):
            continue
        often = op.how_often
        if op.callee.startswith(RELATIONS):
            if not are_of_queries(traced, op):
                continue
            *_, model, field = op.callee.split(".")
            mapped = op.callee.startswith(MAPPED)
            call = f"options(selectinload({model}.{field}))" if mapped else f'select_related("{field}")'
            related.setdefault((call, model, field, *asked_calls(traced, op)), []).append(op)
            continue
        relation, last = relation_of(traced, op), op.callee.removeprefix(QUERY)
        if op.callee.startswith(QUERY) and relation and last in RELATED:
            if is_of_one_row(traced, op):
                continue
            counted.setdefault((op.function, relation, RELATED[last]), []).append(op)
        elif last == "get" and op.callee.startswith(QUERY) and is_asked_for_what_is_given(traced, op):
            yield proposal(
                "query", f"Ask once for all, with in_bulk or select_related, in place of {op.callee} {op.how_often}",
                op, {op_order(op): executed(1)}, [op], "medium",
                f"{op.function} asks for one row, and is called {op.how_often}; effort medium: its callers ask before "
                "their loop",
                "what is asked for is known before the loop",
            )  # fmt: skip
    for (call, model, field, *_), ops in related.items():
        first = max(ops, key=lambda op: op.weight)
        yield proposal(
            "query",
            f"Use {call} where {model} is asked for{asked_at(traced, first)}, in place of a query {first.how_often}",
            first, {op_order(op): gone for op in ops}, ops, "small",
            f"{model}.{field} is read {first.how_often} and has not been loaded with the rows; effort small: one call "
            "is added to the query",
            ROWS, calls=asked_calls(traced, first), adds=call,
        )  # fmt: skip
    for (_, relation, form), ops in counted.items():
        often = ops[0].how_often
        yield proposal(
            "query",
            f"Use {form.format(relation=relation)} on the rows{rows_at(traced, ops[0])}, in place of a query {often}",
            ops[0], {op_order(op): gone for op in ops}, ops, "small",
            f"what belongs to a row by {relation!r} is asked for {often}; effort small: one call is added to "
            "the query that gives the rows",
            ROWS,
        )  # fmt: skip


def are_of_queries(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether it is known which queries give the rows that an op reads from, and each gives many. A row that was made,
    or that is asked for alone, has what was put into it, or would be asked for with it by another query."""
    rows = asked_rows(traced, op)
    path = traced.reach.program.path
    return bool(rows) and all(row.site >= 0 and row.each and path(row.function).endswith(".py") for row in rows)


def asked_rows(traced: Traced, op: ExpensiveOp) -> list[Fetched]:
    """The queries that give the rows that an op reads from, without those that give none, as `objects.none()`."""
    rows = traced.reach.graph.fetched.get((op.function, op.site, op.callee), ())
    return [row for row in rows if not is_none(traced, row.function, row.site)]


def is_none(traced: Traced, function: str, site: int) -> bool:
    """Whether a call is a part of a query that is told to give no rows."""
    spot = traced.syntax.spot(function, site) if site >= 0 else None
    if spot is None:
        return False
    chain: list[ast.AST] = [spot.node]
    while isinstance(above := spot.file.above[chain[-1]], ast.Attribute | ast.Call):
        chain.append(above)
    below: ast.AST = spot.node
    while isinstance(below, ast.Attribute | ast.Call):
        chain.append(below)
        below = below.func if isinstance(below, ast.Call) else below.value
    return any(isinstance(node, ast.Attribute) and node.attr == "none" for node in chain)


ONE = frozenset(("get", "first", "last", "latest", "earliest", "get_or_create", "update_or_create", "create", "save"))
"""Methods that give one row, or make it."""


def is_of_one_row(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether each query that gives the row of an op is known to give no other."""
    program = traced.reach.program
    rows = traced.reach.graph.rows_of.get((op.function, op.site, op.callee), ())
    texts = [program.facts(function).sites[site].text for function, site in rows if site >= 0]
    return bool(texts) and all(text.rpartition(".")[2] in ONE for text in texts)


def is_asked_for_what_is_given(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether a function without loops asks in each of its runs for one row, by what it is given."""
    facts = traced.reach.program.facts(op.function)
    spot = traced.spot(op)
    return spot is not None and not facts.loops and not facts.sites[op.site].conditional and is_given(spot, True)


def asked_at(traced: Traced, op: ExpensiveOp) -> str:
    """The calls that put together the queries whose rows an op reads from, as " (file:line, ...)"; "" for none that is
    known."""
    graph, program = traced.reach.graph, traced.reach.program
    key = (op.function, op.site, op.callee)
    rows = graph.rows_of.get(key) or [(row.function, row.site) for row in asked_rows(traced, op)]
    asked = {(function, site) for function, site in rows if site >= 0}
    places = sorted({(program.path(function), program.line(function, site)) for function, site in asked})
    more = f" and {len(places) - PLACES} more" if len(places) > PLACES else ""
    return f" ({', '.join(f'{file}:{line}' for file, line in places[:PLACES])}{more})" if places else ""


def rows_at(traced: Traced, op: ExpensiveOp) -> str:
    """Where the queries are put together that give the rows whose relation an op asks for."""
    return asked_at(traced, op) if (op.function, op.site, op.callee) in traced.reach.graph.rows_of else ""


def asked_calls(traced: Traced, op: ExpensiveOp) -> list[str]:
    """The calls that put together the queries whose rows an op reads from."""
    program = traced.reach.program
    rows = [row for row in asked_rows(traced, op) if row.site >= 0]
    return sorted({place_of_site(program, row.function, row.site, row.what) for row in rows})


def relation_of(traced: Traced, op: ExpensiveOp) -> str:
    """The relation of a row through which an op asks, by how it is written: `product.reviews.count()`, in a template
    `{{ product.reviews.count }}`."""
    if op.site < 0:
        return ""
    words = in_template(traced, op.function, op.site) or written(traced, op)
    last = op.callee.rpartition(".")[2]
    if last not in ("__iter__", "__len__") and words[-1:] != [last]:
        return ""
    while len(words) > 1 and words[-1] in (last, "all", "filter", "exclude", "order_by", "select_related"):
        words.pop()
    is_row = len(words) == 2 and words[0].islower() and words[1].isidentifier() and words[1] != "objects"
    return words[1] if is_row and not is_made_here(traced, op, words[0]) else ""


def is_made_here(traced: Traced, op: ExpensiveOp, name: str) -> bool:
    """Whether a name is a variable that its function gives a value, and not the row of a loop: rows that a query gives
    come by a loop or from a caller."""
    spot = traced.spot(op)
    if spot is None:
        return False
    bound = names_of(spot.scope).bindings.get(name, [])
    return any(not isinstance(node, ast.For | ast.AsyncFor | ast.comprehension) for node in bound)


def written(traced: Traced, op: ExpensiveOp) -> list[str]:
    """The names in a call as it is written."""
    return traced.reach.program.facts(op.function).sites[op.site].text.replace("()", "").split(".")


def in_template(traced: Traced, function: str, site: int) -> list[str]:
    """The names of a lookup in a template, [] for anything else."""
    values = traced.known.values(function)
    names: list[str] = []
    while site >= 0 and values.facts.sites[site].text == LOOKUP:
        given = values.facts.sites[site].arguments
        if len(given) != 2 or given[1].shape != "literal":
            return []
        names.insert(0, given[1].text.strip("'\""))
        row = values.making(given[0].reg)
        if given[0].shape == "name":
            return [given[0].text, *names]
        site = row[-1] if row is not None and row[0] == opcodes.CALL else -1
    return ["row", *names] if names else []


def counted_and_read(traced: Traced) -> Iterator[Proposal]:
    """Rows that are counted by a query of its own, and then read: read once."""
    for op in traced.heavy:
        if op.callee not in (f"{QUERY}count", f"{QUERY}exists"):
            continue
        spot = traced.spot(op)
        if (
            spot is None
            or not isinstance(spot.node.func, ast.Attribute)
            or not isinstance(spot.node.func.value, ast.Name)
        ):
            continue
        name, last = spot.node.func.value.id, spot.node.func.attr
        names = names_of(spot.scope)
        if len(names.bindings.get(name, ())) + (name in names.params) != 1 or spot.loops:
            continue
        read = [
            node for node in nodes_of(spot.scope)
            if isinstance(node, ast.For) and isinstance(node.iter, ast.Name) and node.iter.id == name
            and node.lineno > op.line
        ]  # fmt: skip
        lines = {row.line for row in traced.ops if row.function == op.function and row.callee == f"{QUERY}__iter__"}
        if not read or read[0].lineno not in lines:
            continue
        instead = "len({})" if last == "count" else "bool({})"
        yield proposal(
            "keep", f"Use {instead.format(name)} of the rows that are read, in place of {op.callee}", op,
            {op_order(op): gone}, [op], "small",
            f"line {read[0].lineno} reads the same rows, and a queryset keeps what it has read; effort small: "
            f"one call changes",
            "the rows are read in most runs",
        )  # fmt: skip
