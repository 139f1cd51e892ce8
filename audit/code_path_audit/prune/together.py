"""Edits that run rounds side by side: awaits that are gathered, a pool of threads."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from code_path_audit.profiles.candidates.joined import POOL
from code_path_audit.prune.added import with_import
from code_path_audit.prune.file import (
    COMMA,
    File,
    Refused,
    Wanted,
    argument,
    assign,
    before,
    last_name,
    loop_at,
    names_in,
    replaced,
    variables_in,
)
from code_path_audit.prune.moved import comprehension_at, whole


def together(file: File, calls: list[cst.Call], wanted: Wanted) -> cst.Module:
    """`for x in rows: use(x, ask(x))` to all answers, then `for x, answer in zip(rows, answers): use(x, answer)`."""
    if wanted.adds == "steps":
        return steps(file, calls)
    (call,) = calls
    loop: cst.For | cst.CompFor = comprehension_at(file, call, wanted.target) or loop_at(file, call, wanted.target)
    if isinstance(loop, cst.For) and (loop.asynchronous is not None or loop.orelse is not None):
        raise Refused("its loop is asynchronous, or has an else")
    if isinstance(loop, cst.CompFor) and (loop.inner_for_in is not None or loop.ifs or loop.asynchronous is not None):
        raise Refused("its list has more than one clause")
    if not is_in_each_round(file, call, loop):
        raise Refused("not every round of its loop calls it")
    element = names_in(loop.target)
    made = variables_in(loop.body) if isinstance(loop, cst.For) else variables_in(whole(file, loop)) - element
    if made & names_in(call) or not element & names_in(call):
        raise Refused("what it is given is made in the loop")
    awaited = file.above(call)
    is_awaited = isinstance(awaited, cst.Await)
    if is_awaited != (wanted.adds == "gather"):
        raise Refused("it is not awaited where it is called")
    rows, answers = file.module_name("rows"), file.module_name(f"{last_name(call.func)}_results")
    answer = file.module_name(f"{last_name(call.func)}_result")
    row = cst.CompFor(loop.target, cst.Name(rows))
    bare = call.with_changes(lpar=(), rpar=())
    first = [assign(rows, cst.Call(cst.Name("list"), [cst.Arg(loop.iter)]))]
    if is_awaited:
        each = cst.Arg(cst.GeneratorExp(bare, row), star="*")
        gathered = cst.Call(cst.Attribute(cst.Name("asyncio"), cst.Name("gather")), [each])
        statements: list[cst.BaseStatement] = [*first, assign(answers, cst.Await(gathered))]
    else:
        statements = [*first, pool(loop.target, bare, rows, answers, file.module_name("pool"))]
    both = cst.Call(
        cst.Name("zip"),
        [
            cst.Arg(cst.Name(rows), comma=COMMA), cst.Arg(cst.Name(answers), comma=COMMA),
            argument(cst.Name("True"), "strict"),
        ],
    )  # fmt: skip
    old = loop.target
    pair = cst.Tuple(
        [cst.Element(bracketed(old), comma=COMMA), cst.Element(cst.Name(answer))],
        lpar=(), rpar=(),
    )  # fmt: skip

    def over(node: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(node, cst.For | cst.CompFor)
        return node.with_changes(target=pair, iter=both)

    used = awaited if isinstance(awaited, cst.Await) else call
    changes: dict[cst.CSTNode, Callable[[cst.CSTNode], object]] = {used: lambda _: cst.Name(answer)}
    if isinstance(loop, cst.For):
        changes[loop] = lambda node: before(statements, over(node))
    else:
        changes[loop] = over
        changes[file.statement(call)] = lambda node: before(statements, node)
    module = replaced(file, changes)
    if is_awaited:
        return with_import(module, "asyncio")
    return with_import(module, "concurrent.futures", "ThreadPoolExecutor")


SOMETIMES = (
    cst.If, cst.IfExp, cst.BooleanOperation, cst.Try, cst.TryStar, cst.While, cst.For, cst.Match, cst.Lambda,
    cst.CompFor,
)  # fmt: skip
"""What does not always run what is in it once."""


def is_in_each_round(file: File, call: cst.Call, loop: cst.For | cst.CompFor) -> bool:
    """Whether each round of a loop comes to a call, and none is cut short."""
    around = file.climb(call)
    inside = around[: around.index(whole(file, loop))]
    if any(isinstance(node, SOMETIMES) for node in inside):
        return False
    return isinstance(loop, cst.CompFor) or not has_continue(loop)


def has_continue(loop: cst.For) -> bool:
    """Whether a `continue` stands in a loop."""
    found: list[cst.CSTNode] = []

    class Continues(cst.CSTVisitor):
        def visit_Continue(self, node: cst.Continue) -> None:
            found.append(node)

    loop.visit(Continues())
    return bool(found)


def bracketed(node: cst.BaseExpression) -> cst.BaseExpression:
    """A target that may stand in a tuple."""
    if isinstance(node, cst.Tuple) and not node.lpar:
        return node.with_changes(lpar=(cst.LeftParen(),), rpar=(cst.RightParen(),))
    return node


def pool(target: cst.BaseExpression, call: cst.Call, rows: str, answers: str, name: str) -> cst.With:
    """with ThreadPoolExecutor(8) as pool: answers = list(pool.map(ask, rows))."""
    plain = len(call.args) == 1 and call.args[0].keyword is None and not call.args[0].star
    if plain and isinstance(target, cst.Name) and call.args[0].value.deep_equals(target):
        asks: cst.BaseExpression = call.func
    elif isinstance(target, cst.Name):
        asks = cst.Lambda(cst.Parameters([cst.Param(target)]), call)
    else:
        raise Refused("the element of its loop has more than one name")
    mapped = cst.Call(
        cst.Attribute(cst.Name(name), cst.Name("map")), [cst.Arg(asks, comma=COMMA), cst.Arg(cst.Name(rows))]
    )
    made = cst.Call(cst.Name("ThreadPoolExecutor"), [cst.Arg(cst.Integer(str(POOL)))])
    return cst.With(
        [cst.WithItem(made, cst.AsName(cst.Name(name)))],
        cst.IndentedBlock([assign(answers, cst.Call(cst.Name("list"), [cst.Arg(mapped)]))]),
    )


def steps(file: File, calls: list[cst.Call]) -> cst.Module:
    """`a = await f()`, `b = await g()` to `a, b = await asyncio.gather(f(), g())`."""
    lines = [file.statement(call) for call in calls]
    block = file.above(lines[0])
    if not isinstance(block, cst.IndentedBlock | cst.Module) or any(file.above(line) is not block for line in lines):
        raise Refused("its steps are in more than one block")
    places = [list(block.body).index(line) for line in lines]
    if places != list(range(places[0], places[0] + len(places))):
        raise Refused("something stands between its steps")
    targets: list[cst.BaseExpression] = []
    for line, call in zip(lines, calls, strict=True):
        only = line.body[0] if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 else None
        value = only.value if isinstance(only, cst.Assign) and len(only.targets) == 1 else None
        if not isinstance(only, cst.Assign) or not isinstance(value, cst.Await) or value.expression is not call:
            raise Refused("a step is more than an await")
        target = only.targets[0].target
        if not isinstance(target, cst.Name) or any(line.leading_lines for line in lines[1:]):
            raise Refused("a step is more than an await of one value")
        targets.append(target)
    pair = cst.Tuple(
        [cst.Element(name, comma=COMMA) for name in targets[:-1]] + [cst.Element(targets[-1])], lpar=(), rpar=()
    )
    args = [cst.Arg(call, comma=COMMA) for call in calls[:-1]] + [cst.Arg(calls[-1])]
    gathered = cst.Await(cst.Call(cst.Attribute(cst.Name("asyncio"), cst.Name("gather")), args))
    made = cst.SimpleStatementLine(
        [cst.Assign([cst.AssignTarget(pair)], gathered)], leading_lines=lines[0].leading_lines
    )
    changes: dict = {line: lambda _: cst.RemoveFromParent() for line in lines[1:]}  # type: ignore[type-arg]
    return with_import(replaced(file, {**changes, lines[0]: lambda _: made}), "asyncio")
