"""One file to `ModuleFacts`: a pure function of its bytes and its module name."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, TypeGuard

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.deferred.bodies import READERS, bodies_of, read_body, release
from code_path_audit.facts.deferred.deferrable import imports_of, late, text_of_file
from code_path_audit.facts.deferred.nested_definitions import Inner, Text
from code_path_audit.facts.deferred.string_scanning import strings_of_text, values_of
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.generic_views import add_methods
from code_path_audit.facts.header import header, strings_in, unique_names
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.lowering.dispatch import body
from code_path_audit.facts.model_forms import add_forms
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.facts.opcodes import Row
from code_path_audit.facts.parsing import Unparsable, deep, parse
from code_path_audit.facts.rest_views import add_actions
from code_path_audit.facts.rows import Body
from code_path_audit.facts.schemas import add_readers
from code_path_audit.facts.serializer_checks import add_checks
from code_path_audit.facts.templates.tree import template_tree
from code_path_audit.sources.layout import TEMPLATE_MARK

__all__ = ["Unparsable", "extract_module", "parse"]

HINT = re.compile(rb"#\s*audit:\s*(bound|size)\s*=\s*(\d{1,15})\b")
LINE_END = re.compile(rb"\r\n|\r|\n")


def extract_module(data: bytes, module: str, is_package: bool = False, at_once: bool = False) -> ModuleFacts:
    """The facts of one file. Raises Unparsable.

    The bodies of most functions are read when they are first asked for, but `at_once` where that is wanted: the facts
    are the same.
    """
    is_template = TEMPLATE_MARK in module
    tree = template_tree(data) if is_template else parse(data)
    if not is_template:
        add_readers(tree, data)
        add_actions(tree, data)
        add_methods(tree, data)
        add_forms(tree, data)
        add_checks(tree, data)
    try:
        with deep():
            return facts_of(tree, data, module, is_package, None if at_once or is_template else text_of_file(data))
    except RecursionError:
        raise Unparsable("nested too deeply", 0) from None


def facts_of(tree: ast.Module, data: bytes, module: str, is_package: bool, text: Text | None) -> ModuleFacts:
    """Read the module body, then each function when the one around it is complete; settle names; freeze.

    Functions that can be read from the text later are not read, if there is one.
    """
    builders: list[Builder] = []
    root = Builder(0, "", "module", None, module, builders, READERS)
    root.start()
    root.is_package = is_package
    root.end_line = (len(LINE_END.findall(data)) if b"\r" in data else data.count(b"\n")) + 1
    body(root, tree.body)
    queue = [root]
    kept: dict[int, Group] = {}
    inside: dict[int, list[tuple[Builder, Inner]]] = {}
    imports: set[str] = set()
    texts: set[str] = set()
    plain: set[bytes] = set()
    for builder in queue:
        if builder.index in inside:
            group = kept[builder.index]
            for inner, more in inside[builder.index]:
                kept[inner.index] = group
                if more:
                    inside[inner.index] = place(group, inner, more)
                    queue.append(inner)
            continue
        builder.settle()
        for inner, node in builder.nested:
            if text is not None and is_written(node) and builder.is_open:
                found = late(text, node)
                if found is not None:
                    group = kept[inner.index] = Group(found.source, inner.def_line, [inner.index], [])
                    if found.inner:
                        inside[inner.index] = place(group, inner, found.inner)
                        queue.append(inner)
                    imports.update(imports_of(found, node, root))
                    strings_of_text(found.source, found.code, node, plain, texts)
                    continue
            read_body(inner, node)
            queue.append(inner)
    written = {name for b in queue if b is not root and b.index not in kept for name in b.globals_written}
    for name in sorted(written):
        root.code.extend((op.GLOBAL, version, name) for version in root.versions.get(name, ()))
    functions: list[FunctionFacts] = []
    codes: list[Sequence[Row]] = []
    sources: list[bytes | None] = []
    places: dict[int, int] = {}
    for b in builders:
        late_group = kept.get(b.index)
        read: Callable[[], Body]
        if late_group is not None:
            # the numbers of a group come in the order of the builders
            number = places[id(late_group)] = places.get(id(late_group), -1) + 1
            sources.append(b"" if number else late_group.source)
            read = partial(late_group.read, module, is_package, number)
        else:
            done = b.finish()
            codes.append(done.code)
            sources.append(None)
            read = partial(_known, done)
        parent = b.parent.index if b.parent is not None else -1
        functions.append(FunctionFacts.late(b.name, b.kind, parent, b.is_async, b.line, b.end_line, read))
    release(builders)
    texts.update(strings_in(codes))
    texts.update(values_of(plain))
    every = tuple(sorted(texts))
    names = unique_names([(f.name, f.parent) for f in functions])
    said = hints(data)
    return ModuleFacts(
        module, is_package, tuple(functions), exports(tree), said, sources, header(names, codes, imports), lambda: every
    )


def is_written(node: ast.AST) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Whether a node is a function that stands in the text."""
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[:1] != "<"


class Group(NamedTuple):
    """A function that is read late, and all that is defined in it: the text, which begins at `line`, the numbers of the
    functions in their module, and their bodies, once they are read."""

    source: bytes
    line: int
    numbers: list[int]
    bodies: list[Body]

    def read(self, module: str, is_package: bool, number: int) -> Body:
        """The body of one of them."""
        if not self.bodies:
            self.bodies.extend(bodies_of(module, is_package, self.source, self.line, self.numbers))
        return self.bodies[number]


def place(group: Group, around: Builder, plan: Inner) -> list[tuple[Builder, Inner]]:
    """Give each definition in a function that is not read its number and name, as reading would."""
    rows = [(around.inside(node), node, more) for node, more in plan]
    around.number_lambdas((inner, node) for inner, node, _ in rows)
    group.numbers.extend(inner.index for inner, _, _ in rows)
    return [(inner, more) for inner, _, more in rows]


def _known(body: Body) -> Body:
    return body


def exports(tree: ast.Module) -> tuple[str, ...] | None:
    """`__all__`, where it is a literal, and what literals add to it; None where anything else changes it."""
    found: tuple[str, ...] | None = None
    for node in tree.body:
        match node:
            case ast.Assign(targets=targets, value=value) if any(is_all(t) for t in targets):
                found = literal_names(value)
            case ast.AnnAssign(target=target, value=value) if is_all(target) and value is not None:
                found = literal_names(value)
            case ast.AugAssign(target=target, value=value) if is_all(target):
                more = literal_names(value)
                found = found + more if found is not None and more is not None else None
    return found


def is_all(node: ast.expr) -> bool:
    """The name __all__."""
    return isinstance(node, ast.Name) and node.id == "__all__"


def literal_names(node: ast.expr) -> tuple[str, ...] | None:
    """The strings of a list or tuple of constants."""
    if not isinstance(node, ast.List | ast.Tuple):
        return None
    values = [e.value for e in node.elts if isinstance(e, ast.Constant)]
    names = tuple(v for v in values if isinstance(v, str))
    return names if len(names) == len(node.elts) else None


def hints(data: bytes) -> tuple[tuple[int, str, int], ...]:
    """The comments `# audit: bound=N` and `# audit: size=N`."""
    if b"audit:" not in data:
        return ()
    rows = []
    for number, line in enumerate(LINE_END.split(data), 1):
        rows += [(number, m[1].decode(), int(m[2])) for m in HINT.finditer(line)]
    return tuple(rows)
