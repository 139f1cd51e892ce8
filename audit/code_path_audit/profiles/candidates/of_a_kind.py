"""Files of which there is one for each kind of row, by what their functions are asked for: rows share it."""

from __future__ import annotations

import ast
import re

from code_path_audit.profiles.candidates.calls import argument_of
from code_path_audit.profiles.candidates.names import names_of
from code_path_audit.profiles.candidates.proposal import Traced
from code_path_audit.profiles.candidates.syntax import Spot, is_call_of

STEPS = 8
"""Functions that hand on what they are given, which are looked at."""

OWN = frozenset((
    "id", "pk", "key", "uid", "uuid", "name", "path", "file", "filename", "url", "link", "href", "slug", "sku", "title",
    "text", "body", "content", "value", "email", "number", "line", "src", "address",
))  # fmt: skip
"""Fields that tell a row from the others: asked for by them, a cache is asked for something else each time."""


def names_a_file_of_its_own(spot: Spot, params: set[str]) -> bool:
    """Whether a path is made of constants and the name of one of a kind: f"{kind}.json", DATA / f"{kind}.json",
    kind + ".json", "%s.json" % kind. A function that is given a whole path may be there to see what has changed."""
    names = {row.id for row in ast.walk(spot.node) if isinstance(row, ast.Name)}
    bindings = names_of(spot.scope).bindings
    made = [node.value for name in names for node in bindings.get(name, ()) if isinstance(node, ast.Assign)]
    for part in (spot.node, *made):
        for node in ast.walk(part):
            last: ast.expr | None = None
            if isinstance(node, ast.JoinedStr):
                last = node.values[-1]
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                last = node.right
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
                last = ending(node.left)
            elif is_call_of(node, ("format",)) and isinstance(node.func, ast.Attribute):
                last = ending(node.func.value)
            ends = isinstance(last, ast.Constant) and isinstance(last.value, str) and last.value.startswith(".")
            if ends and {row.id for row in ast.walk(node) if isinstance(row, ast.Name)} & params:
                return True
    return False


def ending(node: ast.expr) -> ast.expr | None:
    """What a text with places for values ends in, behind the last of them: ".json" of "%s.json" and "{}.json"."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return None
    found = re.search(r"(?:%[sd]|})(\.\w+)$", node.value)
    return ast.Constant(found[1]) if found else None


def by_a_kind(traced: Traced, function: str, spot: Spot, params: set[str]) -> str:
    """What rows share that a function is asked for, by how each of its calls is written, or those of the function that
    hands it on: `order.currency`, `item["kind"]`, and not what tells one row from another; "" where any call is
    another."""
    facts = traced.reach.facts(function)
    if len(params) != 1 or len([param for param in facts.params if param.name not in ("self", "cls")]) != 1:
        return ""
    words = set()
    todo = [(function, spot.scope, name) for name in params]
    seen: set[str] = set()
    while todo:
        asked, scope, name = todo.pop()
        edges = traced.reach.callers.get(asked, ())
        if asked in seen or len(seen) > STEPS or not edges or asked in traced.reach.entries:
            return ""
        seen.add(asked)
        for edge in edges:
            call = traced.syntax.spot(edge.caller, edge.site)
            node = argument_of(call, scope, name) if call is not None else None
            word = said_of(call, node) if call is not None else ""
            if word:
                words.add(word)
            elif isinstance(node, ast.Name) and call is not None and is_handed_on(call, node.id):
                todo.append((edge.caller, call.scope, node.id))
            else:
                return ""
    (word,) = words if len(words) == 1 else ("",)
    return "" if word.lower().rpartition("_")[2] in OWN or not word.isidentifier() else word


def said_of(call: Spot, node: ast.expr | None) -> str:
    """What of a row a call is given: `row.kind`, `row["kind"]`, `row.get("kind")`, also by a variable that is bound to
    it alone; "" for anything else."""
    if isinstance(node, ast.Name):
        bound = names_of(call.scope).only_binding(node.id)
        node = bound.value if isinstance(bound, ast.Assign) and node.id not in names_of(call.scope).params else None
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return str(node.slice.value) if isinstance(node.slice, ast.Constant) else ""
    if is_call_of(node, ("get",)) and node.args and isinstance(node.args[0], ast.Constant):
        return str(node.args[0].value)
    return ""


def is_handed_on(call: Spot, name: str) -> bool:
    """Whether a name is a parameter of the function around a call, which gives it no other value."""
    names = names_of(call.scope)
    return name in names.params and name not in names.bindings and name not in ("self", "cls")
