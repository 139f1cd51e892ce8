"""Short source forms of expressions: what reports show, and what tells whether two arguments are the same."""

from __future__ import annotations

import ast

TEXT_LIMIT = 60
"""Characters: longer texts say nothing in a report, and cost in every file of facts."""

LARGEST_INT = 2**62
"""Larger numbers are an int like any other: they are no index and no bound of a loop."""

SHAPES = {
    ast.Constant: "literal", ast.Name: "name", ast.Attribute: "attribute", ast.Call: "call", ast.Lambda: "lambda",
    ast.List: "container", ast.Tuple: "container", ast.Dict: "container", ast.Set: "container",
    ast.ListComp: "container", ast.DictComp: "container", ast.SetComp: "container",
}  # fmt: skip
"""`Argument.shape` by the class of the node; "other" where it is not here."""


def text_of(node: ast.AST, depth: int = 8) -> str:
    """A short source form of a simple expression, "" where it is not simple."""
    if type(node) is ast.Name:
        return node.id
    if type(node) is ast.Attribute:
        head = text_of(node.value, depth - 1) if depth else ""
        return f"{head}.{node.attr}" if head else ""
    if type(node) is ast.Constant:
        return literal_text(node.value)
    if type(node) is ast.Call and depth:
        head = text_of(node.func, depth - 1)
        return f"{head}()" if head else ""
    if type(node) is ast.Subscript and depth:
        head = text_of(node.value, depth - 1)
        return f"{head}[]" if head else ""
    return ""


def first_name(text: str) -> str:
    """The name that a place begins with, as it is written: "self" of `self.rows`, "caches" of `caches[].rows`."""
    return text.partition(".")[0].partition("[")[0]


def literal_text(value: object) -> str:
    """The source form of a literal, "" for a long one: numbers of thousands of digits have none at all."""
    if (isinstance(value, int) and abs(value) > LARGEST_INT) or (
        isinstance(value, str | bytes) and len(value) > TEXT_LIMIT
    ):
        return ""
    text = repr(value)
    return text if len(text) <= TEXT_LIMIT else ""


def argument_text(node: ast.AST, depth: int = 4) -> str:
    """Like `text_of`, but exact: two arguments with the same text read the same names in the same way."""
    if type(node) is ast.Name:
        return node.id if len(node.id) <= TEXT_LIMIT else ""
    if type(node) is ast.Constant:
        return literal_text(node.value)
    if type(node) is ast.Attribute and depth:
        head = argument_text(node.value, depth - 1)
        text = f"{head}.{node.attr}" if head else ""
        return text if len(text) <= TEXT_LIMIT else ""
    return ""


def field_name(attribute: str) -> str:
    """The name of an attribute as its class spells it: `_Shop__items`, from outside, is what `Shop` calls `__items`.

    Private names of the classes of one family are not told apart. Only a class that begins with a capital counts.
    """
    if attribute[:1] != "_" or attribute[1:2] == "_" or attribute.endswith("__"):
        return attribute
    owner, mark, private = attribute[1:].partition("__")
    return f"__{private}" if mark and owner[0].isupper() else attribute
