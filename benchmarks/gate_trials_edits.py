"""Edits for the gate's trials: harmless ones and regressions, made from real source by script, seeded.

A program is a dictionary of files: path below the source root to text. An edit is a function of (files, random source,
reached functions) that returns the new files and a word on what it did, or None where it finds no place for itself.
"""

from __future__ import annotations

import ast
import builtins
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import NamedTuple

Files = Mapping[str, str]


class Place(NamedTuple):
    """A function that an action reaches: its fqname, its file, and the line of its `def`."""

    fqname: str
    path: str
    line: int


class Edited(NamedTuple):
    """`files` after an edit; `before`, where the edit needs its own; `function` and `callee` of the op that it adds."""

    files: dict[str, str]
    what: str
    before: dict[str, str] | None = None
    function: str = ""
    callee: str = ""


Edit = Callable[[Files, Random, list[Place]], Edited | None]
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def functions(text: str) -> Iterator[FunctionNode]:
    """Every function of a file, also nested ones and methods."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, FunctionNode):
            yield node


def find(files: Files, place: Place) -> FunctionNode | None:
    """The node of a reached function."""
    for node in functions(files[place.path]):
        first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        if node.name == place.fqname.rpartition(".")[2] and first <= place.line <= node.lineno:
            return node
    return None


def with_lines(text: str, line: int, new: list[str]) -> str:
    """Lines put in before a line (numbered from 1)."""
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: line - 1], *(f"{one}\n" for one in new), *lines[line - 1 :]])


# harmless edits ------------------------------------------------------------------------------------------------------


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
    lines = text.splitlines(keepends=True)
    first, second = lines[one.lineno - 1 : one.end_lineno], lines[other.lineno - 1 : other.end_lineno]
    between = lines[one.end_lineno : other.lineno - 1]
    lines[one.lineno - 1 : other.end_lineno] = [*second, *between, *first]
    return changed(files, {path: "".join(lines)}, f"{one.name} and {other.name} in {path}")


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


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def arguments_of(node: FunctionNode) -> set[str]:
    """The names of a function's parameters."""
    rows = node.args
    named = [*rows.posonlyargs, *rows.args, *rows.kwonlyargs, *(one for one in (rows.vararg, rows.kwarg) if one)]
    return {one.arg for one in named}


def mentions(node: ast.AST, name: str) -> bool:
    """Whether a name stands anywhere below a node."""
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(node))


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


def module_of(path: str) -> str:
    """The module name of a file."""
    return path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


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


def same(one: ast.AST, other: ast.AST) -> bool:
    """Whether two trees have the same node."""
    return ast.dump(one, include_attributes=True) == ast.dump(other, include_attributes=True)


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
        first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
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
}

# regressions ---------------------------------------------------------------------------------------------------------


def insertion(files: Files, random: Random, places: list[Place]) -> tuple[Place, int, str] | None:
    """A reached function, and the line and indentation of its first statement."""
    place = random.choice(places)
    node = find(files, place)
    if node is None or node.body[0].lineno <= node.lineno:
        return None
    body = node.body
    docstring = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    first = body[1] if docstring and len(body) > 1 else body[0]
    if docstring and len(body) == 1:
        return None
    line = min([first.lineno, *(one.lineno for one in getattr(first, "decorator_list", []))])
    text = files[place.path].splitlines()[line - 1]
    return place, line, text[: len(text) - len(text.lstrip())]


class Added(NamedTuple):
    """Lines for a function's body, and for the end of its file; `function` is where the op will be ("": the body).

    `before` and `tail_before` are what stands there before the edit, where the edit needs that."""

    callee: str
    body: tuple[str, ...]
    tail: tuple[str, ...] = ()
    function: str = ""
    before: tuple[str, ...] = ()
    tail_before: tuple[str, ...] = ()


READ = ("def trial_read(name):", "    return open(name)")
EACH = ("for trial_n in range(30):", "    trial_read('trial.dat')")
RUN = ("TRIAL_HOOKS = [len]", "def trial_run(name):", "    for trial_hook in TRIAL_HOOKS:", "        trial_hook(name)")
WORKERS = (
    "class TrialFast:", "    def work(self, name):", "        return name",
    "class TrialSlow:", "    def work(self, name):", "        return open(name)",
)  # fmt: skip
WRAP = (
    "def trial_wrap(work):", "    def inner(*values):", "        open('trial.dat')", "        return work(*values)",
    "    return inner", "@trial_wrap", "def trial_work(value):", "    return value",
)  # fmt: skip

ADDED: dict[str, Added] = {
    "json, in a loop": Added(
        "json.loads", ("import json as trial_json", "for trial_n in range(50):", "    trial_json.loads(str(trial_n))")
    ),
    "pickle, in a loop": Added(
        "pickle.dumps", ("import pickle", "for trial_n in range(50):", "    pickle.dumps([trial_n])")
    ),
    "deepcopy, in a loop": Added(
        "copy.deepcopy",
        ("from copy import deepcopy as trial_copy", "for trial_n in range(50):", "    trial_copy([trial_n])"),
    ),
    "network": Added("urllib.request.urlopen", ("import urllib.request", "urllib.request.urlopen('http://localhost')")),
    "parsing": Added("ast.parse", ("import ast", "for trial_n in range(50):", "    ast.parse('a = 1')")),
    "a file read": Added("builtins.open", ("open('trial.dat').close()",)),
    "through a new helper": Added(
        "builtins.open", ("trial_helper()",), ("def trial_helper():", "    return open('trial.dat')"), "trial_helper"
    ),
    "through an alias": Added("builtins.open", ("trial_open = open", "trial_open('trial.dat')")),
    "through a method of an instance": Added(
        "builtins.open",
        ("TrialReader('trial.dat').read_it()",),
        (
            "class TrialReader:",
            "    def __init__(self, name):",
            "        self.name = name",
            "    def read_it(self):",
            "        return open(self.name)",
        ),
        "TrialReader.read_it",
    ),
    "through a callback": Added(
        "builtins.open",
        ("trial_each(trial_read)",),
        ("def trial_each(what):", "    what('trial.dat')", "def trial_read(name):", "    return open(name)"),
        "trial_read",
    ),
    "a literal grows": Added(
        "json.dumps",
        ("import json as trial_json", f"trial_json.dumps([{'1, ' * 600}1])"),
        before=("import json as trial_json", "trial_json.dumps([1, 2])"),
    ),
    "a loop's bound grows": Added(
        "json.dumps",
        ("import json as trial_json", "for trial_n in range(500):", "    trial_json.dumps([1])"),
        before=("import json as trial_json", "for trial_n in range(1):", "    trial_json.dumps([1])"),
    ),
    "through a partial": Added(
        "builtins.open",
        ("import functools", "trial_later = functools.partial(trial_read, 'trial.dat')", "trial_later()"),
        READ,
        "trial_read",
    ),
    "through map": Added("builtins.open", ("list(map(trial_read, ['trial.dat'] * 30))",), READ, "trial_read"),
    "through a decorator": Added("builtins.open", ("trial_work(1)",), WRAP, "trial_wrap.inner"),
    "a decorator is put on": Added(
        "builtins.open",
        ("trial_work(1)",),
        WRAP,
        "trial_wrap.inner",
        ("trial_work(1)",),
        tuple(row for row in WRAP if row != "@trial_wrap"),
    ),
    "a callback is registered": Added(
        "builtins.open",
        ("trial_run('trial.dat')",),
        (*RUN, *READ, "TRIAL_HOOKS.append(trial_read)"),
        "trial_read",
        ("trial_run('trial.dat')",),
        (*RUN, *READ),
    ),
    "another class is made": Added(
        "builtins.open",
        ("TrialSlow().work('trial.dat')",),
        WORKERS,
        "TrialSlow.work",
        ("TrialFast().work('trial.dat')",),
        WORKERS,
    ),
    "a call moves into a loop": Added("builtins.open", EACH, READ, "trial_read", ("trial_read('trial.dat')",), READ),
    "one more call": Added(
        "builtins.open",
        ("trial_read('a')", "trial_read('b')"),
        READ,
        "trial_read",
        ("trial_read('a')",),
        READ,
    ),
    "a cache is taken off": Added(
        "builtins.open",
        EACH,
        ("import functools", *READ),
        "trial_read",
        EACH,
        ("import functools", "@functools.cache", *READ),
    ),
    "a file read moves into a loop": Added(
        "builtins.open",
        ("for trial_n in range(30):", "    open('trial.dat').close()"),
        before=("open('trial.dat').close()",),
    ),
}


def regression(added: Added) -> Edit:
    """An edit that puts an expensive op into a random reached function."""

    def edit(files: Files, random: Random, places: list[Place]) -> Edited | None:
        found = insertion(files, random, places)
        if found is None:
            return None
        place, line, indent = found
        text = files[place.path]

        def put(rows: tuple[str, ...], end: tuple[str, ...]) -> dict[str, str]:
            new = with_lines(text, line, [f"{indent}{row}" for row in rows])
            tail = "\n\n" + "\n".join(end) + "\n" if end else ""
            return {**files, place.path: new + tail}

        function = f"{module_of(place.path)}.{added.function}" if added.function else place.fqname
        before = put(added.before, added.tail_before) if added.before else None
        return Edited(put(added.body, added.tail), f"in {place.fqname}", before, function, added.callee)

    return edit


def changed(files: Files, new: Mapping[str, str], what: str) -> Edited | None:
    """The files with some of them replaced; None where an edit did nothing, or spoiled the syntax."""
    try:
        for text in new.values():
            ast.parse(text)
    except SyntaxError:
        return None
    if all(files.get(path) == text for path, text in new.items()):
        return None
    return Edited({**files, **new}, what)
