"""The modules of a source as syntax trees, parsed when something asks for one, and what their names stand for."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from typing import NamedTuple

MAX_HOPS = 8
"""Imports that a name is followed through."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Module(NamedTuple):
    """One module: its tree, the functions and classes at its top by name, the dotted names that imports bind, and the
    names that are a constant text."""

    name: str
    tree: ast.Module
    definitions: Mapping[str, Definition]
    imports: Mapping[str, str]
    texts: Mapping[str, str]


class Found(NamedTuple):
    """A function or a class of the source: the module that defines it, its name there, its tree."""

    module: str
    name: str
    node: Definition

    @property
    def is_class(self) -> bool:
        """Whether it is a class."""
        return isinstance(self.node, ast.ClassDef)

    def methods(self) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
        """The methods that a class defines itself, in source order."""
        return (
            {part.name: part for part in self.node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)}
            if self.is_class
            else {}
        )


class Modules:
    """The modules of a source by name; `data` has the bytes of each, `packages` those that are packages."""

    def __init__(self, data: Mapping[str, bytes], packages: frozenset[str]) -> None:
        self.data = data
        self.packages = packages
        self._parsed: dict[str, Module | None] = {}

    def get(self, name: str) -> Module | None:
        """A module; None where there is none of that name, or none that parses."""
        if name not in self._parsed:
            self._parsed[name] = self._parse(name) if name in self.data else None
        return self._parsed[name]

    def parsed(self) -> list[Module]:
        """All modules that parse, by name."""
        return [module for name in sorted(self.data) if (module := self.get(name)) is not None]

    def resolve(self, module: str, dotted: str) -> Found | None:
        """What a name or `a.b.c` in a module stands for, through imports; None where that is not in the source."""
        for _ in range(MAX_HOPS):
            here = self.get(module)
            if here is None:
                return None
            first, _, rest = dotted.partition(".")
            if first in here.definitions:
                return self._inside(Found(module, first, here.definitions[first]), rest)
            target = here.imports.get(first)
            if target is None:
                inner = f"{module}.{first}"
                if not rest or inner not in self.data:
                    return None
                module, dotted = inner, rest
                continue
            module, dotted = self._split(f"{target}.{rest}" if rest else target)
            if not dotted:
                # a package that binds something by the name of a module in it has that, and no longer the module
                whole = module
                module, _, dotted = whole.rpartition(".")
                around = self.get(module) if module else None
                if around is None:
                    return None
                if dotted not in around.definitions and around.imports.get(dotted, whole) == whole:
                    return None
        return None

    def resolve_in(self, module: str, owner: str, dotted: str) -> Found | None:
        """The same of a name in a scope, by its qualified name: there `self.a` is a method of the class around it, or
        what its body says `a` is; also of a class that it is derived from."""
        first, _, rest = dotted.partition(".")
        if first not in ("self", "cls") or not rest:
            return self.resolve(module, dotted)
        here = self.get(module)
        head = owner.partition(".")[0]
        node = here.definitions.get(head) if here is not None else None
        return self._member(Found(module, head, node), rest, MAX_HOPS) if isinstance(node, ast.ClassDef) else None

    def _member(self, found: Found, name: str, hops: int) -> Found | None:
        """What an attribute of a class stands for."""
        if not isinstance(found.node, ast.ClassDef) or not hops:
            return None
        method = found.methods().get(name)
        if method is not None:
            return Found(found.module, f"{found.name}.{name}", method)
        for part in found.node.body:
            if isinstance(part, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in part.targets):
                return self.resolve(found.module, dotted_name(part.value))
        bases = (self.resolve(found.module, dotted_name(base)) for base in found.node.bases)
        members = (self._member(base, name, hops - 1) for base in bases if base is not None)
        return next((member for member in members if member is not None), None)

    def find(self, dotted: str) -> Found | None:
        """What a dotted name that begins with a module stands for, as `resolve`."""
        module, rest = self._split(dotted)
        return self.resolve(module, rest) if module and rest else None

    def text(self, module: str, dotted: str, hops: int = MAX_HOPS) -> str | None:
        """The constant text that a name in a module stands for, through imports: one of a module, of a class, a member
        of an enumeration (also its `value`); None where it is anything else."""
        holder, _, last = dotted.rpartition(".")
        found = self.resolve(module, holder) if holder else None
        if found is not None:
            return texts_of(found.node.body).get(last)
        if holder and last == "value":
            return self.text(module, holder, hops)
        here = self.get(module)
        first, _, rest = dotted.partition(".")
        if here is None or not hops or (dotted not in here.texts and first not in here.imports):
            return None
        if dotted in here.texts:
            return here.texts[dotted]
        target = here.imports[first]
        inner, name = self._split(f"{target}.{rest}" if rest else target)
        return self.text(inner, name, hops - 1) if name else None

    def _inside(self, found: Found, rest: str) -> Found | None:
        """A method of a class by the rest of a dotted name."""
        if not rest:
            return found
        method = found.methods().get(rest)
        return None if method is None else Found(found.module, f"{found.name}.{rest}", method)

    def _split(self, dotted: str) -> tuple[str, str]:
        """A dotted name as the longest module of the source in it, and the rest."""
        parts = dotted.split(".")
        for end in range(len(parts), 0, -1):
            if ".".join(parts[:end]) in self.data:
                return ".".join(parts[:end]), ".".join(parts[end:])
        return "", ""

    def _parse(self, name: str) -> Module | None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of code that is not ours: "invalid escape sequence"
                tree = ast.parse(self.data[name])
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        definitions: dict[str, Definition] = {}
        imports: dict[str, str] = {}
        body = _top_level(tree.body)
        package = name if name in self.packages else name.rpartition(".")[0]
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                definitions[node.name] = node
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    bound = alias.asname or alias.name.partition(".")[0]
                    imports[bound] = alias.name if alias.asname else bound
            elif isinstance(node, ast.ImportFrom):
                base = _base(package, node)
                for alias in node.names:
                    imports[alias.asname or alias.name] = f"{base}.{alias.name}" if base else alias.name
        return Module(name, tree, definitions, imports, texts_of(body))


def texts_of(body: list[ast.stmt]) -> dict[str, str]:
    """The names that statements give a constant text."""
    found: dict[str, str] = {}
    for node in body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found.update((target.id, value.value) for target in targets if isinstance(target, ast.Name))
    return found


def _top_level(body: list[ast.stmt]) -> list[ast.stmt]:
    """Statements that bind names of the module: also those below `if` and `try`."""
    found: list[ast.stmt] = []
    pending = list(reversed(body))
    while pending:
        node = pending.pop()
        found.append(node)
        if isinstance(node, ast.If):
            pending += reversed([*node.body, *node.orelse])
        elif isinstance(node, ast.Try):
            pending += reversed([*node.body, *node.orelse, *(part for h in node.handlers for part in h.body)])
    return found


def _base(package: str, node: ast.ImportFrom) -> str:
    """The absolute module that `from ... import` names."""
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    kept = parts[: len(parts) - (node.level - 1)]
    return ".".join([*kept, node.module] if node.module else kept)


def dotted_name(node: ast.expr) -> str:
    """`a.b.c` of a name or a chain of attributes, "" for anything else."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else ""
