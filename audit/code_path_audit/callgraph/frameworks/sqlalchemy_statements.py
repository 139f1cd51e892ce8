"""SQLAlchemy: statements, what sessions give for them, and what their options load.

A statement costs nothing; what a session does with it does (`costs/rules/databases.toml`). The rows that come out of it
know what its options loaded: `selectinload` and `subqueryload` are a query each where the statement is executed,
`joinedload` and `contains_eager` are none. Assumes SQLAlchemy 2, or 1.4 in its style.
Wrong, by ops too many, where an object is found in the session by its key.
"""

from __future__ import annotations

from typing import NamedTuple

from code_path_audit.callgraph.frameworks import sqlalchemy_inserts, sqlalchemy_transactions
from code_path_audit.callgraph.frameworks.reporting import does, names_loop
from code_path_audit.callgraph.frameworks.row_values import ANYTHING, Place, Row, place, spelled, with_paths
from code_path_audit.callgraph.frameworks.row_values import name_of as class_name
from code_path_audit.callgraph.frameworks.sqlalchemy_declared import loaded_by_class
from code_path_audit.callgraph.library.awaitables import awaited
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, INST, NONE, STR, XINST, XMETHOD
from code_path_audit.callgraph.solver.ids import Site, Value, Var
from code_path_audit.callgraph.solver.state import Call, Iteration, State

PACKAGES = ("sqlalchemy", "sqlmodel", "flask_sqlalchemy")

MAKING = frozenset(("select", "query"))
"""What makes a statement of models."""

EXECUTING = frozenset(("execute", "scalars", "scalar", "exec", "stream", "stream_scalars"))
"""What a session, or a connection, does with a statement."""

SCALARS = frozenset(("scalars", "scalar", "exec", "stream_scalars"))

ALL = frozenset(("all", "fetchall", "fetchmany", "partitions", "unique", "mappings", "yield_per", "columns", "tuples"))
"""Methods of a result that give the rows, or a result again."""

ONE = frozenset(("first", "one", "one_or_none", "fetchone", "scalar_one", "scalar_one_or_none", "scalar"))

LOADING = {
    "selectinload": True, "subqueryload": True, "immediateload": True, "joinedload": False, "contains_eager": False,
}  # fmt: skip
"""Options that load a relationship with the rows, and whether that is a query of its own."""

FETCHING = frozenset(("get", "get_one"))

MAX_QUERIES = 24
"""Statements of one model whose rows are kept apart."""


class Statement(NamedTuple):
    """The key of a statement, of a legacy query (`is_query`), or of a result (`is_done`): the models that it selects,
    and what its options load; `scalars`: rows are objects and no tuples."""

    models: tuple[Value, ...]
    made: Place
    fetched: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    scalars: bool = False
    is_query: bool = False
    is_done: bool = False
    tag: str = "statement"


class Attribute(NamedTuple):
    """The key of a relationship that is read of a class: Order.lines."""

    model: Value
    name: str
    tag: str = "attribute"


class Loaded(NamedTuple):
    """The key of an option: the paths that it loads, from the row on, and those that cost a query."""

    paths: tuple[str, ...]
    extra: tuple[str, ...]
    tag: str = "loaded"


KEYS = (Statement, Attribute, Loaded)


class KnownRows:
    """The rows that statements gave, by their model."""

    def __init__(self) -> None:
        self.of: dict[Value, dict[Row, None]] = {}


def key(s: State, value: Value) -> Statement | Attribute | Loaded | None:
    """The key of a statement, a result, a relationship of a class, or an option."""
    if s.kinds[value] != XINST:
        return None
    found = s.rows[value].key
    return found if isinstance(found, KEYS) else None


# statements


def statement(s: State, call: Call, value: Value) -> bool:
    """select(Order), session.query(Order)"""
    row = s.rows[value]
    s.calls_external(call.site, row.dotted, call.kind)
    if not call.pos:
        return False
    is_query = row.dotted.rpartition(".")[2] == "query"
    found = tuple(v for var, star in call.pos if not star for v in s.holds(var) if s.kinds[v] == CLASS)
    make(s, (call, is_query, 0), found)
    return True


def make(s: State, data: tuple[Call, bool, int], found: tuple[Value, ...]) -> None:
    """The statement, once its models are known; they may be a parameter's."""
    call, is_query, tried = data
    if not found and tried < 2:
        s.later(again, (call, is_query, tried + 1), None)
        return
    made = Statement(found, place(s, call.site), scalars=is_query and len(call.pos) == 1, is_query=is_query)
    s.add(call.dst, value_of(s, made))


def again(s: State, data: tuple[Call, bool, int], _: None) -> None:
    """The models of a statement, asked once more when all else is followed."""
    call = data[0]
    make(s, data, tuple(v for var, star in call.pos if not star for v in s.holds(var) if s.kinds[v] == CLASS))


def value_of(s: State, made: Statement) -> Value:
    """The value of a statement, a query or a result."""
    dotted = "sqlalchemy.Result" if made.is_done else "sqlalchemy.orm.Query" if made.is_query else "sqlalchemy.Select"
    return s.of(XINST, dotted, (), made)


def called(s: State, call: Call, name: str, receiver: Value, dotted: str) -> bool:
    """A method of something of SQLAlchemy's: whether that is all there is to the call."""
    found = key(s, receiver)
    if isinstance(found, Statement):
        return of_result(s, call, name, found) if found.is_done else of_statement(s, call, name, receiver, found)
    if isinstance(found, Loaded):
        if name in LOADING or name == "options":
            option(s, call, name, found)
        else:  # load_only(...): which columns come
            s.answer(call.site)
            s.add(call.dst, receiver)
        return True
    if dotted.partition(".")[0] not in PACKAGES or s.kinds[receiver] not in (XINST, INST):
        return False
    if dotted == "sqlalchemy.orm.sessionmaker.begin":
        return opens(s, call, receiver, True)
    if name in sqlalchemy_inserts.ADDING and "ession" in dotted:
        sqlalchemy_inserts.adds(s, call)
        return False
    if name in ("begin", "begin_nested"):
        sqlalchemy_transactions.begins(s, call, dotted.removesuffix(f".{name}"), name)
        return False
    if name in EXECUTING and call.pos:
        s.calls_external(call.site, dotted, call.kind)
        if "async" in dotted.lower():
            call = awaited(s, call, (call.site, "rows"))
        s.watch(call.pos[0][0], on_executed, (call, name))
        s.later(on_nothing_executed, (call, name), None)
        return True
    if name == "query" and call.pos:
        return statement(s, call, s.of(XMETHOD, dotted, receiver))
    if name in FETCHING and call.pos and any(s.kinds[v] == CLASS for v in s.holds(call.pos[0][0])):
        s.calls_external(call.site, dotted, call.kind)
        got(s, call, "Async" in dotted or "async" in dotted)
        return True
    return False


def on_nothing_executed(s: State, data: tuple[Call, str], _: None) -> None:
    """What is executed is no statement that is known: a text, a table."""
    call, name = data
    if call.dst and not s.pts[call.dst]:
        made = Statement((), place(s, call.site), scalars=name in SCALARS, is_done=True)
        s.add(call.dst, value_of(s, made))


def on_executed(s: State, data: tuple[Call, str], value: Value) -> None:
    """A statement is executed."""
    call, name = data
    found = key(s, value)
    if not isinstance(found, Statement) or found.is_done or found.is_query:
        return
    loads(s, call.site, found, call.kind)
    done = found._replace(made=place(s, call.site), scalars=name in SCALARS, is_done=True)
    if name == "scalar":
        row(s, call, done)
    else:
        s.add(call.dst, value_of(s, done))


def got(s: State, call: Call, is_async: bool) -> None:
    """session.get(Order, 1, options=[...])"""
    if is_async:
        call = awaited(s, call, (call.site, "rows"))
    give_got(s, (call, 0), None)


def give_got(s: State, data: tuple[Call, int], _: None) -> None:
    """The row, once its options are known; of one that is not, everything may be loaded."""
    call, tried = data
    fetched: tuple[str, ...] = ()
    extra: dict[str, None] = {}
    is_known = True
    for var in (var for name, var in call.kw if name == "options"):
        boxes = [box for box in s.holds(var) if s.kinds[box] == BOX]
        held = [v for box in boxes for v in s.holds(s.field(box, "*"))]
        is_known = is_known and bool(held)
        for found in (load for value in held if isinstance(load := key(s, value), Loaded)):
            fetched = with_paths(fetched, found.paths)
            extra.update(dict.fromkeys(found.extra))
    if not is_known and tried < 2:
        s.later(give_got, (call, tried + 1), None)
        return
    if not is_known:
        fetched = with_paths(fetched, (ANYTHING,))
    models = tuple(model for model in s.holds(call.pos[0][0]) if s.kinds[model] == CLASS)
    loads(s, call.site, Statement(models, place(s, call.site), fetched, tuple(extra)), call.kind)
    for model in s.holds(call.pos[0][0]):
        if s.kinds[model] == CLASS:
            s.add(call.dst, row_of(s, model, Row(place(s, call.site), "", fetched)))
            s.add(call.dst, s.of(NONE))


def loads(s: State, site: Site, found: Statement, kind: str) -> None:
    """The queries of the options of a statement, and of the relationships that a class loads with its rows."""
    model = class_name(s, found.models[0]) if found.models else ""
    paths = dict.fromkeys(found.extra)
    for cls in found.models[:1]:
        paths.update(dict.fromkeys(loaded_by_class(s, cls, found.fetched)))
    for path in paths:
        does(s, site, f"sqlalchemy.orm.selectinload.{model}.{path}", kind)


def of_statement(s: State, call: Call, name: str, receiver: Value, found: Statement) -> bool:
    """A method of a statement, or of a legacy query."""
    if found.is_query and (name in ONE or name in ("get", "get_one")):
        asked_one(s, call, name, found)
        return True
    if found.is_query and name in ("all", "count", "update", "delete", "__iter__"):
        does(s, call.site, f"sqlalchemy.orm.Query.{name}", call.kind)
        if name == "all":
            loads(s, call.site, found, call.kind)
            listed(s, call, found._replace(made=place(s, call.site)))
        return True
    made = found
    if name == "options":
        give_options(s, (call, found, 0), None)
        return True
    if name in ("with_only_columns", "with_entities", "exists"):
        made = made._replace(models=())
    s.add(call.dst, value_of(s, made))
    s.answer(call.site)
    return True


def asked_one(s: State, call: Call, name: str, found: Statement) -> None:
    """session.query(Order).first(): one row, or none."""
    does(s, call.site, f"sqlalchemy.orm.Query.{name}", call.kind)
    loads(s, call.site, found, call.kind)
    row(s, call, found._replace(made=place(s, call.site)))


def give_options(s: State, data: tuple[Call, Statement, int], _: None) -> None:
    """The statement with its options, once all of them are known; of one that is not, everything may be loaded."""
    call, found, tried = data
    s.answer(call.site)
    made, is_known, is_empty = found, True, True
    for var, star in call.pos:
        boxes = [box for box in s.holds(var) if s.kinds[box] == BOX] if star else []
        held = [v for box in boxes for v in s.holds(s.field(box, "*"))] if star else s.holds(var)
        loads = [load for value in held if isinstance(load := key(s, value), Loaded)]
        is_known = is_known and bool(held)
        is_empty = is_empty and bool(held or boxes)
        for load in loads:
            made = made._replace(fetched=with_paths(made.fetched, load.paths), extra=(*made.extra, *load.extra))
    if not is_known and tried < 2:
        s.later(give_options, (call, found, tried + 1), None)
        return
    is_known = is_known or is_empty  # a container that nothing was ever put into: no options
    s.add(call.dst, value_of(s, made if is_known else made._replace(fetched=with_paths(made.fetched, (ANYTHING,)))))


def of_result(s: State, call: Call, name: str, found: Statement) -> bool:
    """A method of a result: the rows are there."""
    s.answer(call.site)
    if name in ("scalars", "unique", "mappings", "yield_per", "columns", "tuples"):
        s.add(call.dst, value_of(s, found._replace(scalars=found.scalars or name == "scalars")))
    elif name in ALL:
        listed(s, call, found)
    elif name in ONE:
        row(s, call, found._replace(scalars=found.scalars or "scalar" in name))
    else:
        return name in ("close", "keys", "freeze")
    return True


def row_of(s: State, model: Value, row: Row) -> Value:
    """The rows of a mapped class that one statement gave."""
    known = s.tables[KnownRows].of.setdefault(model, {})
    if row.made is not None and row not in known and len(known) >= MAX_QUERIES:
        row = row._replace(made=None, fetched=(ANYTHING,))
    known[row] = None
    return s.of(INST, model, row)


def rows(s: State, found: Statement, each: bool, target: Var) -> None:
    """The rows of a statement: objects, or tuples of them."""
    made = [
        row_of(s, model, Row(found.made, spelled(class_name(s, model)) if each else "", found.fetched))
        for model in found.models
    ]
    if found.scalars:
        for value in made[:1]:
            s.add(target, value)
    elif made:
        s.add(target, s.of(XINST, "builtins.tuple", tuple((value,) for value in made), 0))
    else:
        s.add(target, s.instance("builtins.tuple"))


def row(s: State, call: Call, found: Statement) -> None:
    """One row of a statement, or none."""
    rows(s, found, False, call.dst)
    s.add(call.dst, s.of(NONE))


def listed(s: State, call: Call, found: Statement) -> None:
    """The rows of a statement as a list: a result that can be gone through again."""
    s.add(call.dst, value_of(s, found._replace(is_query=False, is_done=True)))


def special(s: State, value: Value, name: str, call: Call) -> bool:
    """len(), in, and a subscript of the rows that were fetched."""
    found = key(s, value)
    if not isinstance(found, Statement) or not found.is_done:
        return False
    if name == "__getitem__":
        for var, _ in call.pos[:1]:
            s.watch(var, on_index, (value, call))
    return True


def on_index(s: State, data: tuple[Value, Call], index: Value) -> None:
    """rows[0], rows[:10]"""
    value, call = data
    found = key(s, value)
    if s.kinds[index] == XINST and s.rows[index].dotted == "builtins.slice":
        s.add(call.dst, value)
    elif isinstance(found, Statement):
        rows(s, found, False, call.dst)


SESSIONS = {
    "sessionmaker": "sqlalchemy.orm.Session", "async_sessionmaker": "sqlalchemy.ext.asyncio.AsyncSession",
    "scoped_session": "sqlalchemy.orm.Session", "async_scoped_session": "sqlalchemy.ext.asyncio.AsyncSession",
}  # fmt: skip
"""What makes sessions, and their class."""


def factory(s: State, call: Call, value: Value) -> bool:
    """SessionLocal = sessionmaker(bind=engine)"""
    last = s.rows[value].dotted.rpartition(".")[2]
    s.calls_external(call.site, s.rows[value].dotted, call.kind)
    made = SESSIONS[last]
    for name, var in call.kw:
        if name == "class_" and any("Async" in getattr(s.rows[v], "dotted", "") for v in s.holds(var)):
            made = SESSIONS["async_sessionmaker"]
    if "scoped" in last:
        s.add(call.dst, s.instance(made))
    else:
        s.add(call.dst, s.of(XINST, "sqlalchemy.orm.sessionmaker", (), ("session", made)))
    return True


def opens(s: State, call: Call, value: Value, is_begun: bool = False) -> bool:
    """SessionLocal(), SessionLocal.begin(): whether that is what is called; a scoped session gives itself."""
    row = s.rows[value]
    if row.dotted in SESSIONS.values():
        s.add(call.dst, value)
    elif row.dotted == "sqlalchemy.orm.sessionmaker" and isinstance(row.key, tuple) and row.key[0] == "session":
        session = row.key[1]
        s.add(call.dst, sqlalchemy_transactions.made_begun(s, session) if is_begun else s.instance(session))
    else:
        return False
    s.answer(call.site)
    return True


def iterated(s: State, data: Iteration, value: Value) -> bool:
    """A loop over a result, or over a legacy query."""
    found = key(s, value)
    if not isinstance(found, Statement) or not (found.is_done or found.is_query):
        return False
    for model in found.models[:1]:
        names_loop(s, data.site, spelled(class_name(s, model)))
    if found.is_query:
        does(s, data.site, "sqlalchemy.orm.Query.__iter__", "iterate")
        loads(s, data.site, found, "iterate")
        found = found._replace(made=place(s, data.site))
    rows(s, found, True, data.target)
    return True


# options


def loading(s: State, call: Call, value: Value) -> bool:
    """selectinload(Order.lines)"""
    s.calls_external(call.site, s.rows[value].dotted, call.kind)
    option(s, call, s.rows[value].dotted.rpartition(".")[2], Loaded((), ()))
    return True


def option(s: State, call: Call, name: str, before: Loaded) -> None:
    """One more relationship that is loaded, from where the option stands."""
    if name == "options":
        for var, _ in call.pos:
            s.watch(var, on_option, (call, before))
        return
    for var, _ in call.pos[:1]:
        s.watch(var, on_attribute, (call, name, before))


def on_attribute(s: State, data: tuple[Call, str, Loaded], value: Value) -> None:
    """The relationship that an option names."""
    call, name, before = data
    found = key(s, value)
    text = s.rows[value].text if s.kinds[value] == STR else ""
    attribute = found.name if isinstance(found, Attribute) else text
    if not attribute:
        return
    last = before.paths[-1] if before.paths else ""
    path = f"{last}__{attribute}" if last else attribute
    made = Loaded((*before.paths, path), (*before.extra, path) if LOADING[name] else before.extra)
    s.add(call.dst, s.of(XINST, "sqlalchemy.orm.Load", (), made))


def on_option(s: State, data: tuple[Call, Loaded], value: Value) -> None:
    """selectinload(Order.lines).options(joinedload(Line.product))"""
    call, before = data
    found = key(s, value)
    if isinstance(found, Loaded) and before.paths:
        head = before.paths[-1]
        made = Loaded(
            (*before.paths, *(f"{head}__{path}" for path in found.paths)),
            (*before.extra, *(f"{head}__{path}" for path in found.extra)),
        )
        s.add(call.dst, s.of(XINST, "sqlalchemy.orm.Load", (), made))
