"""The expressions of templates as Python's syntax tree: look-ups, filters, tests, calls and operators.

One reader for Django's language and Jinja2's, which agree in what both have: `a.b.c`, `x|filter`, `a and b`. A look-up
becomes a call of `LOOKUP`, since a template looks for a key, an attribute and an index, and calls what it finds; a
filter a call of `FILTER`. What the reader does not know it passes over: an expression is what could be read of it.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Callable, Collection
from typing import NamedTuple

LOOKUP = "template_lookup"
"""The look-up of a name in an object."""

FILTER = "template_filter"
"""A filter, by its name."""

CONTEXT = "context"
"""What a template is given."""

TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<number>\d+(?:\.\d+)?)|(?P<name>[^\W\d]\w*)"""
    r"""|(?P<op>==|!=|<=|>=|//|\*\*|[-+*/%<>=|:.,()\[\]{}~]))""",
    re.VERBOSE,
)

COMPARISONS: dict[str, Callable[[], ast.cmpop]] = {
    "==": ast.Eq, "!=": ast.NotEq, "<": ast.Lt, ">": ast.Gt, "<=": ast.LtE, ">=": ast.GtE,
}  # fmt: skip

CONSTANTS = {"True": True, "False": False, "None": None, "true": True, "false": False, "none": None}

MAX_DEPTH = 40
"""Parentheses within one another; what is deeper is not read."""


class Token(NamedTuple):
    """One word of an expression: its kind, its text, and where it begins."""

    kind: str
    text: str
    offset: int


class Place(NamedTuple):
    """Where an expression stands in its template."""

    line: int
    column: int


def words(text: str) -> list[Token]:
    """The words of an expression; what is none is left out."""
    found = []
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            at += 1
            continue
        kind = match.lastgroup or "op"
        found.append(Token(kind, match[kind], match.start(kind)))
        at = match.end()
    return found


class Reader:
    """Reads expressions from words. `local` are the names that are variables of the function, and no part of the
    context; `own` are the macros of the template."""

    def __init__(self, text: str, place: Place, local: Collection[str], own: Collection[str] = ()) -> None:
        self.text, self.place, self.local, self.own = text, place, local, own
        self.words = words(text)
        self.newlines = [row.start() for row in re.finditer("\n", text)]
        self.at = 0
        self.depth = 0

    # words

    def peek(self, ahead: int = 0) -> str:
        index = self.at + ahead
        return self.words[index].text if index < len(self.words) and self.words[index].kind != "text" else ""

    def kind(self, ahead: int) -> str:
        index = self.at + ahead
        return self.words[index].kind if index < len(self.words) else ""

    def done(self) -> bool:
        return self.at >= len(self.words)

    def take(self, text: str) -> bool:
        """Whether the next word is this; then it is read."""
        if self.peek() != text:
            return False
        self.at += 1
        return True

    def key(self) -> str:
        """The name of what is given by name, where that comes next; then it is read up to its value."""
        if self.kind(0) != "name" or self.peek(1) != "=":
            return ""
        self.at += 2
        return self.words[self.at - 2].text

    def set(self, node: ast.expr, offset: int = 0) -> ast.expr:
        """A node with its place."""
        lines = bisect_left(self.newlines, offset)
        column = self.place.column + offset if not lines else offset - self.newlines[lines - 1] - 1
        node.lineno = node.end_lineno = self.place.line + lines
        node.col_offset = column
        node.end_col_offset = column + 1
        return node

    def offset(self) -> int:
        return self.words[self.at].offset if self.at < len(self.words) else len(self.text)

    # expressions, from the loosest operator in

    def expression(self) -> ast.expr:
        """A whole expression, with what decides (`a if b else c`)."""
        begin = self.offset()
        node = self.either()
        if self.take("if"):
            test = self.either()
            other = self.expression() if self.take("else") else self.set(ast.Constant(""), begin)
            return self.set(ast.IfExp(test, node, other), begin)
        return node

    def either(self) -> ast.expr:
        begin = self.offset()
        values = [self.both()]
        while self.take("or"):
            values.append(self.both())
        return values[0] if len(values) == 1 else self.set(ast.BoolOp(ast.Or(), values), begin)

    def both(self) -> ast.expr:
        begin = self.offset()
        values = [self.negated()]
        while self.take("and"):
            values.append(self.negated())
        return values[0] if len(values) == 1 else self.set(ast.BoolOp(ast.And(), values), begin)

    def negated(self) -> ast.expr:
        begin = self.offset()
        if self.take("not"):
            return self.set(ast.UnaryOp(ast.Not(), self.negated()), begin)
        return self.comparison()

    def comparison(self) -> ast.expr:
        begin = self.offset()
        left = self.sum()
        word = self.peek()
        if word in COMPARISONS:
            self.at += 1
            return self.set(ast.Compare(left, [COMPARISONS[word]()], [self.sum()]), begin)
        if word == "in" or (word == "not" and self.peek(1) == "in"):
            self.at += 1 if word == "in" else 2
            return self.set(ast.Compare(left, [ast.In()], [self.sum()]), begin)
        if self.take("is"):  # a test of Jinja2, or an identity of Django's
            self.take("not")
            self.at += not self.done()
            if self.take("("):
                self.arguments()
        return left

    def sum(self) -> ast.expr:
        begin = self.offset()
        node = self.filtered()
        while self.peek() in ("+", "-", "*", "/", "//", "%", "~", "**"):
            self.at += 1
            node = self.set(ast.BinOp(node, ast.Add(), self.filtered()), begin)
        return node

    def filtered(self) -> ast.expr:
        node = self.primary()
        while self.take("|"):
            begin = self.offset()
            name = self.peek()
            self.at += not self.done()
            given: list[ast.expr] = []
            if self.take(":"):
                given = [self.primary()]
            elif self.take("("):
                given, _ = self.arguments()
            named = self.set(ast.Constant(name), begin)
            node = self.set(ast.Call(self.set(ast.Name(FILTER, ast.Load()), begin), [named, node, *given], []), begin)
        return node

    def arguments(self) -> tuple[list[ast.expr], list[ast.keyword]]:
        """Up to the closing parenthesis."""
        given: list[ast.expr] = []
        named: list[ast.keyword] = []
        while not self.done() and not self.take(")"):
            before = self.at
            if name := self.key():
                named.append(ast.keyword(name, self.expression()))
            else:
                given.append(self.expression())
            self.take(",")
            self.at += self.at == before
        return given, named

    def primary(self) -> ast.expr:
        """A name, a constant or something in parentheses, with the look-ups and calls behind it."""
        begin = self.offset()
        self.depth += 1
        node = self.atom() if self.depth < MAX_DEPTH else self.skip()
        while not self.done():
            if self.peek() == "." and self.kind(1) in ("name", "number"):
                name = self.words[self.at + 1].text
                self.at += 2
                if self.peek() == "(":
                    node = self.set(ast.Attribute(node, name, ast.Load()), begin)
                else:
                    node = self.lookup(node, name, begin)
            elif self.peek() == "(":
                self.at += 1
                given, named = self.arguments()
                node = self.set(ast.Call(node, given, named), begin)
            elif self.peek() == "[":
                self.at += 1
                key = self.set(ast.Constant(None), begin) if self.peek() == ":" else self.expression()
                while not self.done() and not self.take("]"):
                    self.at += 1
                node = self.set(ast.Subscript(node, key, ast.Load()), begin)
            else:
                break
        self.depth -= 1
        return node

    def lookup(self, node: ast.expr, name: str, begin: int) -> ast.expr:
        """`node.name` as a template looks it up."""
        named = self.set(ast.Constant(name), begin)
        return self.set(ast.Call(self.set(ast.Name(LOOKUP, ast.Load()), begin), [node, named], []), begin)

    def atom(self) -> ast.expr:
        begin = self.offset()
        if self.done():
            return self.set(ast.Constant(""), begin)
        kind, text, _ = self.words[self.at]
        self.at += 1
        if kind == "text":
            return self.set(ast.Constant(text[1:-1]), begin)
        if kind == "number":
            return self.set(ast.Constant(float(text) if "." in text else int(text[:15])), begin)
        if kind == "name":
            return self.named(text, begin)
        if text == "(":
            items, _ = self.arguments()
            return items[0] if len(items) == 1 else self.set(ast.Tuple(items, ast.Load()), begin)
        if text in ("[", "{"):
            return self.display({"[": "]", "{": "}"}[text], begin)
        if text in ("-", "+", "_") and not self.done():
            return self.primary()
        return self.set(ast.Constant(""), begin)

    def named(self, name: str, begin: int) -> ast.expr:
        """A variable: of the function, a macro, a constant, else of the context."""
        if name == "_" and self.peek() == "(":  # a text that is translated
            self.at += 1
            items, _ = self.arguments()
            return items[0] if items else self.set(ast.Constant(""), begin)
        if name in self.local:
            return self.set(ast.Name(name, ast.Load()), begin)
        if name in self.own:
            return self.set(ast.Attribute(self.set(ast.Name("self", ast.Load()), begin), name, ast.Load()), begin)
        if name in CONSTANTS:
            return self.set(ast.Constant(CONSTANTS[name]), begin)
        key = self.set(ast.Constant(name), begin)
        return self.set(ast.Subscript(self.set(ast.Name(CONTEXT, ast.Load()), begin), key, ast.Load()), begin)

    def display(self, closing: str, begin: int) -> ast.expr:
        """A list or a dict that is written out."""
        keys: list[ast.expr | None] = []
        items: list[ast.expr] = []
        while not self.done() and not self.take(closing):
            before = self.at
            item = self.expression()
            if self.take(":"):
                keys.append(item)
                item = self.expression()
            items.append(item)
            self.take(",")
            self.at += self.at == before
        if keys and len(keys) == len(items):
            return self.set(ast.Dict(keys, items), begin)
        return self.set(ast.List(items, ast.Load()), begin)

    def skip(self) -> ast.expr:
        self.at = len(self.words)
        return self.set(ast.Constant(""))
