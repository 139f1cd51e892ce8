"""Harmless edits for the gate's trials, made from real source by script: the same program, written otherwise."""

from __future__ import annotations

import ast
import builtins
import re
import subprocess
import sys
from itertools import pairwise
from random import Random

from benchmarks.gate_trials_edits import (
    FUNCTIONS,
    Edit,
    Edited,
    Files,
    FunctionNode,
    Place,
    arguments_of,
    changed,
    exchanged,
    find,
    first_line,
    mentions,
    module_of,
    same,
    with_lines,
)
from benchmarks.gate_trials_forms import FORMS


def shift_lines(files: Files, random: Random, places: list[Place]) -> Edited | None:
    """Comments and blank lines between statements, at several places of a reached file."""
    path = random.choice(places).path
    text = files[path]
    starts = sorted({node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)})
    heads = [line for line in starts if text.splitlines()[line - 1].strip().startswith(STARTERS)]
    for line in sorted(random.sample(heads, min(5, len(heads))), reverse=True):
        indent = re.match(r"\s*", text.splitlines()[line - 1])
        assert indent is not None
        text = with_lines(text, line, ["", f"{indent[0]}# a remark", ""])
    return changed(files, {path: text}, f"comments and lines in {path}")


STARTERS = ("return", "if ", "for ", "while ", "with ", "try:", "raise", "pass", "def ", "class ", "import ", "from ")


def reformat(files: Files, random: Random, places: list[Place]) -> Edited | None:
    """ruff's formatter with another line length."""
    path = random.choice(places).path
    width = random.choice([40, 60, 79, 200])
    text = run_ruff(files[path], width)
    return None if text is None or text == files[path] else changed(files, {path: text}, f"{path} at {width} columns")


def run_ruff(text: str, width: int) -> str | None:
    """The text as ruff formats it; None where it refuses."""
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", str(width), "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def unparse(files: Files, random: Random, places: list[Place]) -> Edited | None:
    """The whole file printed anew from its syntax tree: no comment, no blank line, other quotes and parentheses."""
    path = random.choice(places).path
    return changed(files, {path: ast.unparse(ast.parse(files[path])) + "\n"}, f"{path} from its tree")


def reorder(files: Files, random: Random, places: list[Place]) -> Edited | None:
    """Two neighbouring functions, or methods, change places."""
    path = random.choice(places).path
    text = files[path]
    pairs = []
    for owner in ast.walk(ast.parse(text)):
        if isinstance(owner, ast.Module | ast.ClassDef):
            for one, other in zip(owner.body, owner.body[1:], strict=False):
                if not isinstance(one, FunctionNode) or not isinstance(other, FunctionNode) or one.name == other.name:
                    continue
                if not one.decorator_list and not other.decorator_list:
                    pairs.append((one, other))
    if not pairs:
        return None
    one, other = random.choice(pairs)
    return changed(files, {path: exchanged(text, one, other)}, f"{one.name} and {other.name} in {path}")


def rename_local(files: Files, random: Random, places: list[Place]) -> Edited | None:
    """A local variable of a reached function."""
    place = random.choice(places)
    node = find(files, place)
    if node is None or any(isinstance(one, ast.Global | ast.Nonlocal | ast.Lambda) for one in ast.walk(node)):
        return None
    if any(isinstance(one, (*FUNCTIONS, ast.ClassDef)) for one in ast.walk(node) if one is not node):
        return None
    names = sorted({one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)})
    names = [name for name in names if name not in arguments_of(node)]
    if not names or mentions(node, "locals"):
        return None
    name = random.choice(names)
    spots = [(one.lineno, one.col_offset) for one in ast.walk(node) if isinstance(one, ast.Name) and one.id == name]
    if any(isinstance(one, ast.JoinedStr) for one in ast.walk(node)):
        return None  # positions inside of f-strings are not those of the file before 3.12
    text = replace_names(files[place.path], spots, name, f"{name}_renamed")
    return changed(files, {place.path: text}, f"{name} in {place.fqname}")


def replace_names(text: str, spots: list[tuple[int, int]], old: str, new: str) -> str:
    """A name replaced at (line, UTF-8 column)."""
    lines = [line.encode() for line in text.splitlines(keepends=True)]
    for line, column in sorted(spots, reverse=True):
        row = lines[line - 1]
        assert row[column : column + len(old.encode())] == old.encode()
        lines[line - 1] = row[:column] + new.encode() + row[column + len(old.encode()) :]
    return b"".join(lines).decode()


def rename_function(files: Files, random: Random, places: list[Place]) -> Edited | None:
    """A function or method, everywhere, where its name is used for nothing else."""
    place = random.choice(places)
    name = place.fqname.rpartition(".")[2]
    node = find(files, place)
    if node is None or node.decorator_list or name.startswith("__") or len(name) < 5 or hasattr(builtins, name):
        return None
    word = re.compile(rf"\b{re.escape(name)}\b")
    defined = sum(len(re.findall(rf"\bdef {re.escape(name)}\b", text)) for text in files.values())
    strings = any(
        isinstance(one, ast.Constant) and isinstance(one.value, str) and word.search(one.value)
        for text in files.values()
        if word.search(text)
        for one in ast.walk(ast.parse(text))
    )
    others = any(
        (isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store) and one.id == name)
        or (isinstance(one, ast.arg | ast.keyword) and one.arg == name)
        or (isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store) and one.attr == name)
        for text in files.values()
        if word.search(text)
        for one in ast.walk(ast.parse(text))
    )
    modules = any(name in path.replace("/", ".").split(".") for path in files)
    if defined != 1 or strings or others or modules:
        return None
    # a name that outside classes have too may be called on those
    if "." in place.fqname.removeprefix(module_of(place.path) + ".") and name in COMMON_METHODS:
        return None
    new = {path: word.sub(f"{name}_renamed", text) for path, text in files.items() if word.search(text)}
    return changed(files, new, place.fqname)


COMMON_METHODS = frozenset(
    name for kind in (str, list, dict, set, bytes, int, type(sys.stdin)) for name in dir(kind)
) | {"request", "session", "prepare", "render", "format", "parse", "load", "dump", "get", "post", "put"}


def rename_module(files: Files, random: Random, places: list[Place]) -> Edited | None:
    """A module gets another name, in every import of it."""
    path = random.choice(places).path
    module = module_of(path)
    name = module.rpartition(".")[2]
    if path.endswith("__init__.py") or "." not in module or name.startswith("__"):
        return None
    package = files.get(f"{path.rpartition('/')[0]}/__init__.py", "")
    if any(isinstance(one, ast.alias) and (one.asname or one.name) == name for one in ast.walk(ast.parse(package))):
        return None  # the package has a name like the module: which of the two an import means is another question
    new_path = path.removesuffix(".py") + "_renamed.py"
    new: dict[str, str] = {}
    for other, text in files.items():
        target = new_path if other == path else other
        edited = rename_imports(text, other, module, f"{module}_renamed")
        if edited is None:
            return None
        new[target] = edited
    return Edited(new, f"{module} to {module}_renamed")


def rename_imports(text: str, path: str, old: str, new: str) -> str | None:
    """The text with imports of a module renamed, and bound to the old name; None where it is used in another way."""
    package = module_of(path) if path.endswith("__init__.py") else module_of(path).rpartition(".")[0]
    parent, _, name = old.rpartition(".")
    new_name = new.rpartition(".")[2]
    if re.search(rf"""["']{re.escape(old)}\b""", text) or re.search(rf"^\s*import {re.escape(old)}\b", text, re.M):
        return None
    tree = ast.parse(text)
    edits: list[tuple[ast.ImportFrom, ast.ImportFrom]] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        base = package
        for _ in range(max(node.level - 1, 0)):
            base = base.rpartition(".")[0]
        full = node.module or "" if not node.level else ".".join(part for part in (base, node.module) if part)
        if full == old:
            stem = (node.module or "").rpartition(".")[0]
            edits.append((node, ast.ImportFrom(f"{stem}.{new_name}" if stem else new_name, node.names, node.level)))
        elif full == parent and any(alias.name == name for alias in node.names):
            names = [ast.alias(new_name, alias.asname or name) if alias.name == name else alias for alias in node.names]
            edits.append((node, ast.ImportFrom(node.module, names, node.level)))
    lines = text.splitlines(keepends=True)
    for node, edited in sorted(edits, key=lambda pair: -pair[0].lineno):
        indent = " " * node.col_offset
        lines[node.lineno - 1 : node.end_lineno] = [f"{indent}{ast.unparse(edited)}\n"]
    return "".join(lines)


def move_function(files: Files, random: Random, places: list[Place]) -> Edited | None:
    """A file is split: a function that needs nothing but imports moves to a new module, and is imported back."""
    place = random.choice(places)
    text, node = files[place.path], find(files, place)
    tree = ast.parse(text)
    if node is None or (node not in tree.body and not any(same(node, one) for one in tree.body)):
        return None
    if node.decorator_list or place.path.endswith("__init__.py") or "/" not in place.path:
        return None
    imports = [one for one in tree.body if isinstance(one, ast.Import | ast.ImportFrom)]
    bound = {(alias.asname or alias.name.partition(".")[0]) for one in imports for alias in one.names}
    own = {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    own |= arguments_of(node) | {one.name for one in ast.walk(node) if isinstance(one, ast.ExceptHandler) and one.name}
    used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} - own
    if any(
        isinstance(one, (*FUNCTIONS, ast.Lambda, ast.Global, ast.ClassDef)) for one in ast.walk(node) if one is not node
    ):
        return None
    if not used <= bound | set(dir(builtins)):
        return None
    stem = place.path.removesuffix(".py")
    lines = text.splitlines(keepends=True)
    needed = [
        one for one in imports if any((alias.asname or alias.name.partition(".")[0]) in used for alias in one.names)
    ]
    body = "".join(lines[node.lineno - 1 : node.end_lineno])
    module = f"{stem.rpartition('/')[2]}_part"
    lines[node.lineno - 1 : node.end_lineno] = [f"from .{module} import {node.name}\n"]
    return changed(
        files,
        {
            place.path: "".join(lines),
            f"{stem}_part.py": "\n".join(map(ast.unparse, needed)) + f"\n\n\n{body}",
        },
        f"{place.fqname} to {module}",
    )


def extract_helper(files: Files, random: Random, places: list[Place]) -> Edited | None:
    """A wrapper between callers and a function: `def f(...): return _inner_f(...)`, its body is now `_inner_f`'s."""
    place = random.choice(places)
    node = find(files, place)
    tree = ast.parse(files[place.path])
    if node is None or isinstance(node, ast.AsyncFunctionDef) or node.decorator_list:
        return None
    if not any(same(node, one) for one in tree.body) or any(
        isinstance(one, ast.Yield | ast.YieldFrom) for one in ast.walk(node)
    ):
        return None
    rows = node.args
    head = ast.FunctionDef(f"_inner_{node.name}", rows, [ast.Pass()], [], None, lineno=1)
    passed = [one.arg for one in (*rows.posonlyargs, *rows.args)]
    passed += [f"*{rows.vararg.arg}"] if rows.vararg else []
    passed += [f"{one.arg}={one.arg}" for one in rows.kwonlyargs]
    passed += [f"**{rows.kwarg.arg}"] if rows.kwarg else []
    lines = files[place.path].splitlines(keepends=True)
    outer = ast.unparse(ast.FunctionDef(node.name, rows, [ast.Pass()], [], None, lineno=1)).splitlines()[0]
    inner = ast.unparse(head).splitlines()[0]
    first = node.body[0].lineno
    if first <= node.lineno:
        return None
    top = lines[: node.lineno - 1]
    body = lines[first - 1 : node.end_lineno]
    indent = re.match(r"\s*", body[0])
    assert indent is not None
    wrapper = [f"{outer}\n", f"{indent[0]}return _inner_{node.name}({', '.join(passed)})\n", "\n\n"]
    text = "".join([*top, *wrapper, f"{inner}\n", *body, *lines[node.end_lineno :]])
    return changed(files, {place.path: text}, place.fqname)


def extract_expression(files: Files, random: Random, places: list[Place]) -> Edited | None:
    """A call in a reached function becomes a helper of its own, with the locals that it uses as parameters."""
    place = random.choice(places)
    node = find(files, place)
    if node is None or isinstance(node, ast.AsyncFunctionDef):
        return None
    if any(
        isinstance(one, (*FUNCTIONS, ast.Lambda, ast.ClassDef, ast.JoinedStr))
        for one in ast.walk(node)
        if one is not node
    ):
        return None
    tree = ast.parse(files[place.path])
    if not any(same(node, one) for one in tree.body):
        return None
    statements = [
        one for one in ast.walk(node) if isinstance(one, ast.Assign | ast.Return) and isinstance(one.value, ast.Call)
    ]
    odd = (
        ast.Await,
        ast.Yield,
        ast.YieldFrom,
        ast.NamedExpr,
        ast.GeneratorExp,
        ast.ListComp,
        ast.DictComp,
        ast.SetComp,
    )
    statements = [
        one
        for one in statements
        if not any(isinstance(part, odd) for part in ast.walk(one))
        and not mentions(one, "super")
        and not mentions(one, "locals")
    ]
    if not statements:
        return None
    value = random.choice(statements).value
    assert isinstance(value, ast.Call)
    own = {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    own |= arguments_of(node)
    own |= {one.name for one in ast.walk(node) if isinstance(one, ast.ExceptHandler) and one.name}
    own |= {
        alias.asname or alias.name.partition(".")[0]
        for one in ast.walk(node)
        if isinstance(one, ast.Import | ast.ImportFrom)
        for alias in one.names
    }
    used = sorted({one.id for one in ast.walk(value) if isinstance(one, ast.Name)} & own)
    source = ast.get_source_segment(files[place.path], value)
    assert source is not None and value.end_lineno is not None
    lines = files[place.path].splitlines(keepends=True)
    before = lines[value.lineno - 1].encode()[: value.col_offset].decode()
    after = lines[value.end_lineno - 1].encode()[value.end_col_offset :].decode()
    lines[value.lineno - 1 : value.end_lineno] = [f"{before}_extracted({', '.join(used)}){after}"]
    helper = f"\n\ndef _extracted({', '.join(used)}):\n    return {ast.unparse(value)}\n"
    return changed(files, {place.path: "".join(lines) + helper}, f"a call of {place.fqname}")


def add_unreachable(files: Files, random: Random, places: list[Place]) -> Edited | None:
    """A function that nothing calls, which reads files and calls a reached function; a class that nothing makes."""
    place = random.choice(places)
    name = place.fqname.rpartition(".")[2]
    if place.fqname != f"{module_of(place.path)}.{name}":
        return None
    lines = [
        "", "", "def trial_never(paths):", "    for path in paths:", "        open(path)",
        f"        {name}(path)", "", "",
        "class TrialNever:", f"    def {name}(self, *values):", "        return open(values[0])", "",
    ]  # fmt: skip
    return changed(files, {place.path: files[place.path] + "\n".join(lines)}, f"beside {place.fqname}")


def delete_unreachable(files: Files, random: Random, places: list[Place]) -> Edited | None:
    """A function of a module that is not reached, and that nothing else names."""
    path = random.choice(places).path
    text = files[path]
    reached = {(place.path, place.line) for place in places}
    nodes = []
    for node in ast.parse(text).body:
        if not isinstance(node, FunctionNode):
            continue
        first = first_line(node)
        word = re.compile(rf"\b{re.escape(node.name)}\b")
        named = sum(len(word.findall(other)) for other in files.values())
        if named == 1 and not any((path, line) in reached for line in range(first, node.lineno + 1)):
            nodes.append((first, node))
    if not nodes:
        return None
    first, node = random.choice(nodes)
    lines = text.splitlines(keepends=True)
    del lines[first - 1 : node.end_lineno]
    return changed(files, {path: "".join(lines)}, f"{node.name} in {path}")


def both_branches(files: Files, random: Random, places: list[Place]) -> Edited | None:
    """A call of a reached function is made in both branches of an `if` instead of once."""
    place = random.choice(places)
    node = find(files, place)
    if node is None:
        return None
    calls = [one for one in node.body if isinstance(one, ast.Expr) and isinstance(one.value, ast.Call)]
    calls = [one for one in calls if one.lineno == one.end_lineno]
    if not calls or not arguments_of(node):
        return None
    call = random.choice(calls)
    lines = files[place.path].splitlines(keepends=True)
    line = lines[call.lineno - 1]
    indent = line[: len(line) - len(line.lstrip())]
    name = min(arguments_of(node))
    text = line.strip()
    lines[call.lineno - 1] = f"{indent}if {name}:\n{indent}    {text}\n{indent}else:\n{indent}    {text}\n"
    return changed(files, {place.path: "".join(lines)}, f"{text[:40]} in {place.fqname}")


def reversed_edit(edit: Edit) -> Edit:
    """The same edit the other way round: what it makes is there before."""

    def back(files: Files, random: Random, places: list[Place]) -> Edited | None:
        edited = edit(files, random, places)
        return None if edited is None else Edited(dict(files), edited.what, edited.files)

    return back


def reorder_imports(files: Files, random: Random, places: list[Place]) -> Edited | None:
    """Two neighbouring imports at the top of a reached file change places."""
    path = random.choice(places).path
    pairs = []
    body = ast.parse(files[path]).body
    for one, other in pairwise(body):
        if isinstance(one, ast.Import | ast.ImportFrom) and isinstance(other, ast.Import | ast.ImportFrom):
            names = [alias.name for row in (one, other) for alias in row.names]
            if "*" not in names and "__future__" not in (getattr(one, "module", ""), getattr(other, "module", "")):
                pairs.append((one, other))
    if not pairs:
        return None
    one, other = random.choice(pairs)
    return changed(files, {path: exchanged(files[path], one, other)}, f"line {one.lineno} of {path}")


def to_base_class(files: Files, random: Random, places: list[Place]) -> Edited | None:
    """A reached method moves to a new base class of its class."""
    place = random.choice(places)
    text, node = files[place.path], find(files, place)
    found = [
        (owner, one)
        for owner in ast.parse(text).body
        if isinstance(owner, ast.ClassDef) and not owner.decorator_list and not owner.keywords and len(owner.body) > 1
        for one in owner.body
        if node is not None and same(node, one)
    ]
    if not found or node is None or node.decorator_list or node.name.startswith("__"):
        return None
    owner = found[0][0]
    inside = [one.id for one in ast.walk(node) if isinstance(one, ast.Name)]
    inside += [one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)]
    if "super" in inside or any(name.startswith("__") and not name.endswith("__") for name in inside):
        return None
    if owner.bases and not all(isinstance(base, ast.Name) and base.id not in SPECIAL_BASES for base in owner.bases):
        return None
    bases = ["TrialBase", *(ast.unparse(base) for base in owner.bases)]
    lines = text.splitlines(keepends=True)
    head = max([owner.lineno, *(base.end_lineno or 0 for base in owner.bases)])
    rest = lines[head : node.lineno - 1] + lines[node.end_lineno :]
    made = [
        "class TrialBase:\n", *lines[node.lineno - 1 : node.end_lineno], "\n\n",
        f"class {owner.name}({', '.join(bases)}):\n", *rest,
    ]  # fmt: skip
    if "):" not in lines[head - 1] and not lines[head - 1].rstrip().endswith(f"{owner.name}:"):
        return None
    return changed(files, {place.path: "".join([*lines[: owner.lineno - 1], *made])}, place.fqname)


SPECIAL_BASES = frozenset(
    ("object", "NamedTuple", "TypedDict", "Protocol", "Enum", "IntEnum", "StrEnum", "Flag", "type")
)
"""Classes that make something else of what is derived from them, or that cannot come behind another base."""


HARMLESS: dict[str, Edit] = {
    "lines and comments": shift_lines,
    "formatter": reformat,
    "printed from the tree": unparse,
    "order of functions": reorder,
    "local variable renamed": rename_local,
    "function renamed": rename_function,
    "module renamed": rename_module,
    "file split": move_function,
    "helper between": extract_helper,
    "call extracted": extract_expression,
    "unreachable code added": add_unreachable,
    "unreachable code deleted": delete_unreachable,
    "the same call in both branches": both_branches,
    "imports reordered": reorder_imports,
    "helper inlined": reversed_edit(extract_expression),
    "wrapper taken away": reversed_edit(extract_helper),
    "method to a base class": to_base_class,
    **FORMS,
}
