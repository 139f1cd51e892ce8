"""Flask-SQLAlchemy: an extension object that has all of SQLAlchemy, models that have a query, pages of rows.

`db.session` is a session, `db.Model` the base of models, and any other name of `db` is that of SQLAlchemy
(`db.relationship`, `db.select`). `Order.query` is a query of the model, as is what `query_property()` of a scoped
session puts into a class. A page is a count and a query.
"""

from __future__ import annotations

from code_path_audit.callgraph.frameworks.reporting import does
from code_path_audit.callgraph.frameworks.row_values import place
from code_path_audit.callgraph.frameworks.sqlalchemy_statements import (
    LOADING,
    Statement,
    asked_one,
    got,
    key,
    loads,
    row,
    value_of,
)
from code_path_audit.callgraph.functions.arguments import argument
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import CLASS, EXT, NONE, XINST, XMETHOD
from code_path_audit.callgraph.solver.ids import Value
from code_path_audit.callgraph.solver.state import Call, Read, State

EXTENSION = "flask_sqlalchemy.SQLAlchemy"
MODEL = "flask_sqlalchemy.model.Model"
PAGE = "flask_sqlalchemy.pagination.Pagination"
PROPERTY = "sqlalchemy.orm.query_property"

OWN = frozenset((
    "init_app", "create_all", "drop_all", "reflect", "paginate", "get_or_404", "first_or_404", "one_or_404",
    "get_engine", "engine", "engines", "metadata", "metadatas",
))  # fmt: skip
"""What the extension has of its own."""

OF_ORM = frozenset((*LOADING, "relationship", "backref", "aliased", "mapped_column", "column_property", "validates"))
"""Names of SQLAlchemy's object-relational mapper; all others are of its core."""

ONE_OR_404 = frozenset(("get_or_404", "first_or_404", "one_or_404"))


def make(s: State, call: Call) -> bool:
    """db = SQLAlchemy(app)"""
    s.calls_external(call.site, EXTENSION, call.kind)
    s.answer(call.site)
    s.add(call.dst, s.instance(EXTENSION))
    return True


def member(s: State, data: Read, base: Value) -> bool:
    """A member of the extension, of a model, or of a page."""
    kind, name = s.kinds[base], data.name
    if kind == CLASS:
        if name != "query" or not is_model(s, base):
            return False
        s.add(data.dst, query_of(s, data, base))
        return True
    if kind != XINST:
        return False
    dotted = s.rows[base].dotted
    if dotted == PAGE:
        s.add(data.dst, base if name == "items" else s.instance("builtins.int"))
        return True
    if dotted != EXTENSION:
        return False
    if name == "session":
        s.add(data.dst, s.instance("sqlalchemy.orm.Session"))
    elif name == "Model":
        s.add(data.dst, s.of(EXT, MODEL))
    elif name in OWN:
        s.add(data.dst, s.of(XMETHOD, f"{EXTENSION}.{name}", base))
    else:
        s.add(data.dst, s.of(EXT, f"sqlalchemy.{'orm.' if name in OF_ORM else ''}{name}"))
    return True


def is_model(s: State, cls: Value) -> bool:
    """Whether a class is below db.Model."""
    return any(s.kinds[owner] == EXT and s.rows[owner].dotted == MODEL for owner in classes.order(s, cls))


def query_of(s: State, data: Read, cls: Value) -> Value:
    """Order.query"""
    return value_of(s, Statement((cls,), place(s, data.site), scalars=True, is_query=True))


def bound(s: State, data: Read, base: Value, cls: Value, value: Value) -> bool:
    """Base.query = Session.query_property(): whether that is what is read of a class."""
    if s.kinds[value] != XINST or s.rows[value].dotted != PROPERTY:
        return False
    if s.kinds[base] in (CLASS, NONE):
        s.add(data.dst, query_of(s, data, cls))
    return True


def called(s: State, call: Call, name: str, receiver: Value, dotted: str) -> bool:
    """A method of a query, or of the extension, that SQLAlchemy itself has not: whether that is all there is to it."""
    found = key(s, receiver)
    if isinstance(found, Statement) and found.is_query and (name in ONE_OR_404 or name == "paginate"):
        if name == "paginate":
            shown(s, call, found)
        else:
            asked_one(s, call, name, found)
        return True
    if name == "query_property" and dotted.startswith("sqlalchemy.orm."):
        s.answer(call.site)
        s.add(call.dst, s.instance(PROPERTY))
        return True
    if not dotted.startswith(EXTENSION + "."):
        return False
    s.calls_external(call.site, dotted, call.kind)
    if name == "get_or_404" and call.pos:
        does(s, call.site, "sqlalchemy.orm.Session.get", call.kind)
        got(s, call, False)
    elif name in ONE_OR_404 or name == "paginate":
        var = argument(call, 0, "select" if name == "paginate" else "statement")
        if var is not None:
            s.watch(var, on_selected, (call, name))
    return True


def on_selected(s: State, data: tuple[Call, str], value: Value) -> None:
    """db.paginate(select(Order))"""
    call, name = data
    found = key(s, value)
    if not isinstance(found, Statement) or found.is_done:
        return
    if name == "paginate":
        shown(s, call, found)
        return
    does(s, call.site, "sqlalchemy.orm.Session.execute", call.kind)
    loads(s, call.site, found, call.kind)
    row(s, call, found._replace(made=place(s, call.site), scalars=True))


def shown(s: State, call: Call, found: Statement) -> None:
    """Order.query.paginate(page=1): a count, and the rows of a page, which can be gone through."""
    does(s, call.site, f"{PAGE}.count", call.kind)
    does(s, call.site, "sqlalchemy.orm.Query.all", call.kind)
    loads(s, call.site, found, call.kind)
    done = found._replace(made=place(s, call.site), is_query=False, is_done=True, scalars=True)
    s.add(call.dst, s.of(XINST, PAGE, (), done))
