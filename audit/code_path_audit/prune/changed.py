"""Edits that change what is called, where it stands."""

from __future__ import annotations

import libcst as cst

from code_path_audit.prune.file import (
    COMMA,
    File,
    Refused,
    Wanted,
    argument,
    assign,
    before,
    is_bound_once,
    last_name,
    replaced,
)


def copy(file: File, calls: list[cst.Call], wanted: Wanted) -> cst.Module:
    """deepcopy(X).get(k) to deepcopy(X.get(k)), which is the same for one element; a copy that is only read to what it
    copies."""
    (call,) = calls
    table, above = call.args[0].value, file.above(call)
    if wanted.adds != "element":
        return replaced(file, {call: lambda _: table})
    if isinstance(above, cst.Subscript):
        return replaced(file, {above: lambda node: call.with_changes(args=[cst.Arg(above.with_changes(value=table))])})
    if isinstance(above, cst.Assign):
        return by_variable(file, call, above)
    asked = file.above(above) if isinstance(above, cst.Attribute) else None
    if not isinstance(above, cst.Attribute) or not isinstance(asked, cst.Call) or asked.func is not above:
        raise Refused("what is asked of the copy is no plain get")
    inner = asked.with_changes(func=above.with_changes(value=table))
    return replaced(file, {asked: lambda _: call.with_changes(args=[cst.Arg(inner)])})


def by_variable(file: File, call: cst.Call, made: cst.Assign) -> cst.Module:
    """x = deepcopy(X), then x[k] or x.get(k): x = X, then deepcopy(x[k])."""
    target = made.targets[0].target
    if not isinstance(target, cst.Name):
        raise Refused("what is asked of the copy is no plain get")
    scope = file.function(call)
    used = [
        node for node in file.positions
        if isinstance(node, cst.Name) and node.value == target.value and node is not target
        and (scope is None or scope in file.climb(node)) and is_load(file, node)
    ]  # fmt: skip
    asked = file.above(used[0]) if len(used) == 1 else None
    if isinstance(asked, cst.Attribute):
        asked = file.above(asked)
    if not isinstance(asked, cst.Subscript | cst.Call):
        raise Refused("what is asked of the copy is no plain get")
    table = call.args[0].value
    return replaced(
        file, {call: lambda _: table, asked: lambda node: call.with_changes(args=[argument(as_value(node))])}
    )


def as_value(node: cst.CSTNode) -> cst.BaseExpression:
    """A node that is an expression."""
    assert isinstance(node, cst.BaseExpression)
    return node


def is_load(file: File, node: cst.Name) -> bool:
    """Whether a name is read, and no attribute or keyword."""
    above = file.above(node)
    if isinstance(above, cst.Attribute | cst.Arg):
        return above.value is node
    return not isinstance(above, cst.AssignTarget)


def keep(file: File, calls: list[cst.Call], wanted: Wanted) -> cst.Module:
    """rows.count() to len(rows), rows.exists() to bool(rows); of several calls in one function the first before its
    statement, and its result for the others."""
    if len(calls) > 1:
        return passed_on(file, calls)
    (call,) = calls
    word = {"count": "len", "exists": "bool"}.get(last_name(call.func))
    if word is None or not isinstance(call.func, cst.Attribute) or call.args:
        raise Refused("what its sites share has to be passed on by a person")
    rows = call.func.value
    return replaced(file, {call: lambda _: cst.Call(cst.Name(word), [cst.Arg(rows)])})


def passed_on(file: File, calls: list[cst.Call]) -> cst.Module:
    """The result of the first of some calls in one function, for all of them."""
    function = file.function(calls[0])
    if function is None or any(file.function(call) is not function for call in calls):
        raise Refused("its sites are in more than one function")
    ordered = sorted(calls, key=lambda call: (file.positions[call].start.line, file.positions[call].start.column))
    first = file.statement(ordered[0])
    body = file.above(first)
    if any(body not in file.climb(call) for call in ordered):
        raise Refused("its first site does not always run before the others")
    if not isinstance(first, cst.SimpleStatementLine):
        raise Refused("its first site is in the head of a block")
    if len({file.module.code_for_node(call) for call in ordered}) != 1 or any(
        isinstance(file.above(call), cst.Await | cst.WithItem) for call in ordered
    ):
        raise Refused("its sites are not written alike")
    name = file.module_name(f"{last_name(calls[0].func)}_result")
    only = first.body[0] if len(first.body) == 1 else None
    if isinstance(only, cst.Assign) and only.value is ordered[0] and len(only.targets) == 1:
        target = only.targets[0].target
        if isinstance(target, cst.Name) and is_bound_once(function, target.value):
            return replaced(file, {call: lambda _: cst.Name(target.value) for call in ordered[1:]})
    made = assign(name, ordered[0].with_changes(lpar=(), rpar=()))
    changes: dict = {call: lambda _: cst.Name(name) for call in ordered}  # type: ignore[type-arg]
    return replaced(file, {**changes, first: lambda node: before([made], node)})


def parser(file: File, calls: list[cst.Call], wanted: Wanted) -> cst.Module:
    """yaml.safe_load(x) to yaml.load(x, Loader=yaml.CSafeLoader), a loader that is named to its C form."""
    return replaced(file, {call: made(call) for call in calls})


FORMS = {
    "safe_load": ("load", "Loader", "CSafeLoader"), "safe_load_all": ("load_all", "Loader", "CSafeLoader"),
    "safe_dump": ("dump", "Dumper", "CSafeDumper"), "safe_dump_all": ("dump_all", "Dumper", "CSafeDumper"),
}  # fmt: skip

C_FORMS = {"SafeLoader": "CSafeLoader", "FullLoader": "CFullLoader", "Loader": "CLoader", "BaseLoader": "CBaseLoader"}


def made(call: cst.Call):  # type: ignore[no-untyped-def]
    """What takes the place of a call of a slow parser."""
    if not isinstance(call.func, cst.Attribute):
        raise Refused("its sibling takes other arguments")
    last, module = last_name(call.func), call.func.value
    if last == "load":
        for place, arg in enumerate(call.args):
            loader = arg.value
            is_loader = (arg.keyword is not None and arg.keyword.value == "Loader") or (place == 1 and not arg.keyword)
            if is_loader and isinstance(loader, cst.Attribute) and loader.attr.value in C_FORMS:
                changed = loader.with_changes(attr=cst.Name(C_FORMS[loader.attr.value]))
                args = [*call.args[:place], arg.with_changes(value=changed), *call.args[place + 1 :]]
                return lambda node: node.with_changes(args=args)
    if last not in FORMS:
        raise Refused("its sibling takes other arguments")
    name, keyword, value = FORMS[last]
    more = argument(cst.Attribute(module, cst.Name(value)), keyword)

    def change(node: cst.Call) -> cst.Call:
        given = [row.with_changes(comma=COMMA) for row in node.args]
        return node.with_changes(func=call.func.with_changes(attr=cst.Name(name)), args=[*given, more])

    return change
