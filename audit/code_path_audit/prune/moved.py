"""Edits that move a call or a statement: before a loop, around it, after it, into a branch, to the module."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import libcst as cst
from libcst import matchers

from code_path_audit.profiles.candidates.clients import MODULE
from code_path_audit.profiles.candidates.leaving import FIRST
from code_path_audit.prune.file import (
    File,
    Refused,
    Wanted,
    assign,
    before,
    bound_in,
    is_bound_once,
    last_name,
    loop_at,
    names_in,
    read_in,
    replaced,
)

T = TypeVar("T", bound=cst.CSTNode)


def hoist(file: File, calls: list[cst.Call], wanted: Wanted) -> cst.Module:
    """The call before the loop, its result under a new name; of a list that is made of each element before the
    statement it stands in. A file that is read by a `with` of the loop itself: the whole block."""
    (call,) = calls
    if isinstance(file.above(call), cst.Await):
        raise Refused("it is awaited")
    if isinstance(file.above(call), cst.WithItem):
        return block(file, call, wanted)
    loop: cst.For | cst.CompFor = comprehension_at(file, call, wanted.target) or loop_at(file, call, wanted.target)
    if bound_in(whole(file, loop)) & read_in(call):
        raise Refused("what it is given is made in the loop")
    name = file.module_name(f"{last_name(call.func)}_result")
    if wanted.adds == FIRST:
        return at_first(file, call, loop, name)
    if isinstance(loop, cst.For) and (line := moves_whole(file, call, loop)) is not None:
        return replaced(file, {line: lambda _: cst.RemoveFromParent(), loop: lambda node: before([line], node)})
    where = loop if isinstance(loop, cst.For) else file.statement(call)
    first = assign(name, call.with_changes(lpar=(), rpar=()))
    return replaced(file, {call: lambda _: cst.Name(name), where: lambda node: before([first], node)})


def moves_whole(file: File, call: cst.Call, loop: cst.For) -> cst.SimpleStatementLine | None:
    """The statement `name = call` of a loop that may move as it is: the name has no other value in its function, and
    something is left in the loop."""
    made, function = file.above(call), file.function(call)
    line = file.above(made) if isinstance(made, cst.Assign) else None
    block = file.above(line) if isinstance(line, cst.SimpleStatementLine) else None
    if not isinstance(made, cst.Assign) or not isinstance(line, cst.SimpleStatementLine) or function is None:
        return None
    target = made.targets[0].target
    if len(made.targets) != 1 or not isinstance(target, cst.Name) or len(line.body) != 1:
        return None
    if not isinstance(block, cst.IndentedBlock) or len(block.body) < 2 or file.above(block) is not loop:
        return None
    return line if is_bound_once(function, target.value) else None


def at_first(file: File, call: cst.Call, loop: cst.For | cst.CompFor, name: str) -> cst.Module:
    """The call of a branch of a loop, in the first round that comes to it."""
    line = file.statement(call)
    inside = file.climb(call)
    if not isinstance(line, cst.SimpleStatementLine) or not isinstance(loop, cst.For):
        raise Refused("it is in the head of a block")
    if any(isinstance(node, cst.IfExp | cst.BooleanOperation | cst.BaseComp) for node in inside[: inside.index(line)]):
        raise Refused("a part of its statement runs without it")
    unset = cst.Comparison(cst.Name(name), [cst.ComparisonTarget(cst.Is(), cst.Name("None"))])
    made = cst.If(unset, cst.IndentedBlock([assign(name, call.with_changes(lpar=(), rpar=()))]))
    return replaced(
        file,
        {
            call: lambda _: cst.Name(name),
            line: lambda node: before([made], node),
            loop: lambda node: before([assign(name, cst.Name("None"))], node),
        },
    )


def comprehension_at(file: File, call: cst.Call, line: int) -> cst.CompFor | None:
    """The clause of the list, set or dict around a call that begins in a line."""
    for node in file.climb(call):
        if isinstance(node, cst.ListComp | cst.SetComp | cst.DictComp) and file.positions[node].start.line == line:
            return node.for_in
        if isinstance(node, cst.BaseStatement | cst.Lambda):
            break
    return None


def whole(file: File, loop: cst.For | cst.CompFor) -> cst.CSTNode:
    """A loop with all that runs in its rounds: of a clause the list, set or dict that it stands in."""
    found = loop if isinstance(loop, cst.For) else file.above(loop)
    assert found is not None
    return found


def block(file: File, call: cst.Call, wanted: Wanted) -> cst.Module:
    """A `with` of a loop that reads a file into a variable, before the loop."""
    loop = loop_at(file, call, wanted.target)
    item = file.above(call)
    found = file.above(item) if item is not None else None
    body = loop.body
    if wanted.adds == FIRST:
        raise Refused("some rounds alone need its block")
    if not isinstance(found, cst.With) or not isinstance(body, cst.IndentedBlock) or found not in body.body:
        raise Refused("its block is no statement of the loop itself")
    inner = found.body.body
    plain = (
        len(inner) == 1 and isinstance(inner[0], cst.SimpleStatementLine) and isinstance(inner[0].body[0], cst.Assign)
    )
    if not plain or len(body.body) == 1:
        raise Refused("its block does more than read the file into a variable")
    rest = loop.with_changes(body=body.with_changes(body=[row for row in body.body if row is not found]))
    if (bound_in(rest) & names_in(found)) - bound_in(found) or bound_in(rest) & bound_in(found):
        raise Refused("what it is given is made in the loop")
    return replaced(
        file, {found: lambda _: cst.RemoveFromParent(), loop: lambda node: before([found], node)}
    )  # fmt: skip


def opened(file: File, calls: list[cst.Call], wanted: Wanted) -> cst.Module:
    """`for x in rows: with open(...) as f: ...` to `with open(...) as f: for x in rows: ...`."""
    (call,) = calls
    loop = loop_at(file, call, wanted.target)
    item = file.above(call)
    found = file.above(item) if isinstance(item, cst.WithItem) else None
    body = loop.body
    if not isinstance(found, cst.With) or not isinstance(body, cst.IndentedBlock):
        raise Refused("the loop is more than its with block")
    if len(found.items) != 1 or loop.orelse is not None or bound_in(loop) & read_in(call):
        raise Refused("what it is given is made in the loop")
    if list(body.body) != [found]:
        if wanted.kind != "client":
            raise Refused("the loop is more than its with block")
        return around(file, found, loop)
    inner = loop.with_changes(body=found.body, leading_lines=found.leading_lines)
    outer = found.with_changes(body=cst.IndentedBlock([inner]), leading_lines=loop.leading_lines)
    return replaced(file, {loop: lambda _: outer})


def around(file: File, found: cst.With, loop: cst.For) -> cst.Module:
    """A `with` that stands anywhere in a loop, around all of it: what it opened for each round is there for all."""
    block = file.above(found)
    inside = file.climb(found)
    between = inside[: inside.index(loop)]
    if any(isinstance(node, cst.For | cst.While | cst.FunctionDef | cst.Lambda | cst.BaseComp) for node in between):
        raise Refused("its block is in another loop, or in a function")
    rest = loop.with_deep_changes(found, items=[cst.WithItem(cst.Name("None"))])
    if not isinstance(block, cst.IndentedBlock) or not isinstance(found.body, cst.IndentedBlock):
        raise Refused("its block is on one line")
    if bound_in(rest) & bound_in(found.items[0]):
        raise Refused("its name is another thing in the loop, too")
    first, *more = found.body.body
    assert isinstance(first, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    rows = [first.with_changes(leading_lines=[*found.leading_lines, *first.leading_lines]), *more]

    def all_rounds(node: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(node, cst.For)
        body = cst.IndentedBlock([node.with_changes(leading_lines=[])])
        return found.with_changes(leading_lines=loop.leading_lines, body=body)

    return replaced(file, {found: lambda _: cst.FlattenSentinel(rows), loop: all_rounds})


ENDS = frozenset(("close", "quit", "aclose", "disconnect", "shutdown", "logout", "__exit__", "__aexit__"))
"""Methods after which a client or a connection is of no more use."""

BEGINS = frozenset(("login", "auth", "authenticate", "starttls", "connect", "user"))
"""Methods that a connection is asked once, when it is new."""


def made_before(file: File, call: cst.Call, wanted: Wanted) -> cst.Module:
    """A client of a loop before it; the statement that closes it in each round comes after the loop."""
    loop = comprehension_at(file, call, wanted.target) or loop_at(file, call, wanted.target)
    name = variable_of(file, call)
    if not isinstance(loop, cst.For) or not name:
        return hoist(file, [call], wanted)
    if asked(loop, name, BEGINS):
        raise Refused("each round begins a conversation by it")
    if any(is_name(item.item, name) for item in found_in(loop, cst.WithItem)):
        raise Refused("a with in the loop may close it")
    ends = asked(loop, name, ENDS)
    if not ends:
        return hoist(file, [call], wanted)
    line, made = file.statement(ends[0]), moves_whole(file, call, loop)
    block = loop.body
    if len(ends) > 1 or made is None or not isinstance(line, cst.SimpleStatementLine) or line not in block.body:
        raise Refused("it is closed in the loop")
    if len(line.body) != 1 or len(block.body) < MADE_USED_AND_CLOSED or loop.orelse is not None:
        raise Refused("it is closed in the loop")
    if bound_in(loop) & read_in(call) - {name}:
        raise Refused("what it is given is made in the loop")
    last = line.with_changes(leading_lines=[row for row in line.leading_lines if row.comment is not None])
    gone = cst.RemoveFromParent()
    changes: dict[cst.CSTNode, Callable[[cst.CSTNode], object]] = {
        made: lambda _: gone,
        line: lambda _: gone,
        loop: lambda node: cst.FlattenSentinel([*before([made], node), last]),
    }
    return replaced(file, changes)


MADE_USED_AND_CLOSED = 3
"""Statements of a loop of which something is left when the first and the last have gone."""


def variable_of(file: File, call: cst.Call) -> str:
    """The variable that a call's result is given to; "" for none."""
    made = file.above(call)
    target = made.targets[0].target if isinstance(made, cst.Assign) and len(made.targets) == 1 else None
    return target.value if isinstance(target, cst.Name) else ""


def is_name(node: cst.CSTNode, name: str) -> bool:
    """Whether a node is a variable, or what a call makes of it: closing(client)."""
    if isinstance(node, cst.Call) and node.args:
        node = node.args[0].value
    return isinstance(node, cst.Name) and node.value == name


def found_in(node: cst.CSTNode, kind: type[T]) -> list[T]:
    """The nodes of a kind in a node."""
    return [
        row
        for row in matchers.findall(node, matchers.MatchIfTrue(lambda row: isinstance(row, kind)))
        if isinstance(row, kind)
    ]


def asked(node: cst.CSTNode, name: str, methods: frozenset[str]) -> list[cst.Call]:
    """The calls of some methods of a variable in a node."""
    return [
        row for row in found_in(node, cst.Call)
        if isinstance(row.func, cst.Attribute) and is_name(row.func.value, name) and row.func.attr.value in methods
    ]  # fmt: skip


def client(file: File, calls: list[cst.Call], wanted: Wanted) -> cst.Module:
    """A client before the loop, or where its module is loaded."""
    (call,) = calls
    if wanted.target:
        if isinstance(file.above(call), cst.WithItem):
            return opened(file, calls, wanted)
        return made_before(file, call, wanted)
    if isinstance(file.above(call), cst.WithItem | cst.Await):
        raise Refused("what it opens is used by the block below it")
    if file.function(call) is None:
        raise Refused("it is in no function")
    if wanted.adds != MODULE:
        raise Refused("its users have to be handed it")
    if (function := file.function(call)) is not None and asked(function, variable_of(file, call), ENDS):
        raise Refused("it is closed where it is used")
    what = next((arg.value.raw_value for arg in call.args if isinstance(arg.value, cst.SimpleString)), "")
    name = file.module_name(f"{what}_client" if f"{what}_client".isidentifier() else "client")
    return at_module(file, assign(name, call), {call: lambda _: cst.Name(name)}, names_in(call))


def at_module(file: File, row: cst.SimpleStatementLine, changes: dict, given: set[str]) -> cst.Module:  # type: ignore[type-arg]
    """A statement of the module, below its imports and below what it needs; Refused where that comes after a use."""
    body = list(file.module.body)
    last = -1
    for index, node in enumerate(body):
        imports = isinstance(node, cst.SimpleStatementLine) and any(
            isinstance(part, cst.Import | cst.ImportFrom) for part in node.body
        )
        defines = isinstance(node, cst.SimpleStatementLine) and bound_in(node) & given
        if imports or defines:
            last = index
    if last < 0:
        raise Refused("its module imports nothing")
    after = body[last]
    if last + 1 < len(body) and isinstance(body[last + 1], cst.SimpleStatementLine):
        lines: list[cst.EmptyLine] = []
    else:
        lines = [cst.EmptyLine(indent=False)]
    made = row.with_changes(leading_lines=lines)
    return replaced(file, {**changes, after: lambda node: cst.FlattenSentinel([node, made])})


def from_helper(file: File, calls: list[cst.Call], wanted: Wanted) -> cst.Module:
    """A commit at the end of a helper to what its caller says for it, after the loop: either, or both, in one file."""
    changes: dict[cst.CSTNode, Callable[[cst.CSTNode], object]] = {}
    for call in calls:
        line = file.statement(call)
        if last_name(call.func) == wanted.adds.removesuffix("()").rpartition(".")[2]:
            block = file.above(line)
            if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
                raise Refused("it is no statement of its own")
            if not isinstance(block, cst.IndentedBlock) or len(block.body) < 2:
                raise Refused("nothing would be left in its block")
            changes[line] = lambda _: cst.RemoveFromParent()
            continue
        loop = loop_at(file, call, wanted.target)
        if loop.orelse is not None:
            raise Refused("the loop has an else")
        made = cst.SimpleStatementLine([cst.Expr(cst.parse_expression(wanted.adds))])
        changes[loop] = lambda node, made=made: cst.FlattenSentinel([node, made])  # type: ignore[misc]
    return replaced(file, changes)


def commit(file: File, calls: list[cst.Call], wanted: Wanted) -> cst.Module:
    """The statement after the loop."""
    if wanted.adds:
        return from_helper(file, calls, wanted)
    (call,) = calls
    loop = loop_at(file, call, wanted.target)
    line = next((node for node in file.climb(call) if isinstance(node, cst.SimpleStatementLine)), None)
    inside = file.above(line) if line is not None else None
    if line is None or len(line.body) != 1 or not isinstance(inside, cst.IndentedBlock):
        raise Refused("it is no statement of the loop itself")
    above: cst.CSTNode | None = inside
    while above is not loop:
        above = file.above(above) if above is not None else None
        if not isinstance(above, cst.If | cst.Else | cst.IndentedBlock | cst.For):
            raise Refused("it is no statement of the loop itself, nor of a branch of it")
    if len(inside.body) == 1 or loop.orelse is not None:
        raise Refused("nothing would be left in its block, or the loop has an else")
    blank = [row for row in line.leading_lines if row.comment is not None]
    moved = line.with_changes(leading_lines=blank)
    return replaced(
        file, {line: lambda _: cst.RemoveFromParent(), loop: lambda node: cst.FlattenSentinel([node, moved])}
    )


def lazy(file: File, calls: list[cst.Call], wanted: Wanted) -> cst.Module:
    """The statement at the begin of the branch that uses its result, or behind the one that is left without it."""
    (call,) = calls
    line = file.statement(call)
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1 or not isinstance(line.body[0], cst.Assign):
        raise Refused("it is no plain assignment")
    names = names_in(line.body[0].targets[0].target)
    branch = next(
        (
            node for node, place in file.positions.items()
            if isinstance(node, cst.If) and place.start.line == wanted.target and file.above(node) is file.above(line)
        ),
        None,
    )  # fmt: skip
    arms = [arm for arm in (branch, branch.orelse if branch is not None else None) if arm is not None]
    using = [arm for arm in arms if names & names_in(arm.body)]
    if branch is not None and not using:
        behind = branch
        return replaced(
            file, {line: lambda _: cst.RemoveFromParent(), behind: lambda node: cst.FlattenSentinel([node, line])}
        )
    if len(using) != 1 or not isinstance(using[0], cst.If | cst.Else):
        raise Refused("its result is used in more than one arm")
    body = using[0].body
    if not isinstance(body, cst.IndentedBlock):
        raise Refused("its branch is no block")

    def first(node: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(node, cst.IndentedBlock)
        return node.with_changes(body=[line, *node.body])

    return replaced(file, {line: lambda _: cst.RemoveFromParent(), body: first})
