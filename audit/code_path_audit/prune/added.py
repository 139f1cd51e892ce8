"""Edits that add something: a cache, what a query loads with its rows, a session for requests."""

from __future__ import annotations

import re

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor

from code_path_audit.prune.file import File, Refused, Wanted, argument, assign, last_name, names_in, replaced
from code_path_audit.prune.moved import at_module


def with_import(module: cst.Module, name: str, imported: str = "") -> cst.Module:
    """A module that imports another one, or a name of it."""
    context = CodemodContext()
    AddImportsVisitor.add_needed_import(context, name, imported or None)
    return AddImportsVisitor(context).transform_module(module)


# caches


PLAIN = frozenset(("str", "int", "float", "bool", "bytes"))


def cache(file: File, calls: list[cst.Call], wanted: Wanted) -> cst.Module:
    """functools.cache on a function that does nothing but return what the call gives."""
    function = plain_function(file, calls[0])
    given = function.params
    if given.star_kwarg is not None or isinstance(given.star_arg, cst.Param):
        raise Refused("its function takes any number of arguments")
    for param in (*given.posonly_params, *given.params, *given.kwonly_params):
        if not is_hashable(function, param):
            raise Refused(f"nothing says that {param.name.value} can be a key of a cache")
    rows = [row for row in function.body.body if not is_docstring(row)]
    while rows and isinstance(rows[-1], cst.With):
        rows = [*rows[:-1], *rows[-1].body.body]
    if not rows or not all(is_plain(row) for row in rows[:-1]) or not returns(rows[-1]):
        raise Refused("its function does more than return what the call gives")
    return with_cache(file, function)


def with_cache(file: File, function: cst.FunctionDef) -> cst.Module:
    """functools.cache on a function."""
    decorator = cst.Decorator(cst.Attribute(cst.Name("functools"), cst.Name("cache")))
    return with_import(
        replaced(file, {function: lambda node: node.with_changes(decorators=(decorator,))}), "functools"
    )  # fmt: skip


def kept(file: File, calls: list[cst.Call]) -> cst.Module:
    """functools.cache on a function of the module that takes nothing, and makes what the call gives."""
    function = file.function(calls[0])
    if function is not None and names_in(function.params):
        raise Refused("it is in no plain function")
    return with_cache(file, plain_function(file, calls[0]))


def plain_function(file: File, call: cst.Call) -> cst.FunctionDef:
    """The function of the module that a call stands in; Refused for one that no cache can stand before."""
    function = file.function(call)
    if function is None or function.asynchronous is not None or function.decorators:
        raise Refused("it is in no plain function")
    if any(isinstance(node, cst.ClassDef | cst.FunctionDef) for node in file.climb(function)):
        raise Refused("a cache on a method would keep its objects alive")
    return function


def returns(row: cst.CSTNode) -> bool:
    """Whether a statement is a return of something."""
    return isinstance(row, cst.SimpleStatementLine) and isinstance(row.body[0], cst.Return)


def is_hashable(function: cst.FunctionDef, param: cst.Param) -> bool:
    """Whether a parameter is a text or a number, by its annotation or since it is a part of a text."""
    if param.annotation is not None and isinstance(param.annotation.annotation, cst.Name):
        return param.annotation.annotation.value in PLAIN
    found: list[bool] = []

    class Parts(cst.CSTVisitor):
        def visit_FormattedStringExpression(self, node: cst.FormattedStringExpression) -> None:
            found.append(isinstance(node.expression, cst.Name) and node.expression.value == param.name.value)

    function.body.visit(Parts())
    return any(found)


def is_plain(row: cst.CSTNode) -> bool:
    """Whether a statement is an assignment to a name of what a path is put together of."""
    if not isinstance(row, cst.SimpleStatementLine) or len(row.body) != 1 or not isinstance(row.body[0], cst.Assign):
        return False
    if not all(isinstance(target.target, cst.Name) for target in row.body[0].targets):
        return False
    called: set[str] = set()

    class Calls(cst.CSTVisitor):
        def visit_Call(self, node: cst.Call) -> None:
            called.add(last_name(node.func))

    row.visit(Calls())
    return called <= {"Path", "join", "dirname", "joinpath", "read_text", "read_bytes", "load", "loads", "safe_load"}


def is_docstring(row: cst.BaseStatement | cst.BaseSmallStatement) -> bool:
    """Whether a statement is a text alone."""
    return (
        isinstance(row, cst.SimpleStatementLine)
        and len(row.body) == 1
        and isinstance(row.body[0], cst.Expr)
        and isinstance(row.body[0].value, cst.SimpleString | cst.ConcatenatedString)
    )


# queries


def query(file: File, calls: list[cst.Call], wanted: Wanted) -> cst.Module:
    """.select_related("x") at a query of Django's, .options(selectinload(A.b)) at one of SQLAlchemy's."""
    found = re.fullmatch(r'select_related\("(\w+)"\)|options\(selectinload\((\w+)\.(\w+)\)\)', wanted.adds)
    if found is None:
        raise Refused("what is asked for with the rows takes a person")
    if any(last_name(call.func) in ("get", "first", "last", "count", "exists") for call in calls):
        raise Refused("a call that gives one row has to be changed by a person")
    field, model, name = found.groups()
    if field:
        more = cst.Call(cst.Name("select_related"), [argument(cst.SimpleString(f'"{field}"'))])
    else:
        if model not in file.names():
            raise Refused(f"{model} is not known in this module")
        loaded = cst.Call(cst.Name("selectinload"), [argument(cst.Attribute(cst.Name(model), cst.Name(name)))])
        more = cst.Call(cst.Name("options"), [argument(loaded)])
    module = replaced(file, {call: run(call, more) if runs(call) else asked(more) for call in calls})
    return with_import(module, "sqlalchemy.orm", "selectinload") if model else module


RUNNING = frozenset(("scalars", "scalar", "execute", "stream", "stream_scalars", "exec"))


def runs(call: cst.Call) -> bool:
    """Whether a call runs a statement of SQLAlchemy that it is given: what is loaded with the rows is said of that."""
    return last_name(call.func) in RUNNING


def run(call: cst.Call, more: cst.Call):  # type: ignore[no-untyped-def]
    """What runs a statement, with a method of that."""
    if not call.args or call.args[0].keyword is not None or not isinstance(call.args[0].value, cst.Name | cst.Call):
        raise Refused("the statement that it runs is not seen")
    assert isinstance(more.func, cst.Name)
    name = more.func
    return lambda node: node.with_changes(
        args=[
            node.args[0].with_changes(value=more.with_changes(func=cst.Attribute(node.args[0].value, name))),
            *node.args[1:],
        ]
    )


def asked(more: cst.Call):  # type: ignore[no-untyped-def]
    """A query, and a method of it."""
    assert isinstance(more.func, cst.Name)
    name = more.func
    return lambda node: more.with_changes(func=cst.Attribute(node, name))


# sessions


def session(file: File, calls: list[cst.Call], wanted: Wanted) -> cst.Module:
    """requests.get(...) to session.get(...), of a session that the module makes."""
    (call,) = calls
    maker = wanted.adds.rpartition(".")[2]
    func = call.func
    if not isinstance(func, cst.Attribute) or not isinstance(func.value, cst.Name):
        raise Refused("it is not called by the name of its module")
    if any(isinstance(node, cst.Lambda) for node in file.climb(call)):
        raise Refused("threads that share a session are not promised to work")
    there = existing(file, wanted.adds)
    name = there or file.module_name("session")
    changes: dict = {call: lambda node: node.with_changes(func=node.func.with_changes(value=cst.Name(name)))}  # type: ignore[type-arg]
    if there:
        return replaced(file, changes)
    made = cst.Call(cst.Attribute(func.value, cst.Name(maker)))
    return at_module(file, assign(name, made), changes, names_in(func.value))


def existing(file: File, maker: str) -> str:
    """The name of a session that the module has; "" for none."""
    for row in file.module.body:
        if isinstance(row, cst.SimpleStatementLine) and isinstance(row.body[0], cst.Assign):
            target = row.body[0].targets[0].target
            if file.module.code_for_node(row.body[0].value) == f"{maker}()" and isinstance(target, cst.Name):
                return target.value
    return ""
