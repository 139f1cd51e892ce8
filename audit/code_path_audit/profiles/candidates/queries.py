"""Queries of Django's ORM, and of SQLAlchemy's, for each row of another: asked for with the rows, or once for all of
them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from code_path_audit.callgraph.model import Edge, Fetched
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts import opcodes
from code_path_audit.facts.templates.expressions import LOOKUP
from code_path_audit.profiles.candidates.asked_rows import (
    FOR_COUNTS,
    FOR_OBJECTS,
    FOR_ROWS,
    are_forgotten,
    are_of_one_row,
    are_of_queries,
    are_written,
    asked_rows,
    is_in_handler,
    is_left_early,
    is_set_anew,
    joined,
    take,
    words_of_query,
)
from code_path_audit.profiles.candidates.bulk import is_given
from code_path_audit.profiles.candidates.loaders import is_loaded, loads_of
from code_path_audit.profiles.candidates.names import loaded, names_of
from code_path_audit.profiles.candidates.proposal import Proposal, Traced, executed, gone, place_of_site, proposal
from code_path_audit.profiles.candidates.rounds import takes_element
from code_path_audit.profiles.candidates.syntax import Spot
from code_path_audit.profiles.reach import op_order
from code_path_audit.profiles.runs.terms import degree
from code_path_audit.profiles.steady import is_constructor

MAPPED = "sqlalchemy.orm.relationship."

RELATIONS = ("django.db.models.ForeignKey.", "django.db.models.OneToOneField.", MAPPED)
"""What an op is called that reads a related object which has not been loaded: then Model.field."""

PLACES = 3
"""Places that are named; of more their number."""

QUERY = "django.db.models.QuerySet."

NARROWED = frozenset(("filter", "exclude"))
"""What asks for some of the rows of a relation: those that are loaded with the rows do not answer it."""

READ_ANEW = frozenset(("order_by", "select_related"))
"""What makes a query of its own of a relation, which only a Prefetch object loads with the rows."""

PREFETCH = 'prefetch_related("{relation}")'

COUNT_SOME = 'annotate(Count("{relation}", filter=Q(...)))'

RELATED = {
    "count": 'annotate(Count("{relation}"))',
    "exists": 'annotate(Exists(...)) over "{relation}"',
    "__iter__": PREFETCH,
    "__len__": PREFETCH,
    "aggregate": 'annotate(...) over "{relation}"',
}
"""What asks for it with the rows, by what is asked of the objects that belong to one row."""

ROWS = "the query that gives the rows is the project's own, and rows are not changed in between"


def per_row(traced: Traced) -> Iterator[Proposal]:
    """Queries that a loop asks for each of its rows; those of one relation, which a function asks for at several
    places, are one proposal."""
    counted: dict[tuple[str, str, str], list[ExpensiveOp]] = {}
    related: dict[tuple[str, ...], list[ExpensiveOp]] = {}
    reads = cache(lambda: reads_by_query(traced))
    loads = cache(lambda: loads_of(traced))
    for op in traced.ops:
        if degree(op.runs) < 1 or op.evidence != "certain" or not traced.is_heavy(op):
            continue
        often = op.how_often
        if op.callee.startswith(RELATIONS):
            path = way_to(traced, op, reads) if are_of_queries(traced, op) else ()
            queries = [(row.function, row.site) for row in asked_rows(traced, op)]
            if path and not is_loaded(loads(), path[-1][1], queries) and may_load(traced, op, path):
                call = loading(path, op.callee.startswith(MAPPED))
                related.setdefault((call, path[0][0], op.callee, *asked_calls(traced, op)), []).append(op)
            continue
        if not op.callee.startswith(QUERY):
            continue
        last = op.callee.removeprefix(QUERY)
        relation = relation_of(traced, op) if last in RELATED else ""
        if relation:
            form = form_of(last, set(words_of(traced, op)))
            queries = [*traced.reach.graph.rows_of.get((op.function, op.site, op.callee), ())]
            if not form or is_loaded(loads(), relation, queries) or is_of_another(traced, op, reads):
                continue
            if not may_ask(traced, op, last, relation):
                continue
            counted.setdefault((op.function, relation, form), []).append(op)
        elif last == "get" and is_asked_for_what_is_given(traced, op):
            yield proposal(
                "query", f"Ask once for all, with in_bulk or select_related, in place of {op.callee} {op.how_often}",
                op, {op_order(op): executed(1)}, [op], "medium",
                f"{op.function} asks for one row, and is called {op.how_often}; effort medium: its callers ask before "
                "their loop",
                "what is asked for is known before the loop",
            )  # fmt: skip
    for (call, model, *_), ops in joined(related).items():
        first = max(ops, key=lambda op: op.weight)
        read = ".".join(first.callee.split(".")[-2:])
        yield proposal(
            "query",
            f"Use {call} where {model} is asked for{asked_at(traced, first)}, in place of a query {first.how_often}",
            first, {op_order(op): gone for op in ops}, ops, "small",
            f"{read} is read {first.how_often} and has not been loaded with the rows; effort small: one call "
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


Step = tuple[str, str]
"""A model, and the field of it that is read."""

Reads = dict[tuple[str, int], dict[str, int]]
"""The relations that are read of the rows of queries, by the function and the site of each query."""


def step_of(callee: str) -> Step:
    """What an op reads."""
    *_, model, field = callee.split(".")
    return model, field


def way_to(traced: Traced, op: ExpensiveOp, reads: Callable[[], Reads]) -> tuple[Step, ...]:
    """The fields that lead from the rows of a query to what an op reads: of `order.customer.language` those of the
    order and of the customer; () where that is not known."""
    asked = {(row.function, row.site) for row in asked_rows(traced, op)}
    beside = read_of(reads(), asked)
    root = model_of(traced, asked, reads())
    if not root:
        return ()
    path = [step_of(op.callee)]
    words = (in_template(traced, op.function, op.site) or written(traced, op))[:-1]
    while path[0][0] != root:
        found = [step_of(name) for name in beside if step_of(name)[1] == words[-1]] if words else []
        if len(found) != 1 or found[0] in path:
            return ()
        path.insert(0, found[0])
        words = words[:-1]
    # reading a row by a relation of one to one gives the object that it was read from the same row
    is_back = any(field == root.lower() for _, field in path[1:])
    return () if is_back else tuple(path)


def may_load(traced: Traced, op: ExpensiveOp, path: tuple[Step, ...]) -> bool:
    """Whether what a path leads to can be loaded with the rows, and is the same when it is read."""
    queries = {(row.function, row.site) for row in asked_rows(traced, op)}
    return (
        take(traced, queries, FOR_OBJECTS)
        and not are_forgotten(traced, op)
        and not is_in_handler(traced, op)
        and not is_set_anew(traced, op, [field for _, field in path], [model for model, _ in path])
        and not is_left_early(traced, op)
    )


def may_ask(traced: Traced, op: ExpensiveOp, last: str, relation: str) -> bool:
    """The same of what belongs to each row by a relation to many, which `last` asks for."""
    queries = traced.reach.graph.rows_of.get((op.function, op.site, op.callee), ())
    form = FOR_ROWS if RELATED[last] == PREFETCH else FOR_COUNTS
    return (
        bool(queries)
        and all(site >= 0 for _, site in queries)
        and not are_of_one_row(traced, queries)
        and take(traced, queries, form)
        and not is_set_anew(traced, op, [relation], ())
        and not are_written(traced, op, words_of(traced, op)[0])
        and not is_left_early(traced, op)
    )


def form_of(last: str, by: set[str]) -> str:
    """What asks with the rows for what a method asks of each, by the words that it is asked with; "" for nothing."""
    form = RELATED[last]
    if form != PREFETCH:
        return COUNT_SOME if last == "count" and by & NARROWED else form
    if by & NARROWED:
        return ""
    return 'prefetch_related(Prefetch("{relation}", queryset=...))' if by & READ_ANEW else form


def reads_by_query(traced: Traced) -> Reads:
    """The relations that are read of the rows of each query, each with the number of the object that has it."""
    found: Reads = {}
    for op in traced.ops:
        if op.callee.startswith(RELATIONS):
            for row in asked_rows(traced, op):
                lowest(found.setdefault((row.function, row.site), {}), op.callee, number_of(row))
    return found


def read_of(reads: Reads, asked: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The same of all the rows of some queries."""
    found: dict[str, int] = {}
    for place in asked:
        for name, number in reads.get(place, {}).items():
            lowest(found, name, number)
    return found


def lowest(numbers: dict[str, int], name: str, number: int) -> None:
    """Keeps the lowest number of a name."""
    numbers[name] = min(number, numbers.get(name, number))


def model_of(traced: Traced, asked: set[tuple[str, int]], reads: Reads) -> str:
    """The model whose rows some queries give: as it is written there, or that of the relations that are read first of
    them; "" where that is not known, or differs."""
    rows = set()
    for place in asked:
        beside = reads.get(place, {})
        first = min(beside.values(), default=0)
        written_there = asked_model(traced, *place)
        if not written_there and not LOADING.isdisjoint(words_of_query(traced, *place)):
            return ""  # what is read first may be of what was loaded with them
        rows |= {written_there} if written_there else {
            step_of(name)[0] for name, number in beside.items() if number == first
        }  # fmt: skip
    return rows.pop() if len(rows) == 1 else ""


LOADING = frozenset(("select_related", "prefetch_related", "options"))
"""Methods of a query that load more with its rows."""


def is_of_another(traced: Traced, op: ExpensiveOp, reads: Callable[[], Reads]) -> bool:
    """Whether what is asked belongs to an object that is none of the rows that the query gives, or may be: to that of a
    method of another class, or to one that a function is given by the name of something else."""
    name = words_of(traced, op)[0]
    is_given = name != "self" and name in [row.name for row in traced.reach.facts(op.function).params]
    if name != "self" and not is_given:
        return False
    asked = {place for place in traced.reach.graph.rows_of.get((op.function, op.site, op.callee), ()) if place[1] >= 0}
    model = model_of(traced, asked, reads())
    if is_given:
        return not model or not name.replace("_", "").endswith(model.lower())
    return bool(model) and op.function.split(".")[-2:-1] != [model]


def number_of(row: Fetched) -> int:
    """The number of the object whose relation is read: one that is read of another has a higher one."""
    number = row.what.partition(".")[0]
    return int(number) if number.isdigit() else 0


def asked_model(traced: Traced, function: str, site: int) -> str:
    """The model whose rows a query gives, as it is written: of `Order.objects.filter(...)`; "" where it is not."""
    words = traced.reach.facts(function).sites[site].text.replace("()", "").split(".")
    place = next((number for number, word in enumerate(words) if word in ("objects", "_default_manager")), 0)
    name = words[place - 1] if place else ""
    return name if name[:1].isupper() else ""


def loading(path: tuple[Step, ...], is_mapped: bool) -> str:
    """The call that loads what a path of fields leads to."""
    if is_mapped:
        return f"options({'.'.join(f'selectinload({model}.{field})' for model, field in path)})"
    return f'select_related("{"__".join(field for _, field in path)}")'


def is_asked_for_what_is_given(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether a function without loops asks in each of its runs for one row, by what it is given."""
    facts = traced.reach.facts(op.function)
    spot = traced.spot(op)
    if "objects" not in written(traced, op):
        return False  # of what belongs to a row nothing is asked for by a key alone
    if spot is None or facts.loops or facts.sites[op.site].conditional or is_constructor(op.function):
        return False  # an object is not handed what was asked for before it is made
    arguments = getattr(spot.scope, "args", None)
    open_ended = {row.arg for row in (getattr(arguments, "vararg", None), getattr(arguments, "kwarg", None)) if row}
    given = {name for part in (*spot.node.args, *(row.value for row in spot.node.keywords)) for name in loaded(part)}
    if not is_given(spot, True) or given & open_ended:
        return False  # who knows whether they are given it
    others = given & names_of(spot.scope).params.keys() - {"self"}
    if "self" in given and not others:
        return is_of_model(spot)
    return all(is_of_element(traced, edge) for edge in traced.reach.callers.get(op.function, ()))


def is_of_model(spot: Spot) -> bool:
    """Whether a method is one of a model: its class is derived from one by name, or has fields."""
    node = spot.file.above.get(spot.scope)
    if not isinstance(node, ast.ClassDef):
        return False
    texts = [ast.unparse(row) for row in (*node.bases, *node.body) if not isinstance(row, ast.FunctionDef)]
    return any("Model" in text or "models." in text for text in texts)


def is_of_element(traced: Traced, edge: Edge) -> bool:
    """Whether a call hands over what comes of the element of a loop around it; one that the source does not show as a
    call, as a template's, is taken to."""
    spot = traced.syntax.spot(edge.caller, edge.site)
    return spot is None or any(isinstance(loop, ast.For) and takes_element(spot, loop) for loop in spot.loops)


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
    words = words_of(traced, op)
    last = op.callee.rpartition(".")[2]
    if last not in ("__iter__", "__len__") and words[-1:] != [last]:
        return ""
    while len(words) > 1 and words[-1] in (last, "all", "filter", "exclude", "order_by", "select_related"):
        words.pop()
    if f"{'.'.join(words)}()" in traced.reach.facts(op.function).sites[op.site].text:
        return ""  # a method that is called, and no relation
    is_row = len(words) == 2 and words[0].islower() and words[1].isidentifier() and words[1] != "objects"
    is_other = not is_row or is_imported(traced, op, words[0]) or is_made_here(traced, op, words[0])
    return "" if is_other or is_of_the_source(traced, op, words[1]) else words[1]


def is_of_the_source(traced: Traced, op: ExpensiveOp, name: str) -> bool:
    """Whether a function calls something of the source by a name, as a property of the model: that is no relation."""
    return any(edge.callee.rpartition(".")[2] == name for edge in traced.reach.callees.get(op.function, ()))


def is_imported(traced: Traced, op: ExpensiveOp, name: str) -> bool:
    """Whether a name is that of a module, or of something in it."""
    file = traced.syntax.file(op.file)
    made = names_of(file.tree).bindings.get(name, ()) if file is not None else ()
    return any(isinstance(node, ast.Import | ast.ImportFrom) for node in made)


def words_of(traced: Traced, op: ExpensiveOp) -> list[str]:
    """The names in what asks, as it is written, also in a template."""
    return in_template(traced, op.function, op.site) or written(traced, op)


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
    return traced.reach.facts(op.function).sites[op.site].text.replace("()", "").split(".")


def in_template(traced: Traced, function: str, site: int) -> list[str]:
    """The names of a lookup in a template, or of one that a loop there goes through; [] for anything else."""
    values = traced.known.values(function)
    names: list[str] = []
    if site in values.iterated:
        row = values.making(values.iterated[site])
        site = row[-1] if row is not None and row[0] == opcodes.CALL else -1
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
