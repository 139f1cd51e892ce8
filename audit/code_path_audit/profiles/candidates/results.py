"""What becomes of what a call gives: whether anybody changes it, and who keeps it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from enum import IntEnum

from code_path_audit.profiles.candidates.invariance import Doubt, Invariance
from code_path_audit.profiles.candidates.names import is_plain_value, names_of, targets
from code_path_audit.profiles.candidates.repeatable import is_repeatable
from code_path_audit.profiles.candidates.streams import gives_text
from code_path_audit.profiles.candidates.syntax import COMPREHENSIONS, nodes_of, place_of
from code_path_audit.profiles.effects import HARMLESS_METHODS, TREES, is_stateful


class Fate(IntEnum):
    """What becomes of a value, the best first."""

    READ = 0
    """It is read where it is, and forgotten."""
    PART_KEPT = 1
    """What is read of it is kept by something: whoever has that may change it."""
    KEPT = 2
    """The value itself is returned, yielded, or put into something."""
    CHANGED = 3
    """It may be changed."""


FORGETS = frozenset((
    "len", "str", "repr", "int", "float", "bool", "sum", "any", "all", "print", "isinstance", "format", "hash", "ord",
))  # fmt: skip
"""Builtins that give nothing of what they are given."""

TEXTUAL = frozenset((
    "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "join", "startswith", "endswith", "lower", "upper",
    "title", "encode", "decode", "replace", "removeprefix", "removesuffix", "isdigit", "isalpha", "as_posix",
))  # fmt: skip
"""Methods of texts, which give new texts."""

GIVES_TEXT = frozenset(("render", "substitute", "safe_substitute", "findtext", "itertext"))
"""Methods of templates and of trees that give new texts."""

ONLY_READ = frozenset((
    "jinja2.Template.render", "jinja2.environment.Template.render", "string.Template.substitute",
    "string.Template.safe_substitute", "re.Pattern.search", "re.Pattern.match", "re.Pattern.fullmatch",
))  # fmt: skip
"""Methods that change nothing of their object, by exact name; those of trees of XML are in `effects`."""

HANDS_ON = frozenset((
    "list", "tuple", "set", "frozenset", "dict", "sorted", "reversed", "enumerate", "zip", "min", "max", "iter",
    "filter",
))  # fmt: skip
"""Builtins that give the elements of what they are given."""


def fate_of(proof: Invariance, node: ast.expr) -> Fate:
    """What becomes of the value of an expression in its function, the worst of all that is done to it."""
    return _fate(proof, node, False, set())


def _fate(proof: Invariance, node: ast.AST, is_part: bool, seen: set[str]) -> Fate:
    above = proof.spot.file.above
    kept = Fate.PART_KEPT if is_part else Fate.KEPT
    while True:
        child, node = node, above[node]
        if isinstance(node, ast.Await | ast.IfExp | ast.BoolOp | ast.Starred | ast.Expr | ast.comprehension):
            if isinstance(node, ast.Expr) or (isinstance(node, ast.IfExp) and child is node.test):
                return Fate.READ
            if isinstance(node, ast.comprehension):
                return _names(proof, node.target, True, seen) if child is node.iter else Fate.READ
            continue
        if isinstance(node, ast.Attribute | ast.Subscript):
            if child is not node.value:
                return Fate.READ
            if not isinstance(node.ctx, ast.Load):
                return Fate.CHANGED
            is_part, kept = True, Fate.PART_KEPT
            call = above[node]
            if isinstance(call, ast.Call) and call.func is node:
                if not isinstance(node, ast.Attribute) or not (node.attr in HARMLESS_METHODS or reads(proof, call)):
                    return Fate.CHANGED
                if node.attr in TEXTUAL or node.attr in GIVES_TEXT:
                    return Fate.READ
                node = call
            continue
        if isinstance(
            node, ast.Compare | ast.UnaryOp | ast.FormattedValue | ast.JoinedStr | ast.If | ast.While | ast.Assert
        ):
            return Fate.READ
        if isinstance(node, ast.BinOp):
            return Fate.READ if is_plain_value(node) or isinstance(node.op, ast.Mod) else kept
        if isinstance(node, ast.Assign | ast.AnnAssign):
            found = [_names(proof, target, is_part, seen) for target in targets(node)]
            return max(found)
        if isinstance(node, ast.For | ast.AsyncFor):
            return _names(proof, node.target, True, seen) if child is node.iter else Fate.READ
        if isinstance(node, ast.keyword):
            continue
        if isinstance(node, ast.Call):
            given = _given(proof, node)
            if given is not None:
                return kept if given == Fate.KEPT else given
            continue
        if isinstance(node, (ast.Return, ast.Yield, ast.List, ast.Tuple, ast.Set, ast.Dict, *COMPREHENSIONS)):
            return kept
        return Fate.CHANGED


def reads(proof: Invariance, node: ast.Call) -> bool:
    """Whether a call is of methods outside of the source that only read their object."""
    key = (proof.op.function, proof.site_at.get(place_of(node), -1))
    rows = proof.traced.externals.get(key, ())
    if not rows or proof.traced.edges.get(key):
        return False
    return all(
        row.callee in ONLY_READ or (row.callee.startswith(TREES) and not is_stateful(row.callee)) for row in rows
    )


def _given(proof: Invariance, node: ast.Call) -> Fate | None:
    """What becomes of an argument of a call; None where what the call gives may hold it."""
    traced, site = proof.traced, proof.site_at.get(place_of(node), -1)
    key = (proof.op.function, site)
    edges, externals = traced.edges.get(key, ()), traced.externals.get(key, ())
    if isinstance(node.func, ast.Name) and not proof.names.is_local(node.func.id) and not edges:
        if node.func.id in FORGETS:
            return Fate.READ
        if node.func.id in HANDS_ON:
            return None
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("append", "add", "setdefault", "extend", "update"):
        return Fate.KEPT
    if isinstance(node.func, ast.Attribute) and node.func.attr in HARMLESS_METHODS and not edges:
        return Fate.READ if node.func.attr in TEXTUAL else None
    op = traced.ops_at.get(key)
    if op is not None and is_repeatable(traced, op) and not edges:
        return Fate.READ
    if not edges or externals or any(edge.evidence != "certain" for edge in edges):
        return Fate.CHANGED
    try:
        does = [proof.effects(traced.known.below[edge.callee]) for edge in edges]
    except Doubt:
        return Fate.CHANGED
    if any(row.changes_anything for row in does):
        return Fate.CHANGED
    return Fate.READ if all(gives_text(traced, edge.callee) for edge in edges) else None


def _names(proof: Invariance, target: ast.AST, is_part: bool, seen: set[str]) -> Fate:
    """What becomes of what a target is given, by its names."""
    if isinstance(target, ast.Attribute | ast.Subscript):
        return Fate.PART_KEPT if is_part else Fate.KEPT
    names = names_of(proof.spot.scope)
    worst = Fate.READ
    bound = {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}
    own = list(nodes_of(proof.spot.scope))
    for name in bound - seen:
        seen.add(name)
        if name in names.shared or _count(own, name) != _count(ast.walk(proof.spot.scope), name):
            return Fate.CHANGED
        for node in own:
            if isinstance(node, ast.Name) and node.id == name:
                if isinstance(node.ctx, ast.Load):
                    worst = max(worst, _fate(proof, node, is_part, seen))
                elif isinstance(node.ctx, ast.Del):
                    return Fate.CHANGED
            changed = targets(node) if isinstance(node, ast.AugAssign) else ()
            if any(isinstance(row, ast.Name) and row.id == name for row in changed):
                return Fate.CHANGED
    return worst


def _count(nodes: Iterable[ast.AST], name: str) -> int:
    """How often a name is written among some nodes."""
    return sum(isinstance(node, ast.Name) and node.id == name for node in nodes)
