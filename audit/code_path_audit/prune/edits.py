"""The edits of candidates that are mechanical, on one file: formatting and comments stay as they are.

libcst is an extra (`pip install 'code-path-audit[prune]'`), and imported here alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider


class Wanted(NamedTuple):
    """What an edit is told: kind of the candidate, the call (line, column in bytes, last name), the line that it moves
    to, and the name of its function."""

    kind: str
    line: int
    column: int
    name: str
    target: int
    function: str


class Refused(Exception):
    """An edit that is not mechanical here; its text says why."""


def edited(data: bytes, wanted: Wanted) -> bytes:
    """A file with a candidate applied; Refused where that takes a person."""
    try:
        wrapper = MetadataWrapper(cst.parse_module(data))
    except cst.ParserSyntaxError as error:
        raise Refused("the file does not parse") from error
    file = File(wrapper, data)
    call = file.call(wanted)
    return EDITS[wanted.kind](file, call, wanted).bytes


class File:
    """A parsed file, its positions and parents."""

    def __init__(self, wrapper: MetadataWrapper, data: bytes) -> None:
        self.module = wrapper.module
        self.positions = wrapper.resolve(PositionProvider)
        self.parents = wrapper.resolve(ParentNodeProvider)
        self.lines = data.decode(self.module.encoding).splitlines()

    def call(self, wanted: Wanted) -> cst.Call:
        """The call that is meant."""
        text = self.lines[wanted.line - 1].encode()[: wanted.column].decode() if wanted.line <= len(self.lines) else ""
        for node, place in self.positions.items():
            at = (place.start.line, place.start.column) == (wanted.line, len(text))
            if at and isinstance(node, cst.Call) and last_name(node.func) == wanted.name:
                return node
        raise Refused(f"no call of {wanted.name} stands in line {wanted.line}")

    def above(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node around a node."""
        return self.parents.get(node)

    def climb(self, node: cst.CSTNode) -> Sequence[cst.CSTNode]:
        """The nodes around a node, the innermost first."""
        found = []
        parent = self.above(node)
        while parent is not None:
            found.append(parent)
            parent = self.above(parent)
        return found

    def names(self) -> set[str]:
        """All names of the file."""
        return {node.value for node in self.positions if isinstance(node, cst.Name)}


def last_name(node: cst.BaseExpression) -> str:
    """The name at the end of what is called."""
    if isinstance(node, cst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, cst.Name) else ""


class Replace(cst.CSTTransformer):
    """Nodes to what takes their place, by identity."""

    def __init__(self, changes: dict[cst.CSTNode, Callable[[cst.CSTNode], object]]) -> None:
        super().__init__()
        self.changes = changes

    def on_leave(self, original_node, updated_node):  # type: ignore[no-untyped-def]
        """The node, or what takes its place."""
        change = self.changes.get(original_node)
        return updated_node if change is None else change(updated_node)


def replaced(file: File, changes: dict[cst.CSTNode, Callable[[cst.CSTNode], object]]) -> cst.Module:
    """The module with nodes changed."""
    found = file.module.visit(Replace(changes))
    assert isinstance(found, cst.Module)
    return found


def loop_at(file: File, call: cst.Call, line: int) -> cst.For:
    """The loop around a call that begins in a line."""
    for node in file.climb(call):
        if isinstance(node, cst.For) and file.positions[node].start.line == line:
            return node
        if isinstance(node, cst.FunctionDef | cst.Lambda | cst.ClassDef):
            break
    raise Refused(f"the call does not stand in a loop in line {line}")


HAS_TARGET = (cst.AssignTarget, cst.For, cst.CompFor, cst.NamedExpr, cst.AnnAssign, cst.AugAssign)


def bound_in(node: cst.CSTNode) -> set[str]:
    """The names that a node binds, as far as assignments, loops and with do."""
    found: set[str] = set()

    class Bound(cst.CSTVisitor):
        def on_visit(self, node: cst.CSTNode) -> bool:
            if isinstance(node, HAS_TARGET):
                found.update(names_in(node.target))
            elif isinstance(node, cst.AsName):
                found.update(names_in(node.name))
            return True

    node.visit(Bound())
    return found


def names_in(node: cst.CSTNode) -> set[str]:
    """The names that a node holds; those of attributes and keywords count, which does no harm."""
    found: set[str] = set()

    class Names(cst.CSTVisitor):
        def visit_Name(self, node: cst.Name) -> None:
            found.add(node.value)

    node.visit(Names())
    return found


def hoist(file: File, call: cst.Call, wanted: Wanted) -> cst.Module:
    """The call before the loop, its result under a new name."""
    loop = loop_at(file, call, wanted.target)
    if isinstance(file.above(call), cst.WithItem | cst.Await):
        raise Refused("what it opens is used by the block below it")
    if bound_in(loop) & names_in(call):
        raise Refused("what it is given is made in the loop")
    name, taken = f"{wanted.name}_result", file.names()
    while name in taken:
        name += "_"
    assign = cst.SimpleStatementLine(
        [cst.Assign([cst.AssignTarget(cst.Name(name))], call.with_changes(lpar=(), rpar=()))]
    )

    def before(node: cst.CSTNode) -> object:
        assert isinstance(node, cst.For)
        first = assign.with_changes(leading_lines=node.leading_lines)
        return cst.FlattenSentinel([first, node.with_changes(leading_lines=())])

    return replaced(file, {call: lambda _: cst.Name(name), loop: before})


def commit(file: File, call: cst.Call, wanted: Wanted) -> cst.Module:
    """The statement after the loop."""
    loop = loop_at(file, call, wanted.target)
    line = next((node for node in file.climb(call) if isinstance(node, cst.SimpleStatementLine)), None)
    body = loop.body
    if line is None or len(line.body) != 1 or not isinstance(body, cst.IndentedBlock) or line not in body.body:
        raise Refused("it is no statement of the loop itself")
    if len(body.body) == 1 or loop.orelse is not None:
        raise Refused("nothing would be left in the loop, or it has an else")
    blank = [row for row in line.leading_lines if row.comment is not None]
    moved = line.with_changes(leading_lines=blank)
    return replaced(
        file, {line: lambda _: cst.RemoveFromParent(), loop: lambda node: cst.FlattenSentinel([node, moved])}
    )


def cache(file: File, call: cst.Call, wanted: Wanted) -> cst.Module:
    """functools.cache on a function that only returns what the call gives."""
    function = next((node for node in file.climb(call) if isinstance(node, cst.FunctionDef)), None)
    if function is None or function.asynchronous is not None or function.decorators:
        raise Refused("it is in no plain function")
    if any(isinstance(node, cst.ClassDef) for node in file.climb(function)):
        raise Refused("a cache on a method would keep its objects alive")
    given = function.params
    if given.params or given.kwonly_params or given.posonly_params or given.star_kwarg is not None:
        raise Refused("its function has parameters")
    rows = [row for row in function.body.body if not is_docstring(row)]
    while len(rows) == 1 and isinstance(rows[0], cst.With):
        rows = list(rows[0].body.body)
    returns = (
        len(rows) == 1 and isinstance(rows[0], cst.SimpleStatementLine) and isinstance(rows[0].body[0], cst.Return)
    )
    if not returns:
        raise Refused("its function does more than return what the call gives")
    decorator = cst.Decorator(cst.Attribute(cst.Name("functools"), cst.Name("cache")))
    changed = replaced(file, {function: lambda node: node.with_changes(decorators=(decorator,))})
    context = CodemodContext()
    AddImportsVisitor.add_needed_import(context, "functools")
    return AddImportsVisitor(context).transform_module(changed)


def is_docstring(row: cst.BaseStatement | cst.BaseSmallStatement) -> bool:
    """Whether a statement is a text alone."""
    return (
        isinstance(row, cst.SimpleStatementLine)
        and len(row.body) == 1
        and isinstance(row.body[0], cst.Expr)
        and isinstance(row.body[0].value, cst.SimpleString | cst.ConcatenatedString)
    )


def copy(file: File, call: cst.Call, wanted: Wanted) -> cst.Module:
    """deepcopy(X).get(k) to deepcopy(X.get(k)): the same for one element."""
    table, above = call.args[0].value, file.above(call)
    if isinstance(above, cst.Subscript):
        return replaced(file, {above: lambda node: call.with_changes(args=[cst.Arg(above.with_changes(value=table))])})
    asked = file.above(above) if isinstance(above, cst.Attribute) else None
    if not isinstance(above, cst.Attribute) or not isinstance(asked, cst.Call) or asked.func is not above:
        raise Refused("what is asked of the copy is no plain get")
    inner = asked.with_changes(func=above.with_changes(value=table))
    return replaced(file, {asked: lambda _: call.with_changes(args=[cst.Arg(inner)])})


def count(file: File, call: cst.Call, wanted: Wanted) -> cst.Module:
    """rows.count() to len(rows), rows.exists() to bool(rows)."""
    word = {"count": "len", "exists": "bool"}.get(wanted.name)
    if word is None or not isinstance(call.func, cst.Attribute) or call.args:
        raise Refused("what its sites share has to be passed on by a person")
    rows = call.func.value
    return replaced(file, {call: lambda _: cst.Call(cst.Name(word), [cst.Arg(rows)])})


def parser(file: File, call: cst.Call, wanted: Wanted) -> cst.Module:
    """yaml.safe_load(x) to yaml.load(x, Loader=yaml.CSafeLoader)."""
    forms = {"safe_load": ("load", "Loader", "CSafeLoader"), "safe_dump": ("dump", "Dumper", "CSafeDumper")}
    if wanted.name not in forms or not isinstance(call.func, cst.Attribute):
        raise Refused("its sibling takes other arguments")
    name, keyword, value = forms[wanted.name]
    module = call.func.value
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    last = cst.Arg(cst.Attribute(module, cst.Name(value)), keyword=cst.Name(keyword), equal=equal)
    given = [row.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))) for row in call.args]
    made = call.with_changes(func=call.func.with_changes(attr=cst.Name(name)), args=[*given, last])
    return replaced(file, {call: lambda _: made})


EDITS = {
    "hoist": hoist, "client": hoist, "commit": commit, "cache": cache, "copy": copy, "keep": count, "parser": parser,
}  # fmt: skip
"""The edit of each kind that has one; of one kind some candidates do, and some do not."""
