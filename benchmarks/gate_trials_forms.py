"""Harmless edits for the gate's trials that give one function another form: the same work, written otherwise.

Each changes the tree of a reached function, which is printed anew in its place; the rest of the file stays as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from random import Random

from benchmarks.gate_trials_edits import (
    FUNCTIONS,
    Edit,
    Edited,
    Files,
    FunctionNode,
    Place,
    changed,
    find,
    first_line,
    mentions,
)

Reform = Callable[[FunctionNode, Random], bool]
"""Changes a function's tree; False where it finds nothing to change."""


def reformed(reform: Reform) -> Edit:
    """An edit that gives a random reached function another form."""

    def edit(files: Files, random: Random, places: list[Place]) -> Edited | None:
        place = random.choice(places)
        node = find(files, place)
        if node is None or mentions(node, "locals"):
            return None
        first, last = first_line(node), node.end_lineno
        if not reform(node, random):
            return None
        lines = files[place.path].splitlines(keepends=True)
        indent = " " * node.col_offset
        new = [
            f"{indent}{line}\n" if line else "\n" for line in ast.unparse(ast.fix_missing_locations(node)).split("\n")
        ]
        return changed(files, {place.path: "".join([*lines[: first - 1], *new, *lines[last:]])}, place.fqname)

    return edit


def own(node: FunctionNode) -> Iterator[ast.AST]:
    """What is below a function and not below another function or class in it."""
    todo: list[ast.AST] = list(node.body)
    while todo:
        one = todo.pop(0)
        yield one
        if not isinstance(one, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            todo[:0] = ast.iter_child_nodes(one)


def blocks(node: FunctionNode) -> list[list[ast.stmt]]:
    """The lists of statements of a function."""
    found = [node.body]
    for one in own(node):
        if not isinstance(one, (*FUNCTIONS, ast.ClassDef)):
            found += [
                block
                for name in ("body", "orelse", "finalbody")
                if isinstance(block := getattr(one, name, None), list) and block and isinstance(block[0], ast.stmt)
            ]
    return found


def after_docstring(node: FunctionNode) -> int:
    """Where the statements of a function's body begin."""
    return 1 if ast.get_docstring(node) is not None else 0


def annotate(node: FunctionNode, random: Random) -> bool:
    """Annotations, as far as they are plain: the types of defaults, and that nothing comes back."""
    rows, count = node.args, 0
    defaults = [*zip(rows.args[len(rows.args) - len(rows.defaults) :], rows.defaults, strict=True)]
    defaults += [(arg, value) for arg, value in zip(rows.kwonlyargs, rows.kw_defaults, strict=True) if value]
    for arg, value in defaults:
        if arg.annotation is None and isinstance(value, ast.Constant):
            kind = type(value.value).__name__
            arg.annotation = ast.Constant("object | None") if value.value is None else ast.Name(kind, ast.Load())
            count += 1
    gives = any(isinstance(one, ast.Return | ast.Yield | ast.YieldFrom) for one in own(node))
    if node.returns is None and not gives:
        node.returns = ast.Constant(None)
        count += 1
    return count > 0


def document(node: FunctionNode, random: Random) -> bool:
    """A docstring, or another one."""
    node.body[: after_docstring(node)] = [
        ast.Expr(ast.Constant("What it does, said anew: open('x'), json.load(file)."))
    ]
    return len(node.body) > 1


def swap_branches(node: FunctionNode, random: Random) -> bool:
    """`if a: B else: C` becomes `if not a: C else: B`."""
    found = [
        one for one in own(node) if isinstance(one, ast.If) and one.orelse and not isinstance(one.orelse[0], ast.If)
    ]
    if not found:
        return False
    one = random.choice(found)
    inner = one.test.operand if isinstance(one.test, ast.UnaryOp) and isinstance(one.test.op, ast.Not) else None
    one.test = inner or ast.UnaryOp(ast.Not(), one.test)
    one.body, one.orelse = one.orelse, one.body
    return True


ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def early_to_else(node: FunctionNode, random: Random) -> bool:
    """What comes after an `if` that ends in a return moves into its `else`."""
    found = [
        (block, at)
        for block in blocks(node)
        for at, one in enumerate(block[:-1])
        if isinstance(one, ast.If) and not one.orelse and isinstance(one.body[-1], ENDS)
    ]
    if not found:
        return False
    block, at = random.choice(found)
    one = block[at]
    assert isinstance(one, ast.If)
    one.orelse = block[at + 1 :]
    del block[at + 1 :]
    return True


def else_to_early(node: FunctionNode, random: Random) -> bool:
    """The `else` of an `if` that ends in a return comes after it."""
    found = [
        (block, at)
        for block in blocks(node)
        for at, one in enumerate(block)
        if isinstance(one, ast.If) and one.orelse and isinstance(one.body[-1], ENDS)
    ]
    if not found:
        return False
    block, at = random.choice(found)
    one = block[at]
    assert isinstance(one, ast.If)
    block[at + 1 : at + 1] = one.orelse
    one.orelse = []
    return True


def guard_clause(node: FunctionNode, random: Random) -> bool:
    """A last `if` of a function becomes an early return: `if a: B` to `if not a: return` and B."""
    last = node.body[-1]
    if (
        not isinstance(last, ast.If)
        or last.orelse
        or any(isinstance(one, ast.Yield | ast.YieldFrom) for one in own(node))
    ):
        return False
    test = ast.UnaryOp(ast.Not(), last.test)
    node.body[-1:] = [ast.If(test, [ast.Return(ast.Constant(None))], []), *last.body]
    return True


def name_result(node: FunctionNode, random: Random) -> bool:
    """What is returned gets a name first."""
    found = [
        (block, at)
        for block in blocks(node)
        for at, one in enumerate(block)
        if isinstance(one, ast.Return) and one.value is not None and not isinstance(one.value, ast.Name | ast.Constant)
    ]
    if not found:
        return False
    block, at = random.choice(found)
    one = block[at]
    assert isinstance(one, ast.Return) and one.value is not None
    block[at : at + 1] = [
        ast.Assign([ast.Name("trial_result", ast.Store())], one.value),
        ast.Return(ast.Name("trial_result", ast.Load())),
    ]
    return True


def name_argument(node: FunctionNode, random: Random) -> bool:
    """The first argument of a call that is a statement of its own, or assigned, gets a name first."""
    found = []
    for block in blocks(node):
        for at, one in enumerate(block):
            call = one.value if isinstance(one, ast.Expr | ast.Assign | ast.Return) else None
            if not isinstance(call, ast.Call) or not call.args or not isinstance(call.args[0], ast.Call):
                continue
            if isinstance(call.func, ast.Name) and call.func.id != "super":
                found.append((block, at, call))
    if not found:
        return False
    block, at, call = random.choice(found)
    block.insert(at, ast.Assign([ast.Name("trial_first", ast.Store())], call.args[0]))
    call.args[0] = ast.Name("trial_first", ast.Load())
    return True


def check_argument(node: FunctionNode, random: Random) -> bool:
    """A check of an argument at the beginning: one more way out, before anything is done."""
    names = [one.arg for one in node.args.args if one.arg not in ("self", "cls")]
    if not names:
        return False
    test = ast.Compare(ast.Name(random.choice(names), ast.Load()), [ast.Is()], [ast.Name("NotImplemented", ast.Load())])
    text = ast.Call(ast.Name("ValueError", ast.Load()), [ast.Constant("no value")], [])
    node.body.insert(after_docstring(node), ast.If(test, [ast.Raise(text, None)], []))
    return True


def add_parameter(node: FunctionNode, random: Random) -> bool:
    """A keyword that nobody gives."""
    if node.name.startswith("__"):
        return False
    node.args.kwonlyargs.append(ast.arg("trial_extra"))
    node.args.kw_defaults.append(ast.Constant(None))
    return True


def loop_to_comprehension(node: FunctionNode, random: Random) -> bool:
    """A loop that only appends becomes a comprehension."""
    found = []
    for block in blocks(node):
        for at, one in enumerate(block):
            if not isinstance(one, ast.For) or one.orelse or len(one.body) != 1:
                continue
            call = one.body[0].value if isinstance(one.body[0], ast.Expr) else None
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or len(call.args) != 1:
                continue
            if call.func.attr == "append" and isinstance(call.func.value, ast.Name):
                found.append((block, at, one, call))
    if not found:
        return False
    block, at, one, call = random.choice(found)
    assert isinstance(call.func, ast.Attribute)
    made = ast.ListComp(call.args[0], [ast.comprehension(one.target, one.iter, [], 0)])
    block[at] = ast.Expr(ast.Call(ast.Attribute(call.func.value, "extend", ast.Load()), [made], []))
    return True


def comprehension_to_loop(node: FunctionNode, random: Random) -> bool:
    """`name = [f(x) for x in xs]` becomes a loop that appends."""
    found = []
    for block in blocks(node):
        for at, one in enumerate(block):
            if not isinstance(one, ast.Assign) or not isinstance(one.value, ast.ListComp):
                continue
            if isinstance(one.targets[0], ast.Name) and len(one.targets) == len(one.value.generators) == 1:
                found.append((block, at, one.targets[0].id, one.value))
    if not found:
        return False
    block, at, name, made = random.choice(found)
    part = made.generators[0]
    if part.is_async or mentions(made, name):
        return False
    add = ast.Attribute(ast.Name(name, ast.Load()), "append", ast.Load())
    body: list[ast.stmt] = [ast.Expr(ast.Call(add, [made.elt], []))]
    for test in reversed(part.ifs):
        body = [ast.If(test, body, [])]
    block[at : at + 1] = [
        ast.Assign([ast.Name(name, ast.Store())], ast.List([], ast.Load())),
        ast.For(part.target, part.iter, body, []),
    ]
    return True


def a_statement(node: FunctionNode, random: Random) -> tuple[list[ast.stmt], int] | None:
    """A statement that does something: its block, and its place there."""
    found = [
        (block, at)
        for block in blocks(node)
        for at, one in enumerate(block)
        if isinstance(one, ast.Expr | ast.Assign) and not isinstance(one.value, ast.Constant)
    ]
    return random.choice(found) if found else None


def try_around(node: FunctionNode, random: Random) -> bool:
    """A statement gets a `try` that passes on what goes wrong."""
    found = a_statement(node, random)
    if found is None:
        return False
    block, at = found
    handler = ast.ExceptHandler(ast.Name("ZeroDivisionError", ast.Load()), None, [ast.Raise(None, None)])
    block[at] = ast.Try([block[at]], [handler], [], [])
    return True


def with_around(node: FunctionNode, random: Random) -> bool:
    """A statement runs in a `with` that does nothing."""
    found = a_statement(node, random)
    if found is None:
        return False
    block, at = found
    call = ast.Call(ast.Attribute(ast.Name("trial_contextlib", ast.Load()), "nullcontext", ast.Load()), [], [])
    block[at] = ast.With([ast.withitem(call, None)], [block[at]])
    node.body.insert(after_docstring(node), ast.Import([ast.alias("contextlib", "trial_contextlib")]))
    return True


FORMS: dict[str, Edit] = {
    "annotations": reformed(annotate),
    "a docstring": reformed(document),
    "if and else swapped": reformed(swap_branches),
    "what follows an early return into its else": reformed(early_to_else),
    "an else after an early return taken out": reformed(else_to_early),
    "a guard clause": reformed(guard_clause),
    "a result gets a name": reformed(name_result),
    "an argument gets a name": reformed(name_argument),
    "an argument is checked": reformed(check_argument),
    "a parameter more": reformed(add_parameter),
    "a loop to a comprehension": reformed(loop_to_comprehension),
    "a comprehension to a loop": reformed(comprehension_to_loop),
    "a try around a statement": reformed(try_around),
    "a with around a statement": reformed(with_around),
}
