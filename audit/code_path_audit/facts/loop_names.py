"""What a loop is named for: one of what it iterates, as the source says it.

`order.lines` -> "line", `range(len(rows))` -> "row", `self.find_files()` -> "file", `prices.items()` -> "price". A
`while` that takes an element out of something in each round is named as a `for` over it would be.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

ROUND = "round"
"""The name of a loop that iterates nothing that has a name."""

SAME = frozenset((
    "enumerate", "sorted", "reversed", "list", "tuple", "set", "frozenset", "iter", "zip", "map", "filter", "range",
    "len", "tqdm", "track", "chain", "islice", "batched", "from_iterable", "as_completed", "gather", "keys",
    "values", "items", "copy", "split", "strip", "iteritems", "itervalues", "next", "min", "max", "sum", "str", "int",
    "dict", "cast",
))  # fmt: skip
"""Calls that hand on what they are given, or whose object says more than they do."""

LAST = frozenset(("map", "filter", "cast"))
"""Calls of which the last argument is iterated."""

VERBS = frozenset((
    "get", "iter", "find", "list", "read", "load", "all", "fetch", "select", "walk", "parse", "collect", "generate",
    "yield", "scan", "query", "make", "build", "discover", "search", "each", "gen", "to", "as",
))  # fmt: skip
"""First words of a function's name that are no part of what it gives."""

GETS = frozenset(("get", "getlist", "getall", "get_list", "get_all"))
"""Methods that give what is kept under a key."""

TAKES = frozenset(("pop", "popleft", "popitem", "get", "get_nowait"))
"""Methods that take an element out of what they are asked of."""

WORK = frozenset((
    "queue", "stack", "todo", "pending", "worklist", "work", "heap", "frontier", "deque", "waiting", "left", "q",
))  # fmt: skip
"""Names of containers that say what is done with the elements, and not what they are."""

IRREGULAR = {
    "children": "child", "people": "person", "indices": "index", "indexes": "index", "vertices": "vertex",
    "matrices": "matrix", "entries": "entry", "series": "series", "species": "species", "data": "datum", "men": "man",
    "caches": "cache", "bases": "base", "cases": "case", "phases": "phase", "databases": "database", "leaves": "leaf",
    "moves": "move", "axes": "axis", "movies": "movie", "cookies": "cookie", "news": "news", "releases": "release",
    "responses": "response", "purchases": "purchase", "houses": "house", "courses": "course", "uses": "use",
    "args": "arg", "kwargs": "kwarg", "aliases": "alias", "statuses": "status", "buses": "bus", "viruses": "virus",
    "archives": "archive", "listdir": "entry", "scandir": "entry", "iterdir": "entry", "glob": "file", "rglob": "file",
    "readlines": "line", "splitlines": "line", "finditer": "match", "findall": "match", "fetchall": "row",
    "iterrows": "row", "itertuples": "row", "lines": "line",
}  # fmt: skip


def loop_name(node: ast.expr, target: ast.expr | None = None) -> str:
    """The name of a loop over an expression; by its variable where that says nothing."""
    found = of(node, 6)
    if not found and type(target) is ast.Name and target.id.strip("_"):
        found = target.id
    return singular(found.strip("_")) or ROUND


def while_name(node: ast.While) -> str:
    """The name of a `while` that goes on until something is empty, and takes an element out of it in each round."""
    held = emptied(node.test)
    if held is None:
        return ROUND
    for statement in node.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr) and is_taken(statement.value, held):
            targets = statement.targets if type(statement) is ast.Assign else [getattr(statement, "target", None)]
            found = of(held, 1).strip("_")
            return loop_name(ast.Constant(0) if found.lower() in WORK else held, targets[0])
    return ROUND


def emptied(test: ast.expr) -> ast.expr | None:
    """What is asked whether anything is left in it: `rows`, `len(rows)`, `len(rows) > 0`, `not rows.empty()`."""
    if type(test) is ast.Compare and type(test.left) is ast.Call:
        test = test.left
    if type(test) is ast.UnaryOp and type(test.op) is ast.Not:
        asked = test.operand
        is_empty = type(asked) is ast.Call and type(asked.func) is ast.Attribute and asked.func.attr == "empty"
        return asked.func.value if is_empty else None  # type: ignore[attr-defined]
    if type(test) is ast.Call:
        is_length = type(test.func) is ast.Name and test.func.id == "len" and len(test.args) == 1
        test = test.args[0] if is_length else test
    return test if isinstance(test, ast.Name | ast.Attribute) else None


def is_taken(value: ast.expr | None, held: ast.expr) -> bool:
    """Whether a value is an element that is taken out of what is held: `rows.pop()`, `heappop(rows)`."""
    value = value.value if type(value) is ast.Await else value
    if type(value) is not ast.Call:
        return False
    func = value.func
    if type(func) is ast.Attribute and func.attr in TAKES:
        return is_same(func.value, held)
    last = func.attr if type(func) is ast.Attribute else func.id if type(func) is ast.Name else ""
    return last == "heappop" and len(value.args) == 1 and is_same(value.args[0], held)


def is_same(one: ast.expr, other: ast.expr) -> bool:
    """Whether two names, perhaps of attributes, are the same."""
    while isinstance(one, ast.Attribute) and isinstance(other, ast.Attribute) and one.attr == other.attr:
        one, other = one.value, other.value
    return isinstance(one, ast.Name) and isinstance(other, ast.Name) and one.id == other.id


def of(node: ast.expr, depth: int) -> str:
    """What an expression iterates, in the source's own word, "" where there is none."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if not depth:
        return ""
    if isinstance(node, ast.Call):
        return of_call(node, depth - 1)
    if isinstance(node, ast.Subscript):
        key = node.slice
        if type(key) is ast.Constant and type(key.value) is str and key.value.isidentifier():
            return key.value
        return of(node.value, depth - 1)
    if isinstance(node, ast.Await | ast.Starred | ast.NamedExpr):
        return of(node.value, depth - 1)
    if isinstance(node, ast.BoolOp):
        return of(node.values[0], depth - 1)
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Mult):
            return ""  # as often as is said beside it
        names = (of(node.left, depth - 1), of(node.right, depth - 1))
        return names[0] or names[1] if not isinstance(node.op, ast.Add | ast.BitOr) else together(names)
    if isinstance(node, ast.IfExp):
        return of(node.body, depth - 1) or of(node.orelse, depth - 1)
    if isinstance(node, ast.GeneratorExp | ast.ListComp | ast.SetComp):
        return of(node.generators[0].iter, depth - 1) if len(node.generators) == 1 else ""
    return ""


def of_call(node: ast.Call, depth: int) -> str:
    """What a call gives: what it is made of, or what the name of the function says."""
    func = node.func
    if type(func) is ast.Name:
        name = func.id
    elif type(func) is ast.Attribute:
        name = func.attr
    else:
        return ""
    if name in SAME:
        if type(func) is ast.Attribute and not (node.args and name not in ("split", "strip", "items", "get")):
            return of(func.value, depth)
        if not node.args:
            return ""
        if name == "chain":
            return together([of(argument, depth) for argument in node.args])
        if name == "zip":
            # it ends with the first of them that does
            return next(filter(None, (of(argument, depth) for argument in node.args)), "")
        if name == "from_iterable" and isinstance(node.args[0], ast.GeneratorExp | ast.ListComp):
            return of(node.args[0].elt, depth)
        argument = node.args[-1 if name in LAST or (name == "range" and len(node.args) == 2) else 0]
        return of(argument, depth)
    if name in GETS and node.args:
        key = node.args[0]
        return key.value if type(key) is ast.Constant and type(key.value) is str and key.value.isidentifier() else ""
    words = name.strip("_").split("_")
    while len(words) > 1 and words[0] in VERBS:
        words.pop(0)
    return "" if words[0] in VERBS and words[0] not in IRREGULAR else "_".join(words)


def together(names: Sequence[str]) -> str:
    """The name of several things, one after the other: none where they have different ones."""
    named = {name for name in names if name}
    return named.pop() if len(named) == 1 else ""


def singular(name: str) -> str:
    """One of many: the last word of a name, less its plural."""
    head, _, word = name.rpartition("_")
    low = word.lower()
    if low in IRREGULAR:
        word = IRREGULAR[low]
    elif low.endswith("ies") and len(low) > 4:
        word = word[:-3] + "y"
    elif low.endswith(("sses", "xes", "ches", "shes", "zzes")):
        word = word[:-2]
    elif low.endswith("s") and len(low) > 2 and not low.endswith(("ss", "us", "is")):
        word = word[:-1]
    return f"{head}_{word}" if head else word
