"""A template as the syntax tree of a module of Python, with the places of the template: so that everything which is
known of code is known of templates.

    {% extends "base.html" %}{% block main %}{% for row in rows %}{{ row.total }}{% endfor %}{% endblock %}

becomes what Python would write as

    class Template(template_base("base.html")):
        def block_main(self, context):
            for row in context["rows"]:
                f"{template_lookup(row, 'total')!s}"

`render(self, context)` is what runs, of the template or of the one that it extends; a macro is a static method. What
`template_lookup` and its like mean is known to the call graph (`callgraph/frameworks/templates.py`). A tag that the
reader does not know is a call of `TAG` with its name and arguments; what stands between it and its end is read as if
the tag were not there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple, TypeVar

from code_path_audit.facts.parsing import Unparsable
from code_path_audit.facts.templates.expressions import CONTEXT, FILTER, LOOKUP, Place, Reader, words
from code_path_audit.facts.templates.tokens import Piece, pieces

MOST_NESTED = 100
"""Blocks in one another, as levels of indentation in Python: what loops cost grows with the square of their depth."""

CLASS = "Template"
RENDER = "render"
BLOCK = "block_"

BASE = "template_base"
"""The template that another extends."""
INCLUDE = "template_include"
"""A template that runs inside of another."""
TAG = "template_tag"
"""A tag of a library."""
TEST = "template_test"
"""What decides whether an `{% empty %}` runs, and its like."""

HELPERS = (BASE, INCLUDE, TAG, TEST, LOOKUP, FILTER)
MODULE = "template_language"
"""The module that has these names: there is none such."""

NOTHING = frozenset((
    "load", "csrf_token", "now", "lorem", "templatetag", "debug", "autoescape", "endautoescape", "spaceless",
    "endspaceless", "filter", "endfilter", "do", "localize", "endlocalize", "localtime", "endlocaltime",
    "get_current_language", "get_available_languages", "get_media_prefix", "get_static_prefix", "language",
    "endlanguage", "trans_default_domain", "resetcycle", "endcall", "endtrans", "endblocktrans", "endblocktranslate",
    "pluralize", "endset", "endcache", "endifchanged", "endtimezone", "break", "continue",
))  # fmt: skip
"""Tags that neither read nor run anything of the program's."""

SUPER = re.compile(r"\bblock\.super\b|\bsuper\(\)")

MAX_PIECES = 20_000
"""Outputs and tags of one template."""


N = TypeVar("N", bound=ast.stmt | ast.expr | ast.arg)


class Scope(NamedTuple):
    """A function in the making: its statements, and the names that are variables of it."""

    body: list[ast.stmt]
    local: dict[str, None]


class Frame(NamedTuple):
    """A tag that is open: its end, and the scope around it."""

    ends: tuple[str, ...]
    scope: Scope
    statement: ast.stmt | None


def template_tree(data: bytes) -> ast.Module:
    """The syntax tree of a template: what is no tag is text. Unparsable where it is longer, or has more in one another,
    than is read."""
    source = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    found = pieces(source)
    if len(found) > MAX_PIECES:
        raise Unparsable(f"more than {MAX_PIECES:,} outputs and tags", found[MAX_PIECES].line)
    return _Template(found).tree()


def macros(found: list[Piece]) -> frozenset[str]:
    """The names of the macros of a template."""
    heads = [piece.text.partition("(")[0].split() for piece in found if piece.kind == "tag"]
    return frozenset(head[1] for head in heads if len(head) > 1 and head[0] == "macro")


class _Template:
    """Reads the pieces of one template from the first to the last."""

    def __init__(self, found: list[Piece]) -> None:
        self.pieces = found
        self.base: ast.expr | None = None
        self.methods: list[ast.stmt] = []
        self.own = macros(found)
        self.scope = Scope([], {})
        self.frames: list[Frame] = []
        self.place = Place(1, 0)
        self.block = ""
        self.imported: list[tuple[str, str, int, Place]] = []

    def tree(self) -> ast.Module:
        for piece in self.pieces:
            self.place = Place(piece.line, piece.column)
            if len(self.frames) > MOST_NESTED:
                raise Unparsable(f"more than {MOST_NESTED} blocks in one another", piece.line)
            if piece.kind == "output":
                self.show(self.read(piece.text))
            else:
                self.tag(piece.text)
        while self.frames:
            self.close()
        first = Place(1, 0)
        if self.base is None:
            self.methods.insert(0, self.function(RENDER, self.scope.body, first))
        head = ast.ImportFrom(MODULE, [ast.alias(name, None) for name in HELPERS], 0)
        made = ast.ClassDef(
            name=CLASS,
            bases=[self.base] if self.base is not None else [],
            keywords=[],
            body=self.methods or [ast.Pass()],
            decorator_list=[],
        )
        module = ast.Module([head, made], [])
        self.place = first
        return _placed(module)

    # outputs and tags

    def read(self, text: str, shift: int = 0) -> ast.expr:
        """An expression; `shift`: where it begins in its tag, in characters."""
        reader = self.reader(text, shift)
        return reader.expression()

    def reader(self, text: str, shift: int = 0) -> Reader:
        place = Place(self.place.line, self.place.column + shift)
        if self.block and "super" in text:
            text = SUPER.sub("block_super()", text)
        return Reader(text, place, self.scope.local, self.own)

    def show(self, value: ast.expr) -> None:
        """{{ value }}: its text is shown."""
        if _is_super(value):
            self.add(ast.Expr(self.above()))
        elif not isinstance(value, ast.Constant):
            text = self.at(ast.JoinedStr([self.at(ast.FormattedValue(value, ord("s"), None))]))
            self.add(ast.Expr(text))

    def tag(self, text: str) -> None:
        name, _, rest = text.partition(" ")
        rest = rest.strip()
        shift = len(text) - len(rest) if rest else 0
        if self.frames and name in self.frames[-1].ends:
            self.end(name, rest, shift)
            return
        handler = TAGS.get(name)
        if handler is not None:
            handler(self, rest, shift)
        elif name.startswith("end") and any(name in frame.ends for frame in self.frames):
            while self.frames and name not in self.frames[-1].ends:
                self.close()
            self.close()
        elif name not in NOTHING and not name.startswith("end"):
            self.unknown(name, rest, shift)

    def end(self, name: str, rest: str, shift: int) -> None:
        """`else`, `elif` and `empty` go on with a tag, anything else ends it."""
        statement = self.frames[-1].statement
        if name in ("else", "elif", "empty") and isinstance(statement, ast.If | ast.For):
            frame = self.frames.pop()
            if isinstance(statement, ast.For):
                # runs only where there is nothing: beside the loop, since that is what it is
                other = self.at(ast.If(self.helper(TEST, []), [], []))
                frame.scope.body.append(other)
                self.scope = Scope(other.body, frame.scope.local)
                self.frames.append(Frame(("endfor",), frame.scope, other))
                return
            if name == "elif":
                inner = self.at(ast.If(self.read(rest, shift), [], []))
                statement.orelse.append(inner)
                self.scope = Scope(inner.body, self.scope.local)
                self.frames.append(frame._replace(statement=inner))
                return
            self.scope = Scope(statement.orelse, self.scope.local)
            self.frames.append(frame._replace(ends=("endif",)))
            return
        self.close()

    def close(self) -> None:
        frame = self.frames.pop()
        if isinstance(frame.statement, ast.FunctionDef):
            self.block = ""
        self.scope = frame.scope

    # statements

    def at(self, node: N) -> N:
        """A node with the place of the tag that is read."""
        node.lineno = node.end_lineno = self.place.line
        node.col_offset = self.place.column
        node.end_col_offset = self.place.column + 1
        return node

    def add(self, statement: ast.stmt) -> None:
        self.scope.body.append(self.at(statement))

    def name(self, name: str) -> ast.Name:
        return self.at(ast.Name(name, ast.Load()))

    def helper(self, name: str, given: list[ast.expr], named: list[ast.keyword] | None = None) -> ast.Call:
        return self.at(ast.Call(self.name(name), given, named or []))

    def context(self, more: dict[str, ast.expr] | None = None, only: bool = False) -> ast.expr:
        """What a block or another template is given: the context, and what is local here."""
        values: dict[str, ast.expr] = {} if only else {name: self.name(name) for name in self.scope.local}
        values.update(more or {})
        if not values and not only:
            return self.name(CONTEXT)
        keys: list[ast.expr | None] = [self.at(ast.Constant(name)) for name in values]
        items = list(values.values())
        if not only:
            keys.insert(0, None)
            items.insert(0, self.name(CONTEXT))
        return self.at(ast.Dict(keys, items))

    def function(
        self, name: str, body: list[ast.stmt], place: Place, params: Collection[str] = ("self", CONTEXT)
    ) -> ast.FunctionDef:
        around, self.place = self.place, place
        made: ast.FunctionDef = self.at(
            ast.FunctionDef(
                name=name,
                args=ast.arguments([], [self.at(ast.arg(param)) for param in params], None, [], [], None, []),
                body=body or [self.at(ast.Pass())],
                decorator_list=[],
            )
        )
        self.place = around
        return made

    def assign(self, name: str, value: ast.expr) -> None:
        self.add(ast.Assign([self.at(ast.Name(name, ast.Store()))], value))
        self.scope.local[name] = None

    def above(self) -> ast.expr:
        """{{ block.super }}"""
        return self.at(
            ast.Call(self.at(ast.Attribute(self.helper("super", []), self.block, ast.Load())), [self.context()], [])
        )

    # tags

    def for_(self, rest: str, shift: int) -> None:
        head, found, tail = rest.partition(" in ")
        if not found:
            return
        names = [word.text for word in words(head) if word.kind == "name"]
        if tail.endswith(" reversed"):
            tail = tail[: -len(" reversed")]
        if tail.endswith(" recursive"):
            tail = tail[: -len(" recursive")]
        over = self.read(tail, shift + len(head) + len(found))
        test: ast.expr | None = None
        if isinstance(over, ast.IfExp) and isinstance(over.orelse, ast.Constant):
            test, over = over.test, over.body
        targets: list[ast.expr] = [self.at(ast.Name(name, ast.Store())) for name in names] or [
            self.at(ast.Name("_", ast.Store()))
        ]
        target = targets[0] if len(targets) == 1 else self.at(ast.Tuple(targets, ast.Store()))
        loop = ast.For(target, over, [], [])
        self.add(loop)
        self.frames.append(Frame(("endfor", "empty", "else"), self.scope, loop))
        self.scope = Scope(loop.body, {**self.scope.local, **dict.fromkeys(names), "forloop": None, "loop": None})
        for name in ("forloop", "loop"):
            self.add(ast.Assign([self.at(ast.Name(name, ast.Store()))], self.helper(TEST, [])))
        if test is not None:
            self.add(ast.Expr(test))

    def if_(self, rest: str, shift: int) -> None:
        branch = ast.If(self.read(rest, shift), [], [])
        self.add(branch)
        self.frames.append(Frame(("endif", "else", "elif"), self.scope, branch))
        self.scope = Scope(branch.body, self.scope.local)

    def ifchanged(self, rest: str, shift: int) -> None:
        branch = ast.If(self.read(rest, shift) if rest else self.helper(TEST, []), [], [])
        self.add(branch)
        self.frames.append(Frame(("endifchanged", "else"), self.scope, branch))
        self.scope = Scope(branch.body, self.scope.local)

    def with_(self, rest: str, shift: int) -> None:
        around = self.scope
        self.scope = Scope(around.body, dict(around.local))
        value, found, name = rest.partition(" as ")
        if found:
            self.assign(name.strip(), self.read(value, shift))
        else:
            for key, item in self.named(rest, shift):
                self.assign(key, item)
        self.frames.append(Frame(("endwith",), around, None))

    def set_(self, rest: str, shift: int) -> None:
        name, found, value = rest.partition("=")
        if found and name.strip().isidentifier():
            self.assign(name.strip(), self.read(value, shift + len(name) + 1))

    def block_(self, rest: str, _: int) -> None:
        name = BLOCK + "".join(
            char if char.isalnum() or char == "_" else "_" for char in rest.split(" ", maxsplit=1)[0] or "_"
        )
        if self.base is None or self.frames:
            call = self.at(ast.Call(self.at(ast.Attribute(self.name("self"), name, ast.Load())), [self.context()], []))
            self.add(ast.Expr(call))
        made = self.function(name, [], self.place)
        made.body.clear()
        self.methods.append(made)
        self.frames.append(Frame(("endblock",), self.scope, made))
        self.scope = Scope(made.body, {})
        self.block = name
        self.import_again()

    def extends(self, rest: str, shift: int) -> None:
        self.scope = Scope([], {})
        self.base = self.helper(BASE, [self.read(rest, shift)])

    def include(self, rest: str, shift: int) -> None:
        reader = self.reader(rest, shift)
        named = reader.primary()
        more: dict[str, ast.expr] = {}
        only = rest.endswith(" only") or rest.endswith("without context")
        if reader.take("with") and not rest.endswith(" context"):
            tail = rest[reader.offset() :].removesuffix(" only")
            more = dict(self.named(tail, shift + reader.offset()))
        self.add(ast.Expr(self.helper(INCLUDE, [named, self.context(more, only)])))

    def named(self, text: str, shift: int) -> Iterator[tuple[str, ast.expr]]:
        """name=value name=value"""
        reader = self.reader(text, shift)
        while not reader.done():
            before = reader.at
            if name := reader.key():
                yield name, reader.filtered()
            reader.take(",")
            reader.at += reader.at == before

    def macro(self, rest: str, shift: int) -> None:
        reader = self.reader(rest, shift)
        if reader.done():
            return
        name = reader.words[0].text
        params = []
        reader.at = 1
        if reader.take("("):
            depth = 1
            while not reader.done() and depth:
                word = reader.words[reader.at]
                if depth == 1 and word.kind == "name" and reader.words[reader.at - 1].text in ("(", ","):
                    params.append(word.text)
                depth += {"(": 1, ")": -1}.get(word.text, 0)
                reader.at += 1
        made = self.function(name, [], self.place, params)
        made.body.clear()
        made.args.defaults = [self.at(ast.Constant(None)) for _ in params]
        made.decorator_list = [self.name("staticmethod")]
        self.methods.append(made)
        self.frames.append(Frame(("endmacro",), self.scope, made))
        self.scope = Scope(made.body, dict.fromkeys((*params, "caller")))
        self.assign(CONTEXT, self.helper(TEST, []))
        self.assign("caller", self.helper(TEST, []))
        self.import_again()

    def import_again(self) -> None:
        """What a template imports outside of all blocks is there in its blocks and macros, too."""
        here = self.place
        for tag, rest, shift, place in self.imported:
            self.place = place
            (self.from_ if tag == "from" else self.import_)(rest, shift)
        self.place = here

    def import_(self, rest: str, shift: int) -> None:
        """{% import "forms.html" as forms %}"""
        self.is_for_all("import", rest, shift)
        value, found, name = rest.partition(" as ")
        if found:
            self.assign(name.split()[0] if name.split() else "_", self.helper(BASE, [self.read(value, shift)]))

    def from_(self, rest: str, shift: int) -> None:
        """{% from "forms.html" import field as input %}"""
        value, found, names = rest.partition(" import ")
        if not found:
            return
        self.is_for_all("from", rest, shift)
        for part in names.replace(" with context", "").replace(" without context", "").split(","):
            name, _, other = part.strip().partition(" as ")
            if name.isidentifier():
                made = self.helper(BASE, [self.read(value, shift)])
                self.assign(other.strip() or name, self.at(ast.Attribute(made, name, ast.Load())))

    def is_for_all(self, tag: str, rest: str, shift: int) -> None:
        """Note an import that stands outside of all blocks."""
        if not self.frames:
            self.imported.append((tag, rest, shift, self.place))

    def call(self, rest: str, shift: int) -> None:
        """{% call macro() %}: the macro runs, and may run what stands inside."""
        if rest.startswith("("):
            rest = rest.partition(")")[2]
        self.show(self.read(rest, shift))

    def trans(self, rest: str, shift: int) -> None:
        for _, value in self.named(rest.replace(" with ", " "), shift):
            self.show(value)

    def regroup(self, rest: str, shift: int) -> None:
        """{% regroup rows by city as cities %}: the rows are gone through for what they have in common."""
        head, found, tail = rest.partition(" by ")
        by, named, target = tail.rpartition(" as ")
        if found and named and target.strip().isidentifier() and all(part.isidentifier() for part in by.split(".")):
            rows, each = self.read(head, shift), target.strip()
            around = self.scope
            self.scope = Scope([], {**around.local, each: None})
            shared = self.read(f"{each}.{by}", shift)
            self.scope = around
            keys: list[ast.expr | None] = [self.at(ast.Constant("grouper")), self.at(ast.Constant("list"))]
            # in all groups together there are as many rows as there are
            group = self.at(ast.Dict(keys, [shared, self.at(ast.List([self.name(each)], ast.Load()))]))
            part = ast.comprehension(self.at(ast.Name(each, ast.Store())), rows, [], 0)
            self.assign(each, self.at(ast.ListComp(group, [part])))

    def unknown(self, name: str, rest: str, shift: int) -> None:
        """A tag of a library: a call with its arguments, and perhaps a variable for its result."""
        rest, _, target = rest.partition(" as ")
        reader = self.reader(rest, shift)
        given: list[ast.expr] = [self.at(ast.Constant(name)), self.name(CONTEXT)]
        named: list[ast.keyword] = []
        while not reader.done():
            before = reader.at
            if key := reader.key():
                if key not in (part.arg for part in named):
                    named.append(ast.keyword(key, reader.filtered()))
            else:
                given.append(reader.filtered())
            reader.take(",")
            reader.at += reader.at == before
        called = self.helper(TAG, given, named)
        if target.strip().isidentifier():
            self.assign(target.strip(), called)
        else:
            self.add(ast.Expr(called))


TAGS = {
    "for": _Template.for_, "if": _Template.if_, "with": _Template.with_, "set": _Template.set_,
    "block": _Template.block_, "extends": _Template.extends, "include": _Template.include, "macro": _Template.macro,
    "import": _Template.import_, "from": _Template.from_, "call": _Template.call, "trans": _Template.trans,
    "blocktrans": _Template.trans, "blocktranslate": _Template.trans, "translate": _Template.trans,
    "ifchanged": _Template.ifchanged, "regroup": _Template.regroup,
}  # fmt: skip
"""The tags that the reader knows."""


def _is_super(node: ast.expr) -> bool:
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == FILTER:
        node = node.args[1]
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Subscript)
        and isinstance(node.func.slice, ast.Constant)
        and node.func.slice.value == "block_super"
    )


def _placed(module: ast.Module) -> ast.Module:
    """The same with a place for every node, and no empty body."""
    for node in ast.walk(module):
        if isinstance(node, ast.If | ast.For | ast.FunctionDef) and not node.body:
            node.body.append(ast.copy_location(ast.Pass(), node))
        if isinstance(node, ast.stmt | ast.expr | ast.arg | ast.keyword | ast.alias) and not hasattr(node, "lineno"):
            node.lineno = node.end_lineno = 1
            node.col_offset = node.end_col_offset = 0
    return module
