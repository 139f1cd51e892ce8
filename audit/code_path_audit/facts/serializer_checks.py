"""What a serializer of Django's REST framework checks of the data that it is given, as the function that Python would
write for it.

    class OrderSerializer(ModelSerializer):           def <checks>(self, data):
        customer = PrimaryKeyRelatedField(                super().<checks>(data)
            queryset=Customer.objects.all())              self.<check>customer
        lines = LineSerializer(many=True)                 for each in data.lines:
        class Meta:                                           self.lines.<checks>(each)
            fields = ["customer", "number"]               self.<check>number, self.<unique>number

What was sent for a relation is fetched, and what is unique is looked up; which of the fields that `Meta` names are such
the model says (`callgraph/frameworks/rest_serializers.py`). Fields that are read only are not checked.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from code_path_audit.facts.schemas import (
    ALL,
    CHECKS,
    SERIALIZER,
    assigned,
    at,
    attribute,
    call,
    everything,
    function,
    is_many,
    last_name,
    listed,
    loop,
    name_of,
    of_meta,
    top_classes,
)

MENTIONED = re.compile(rb"Serializer\b")

CHECK_MARK, CHECK_EACH_MARK, UNIQUE_MARK = "<check>", "<check each>", "<unique>"
"""What stands before the name of a field: what was sent for it is fetched, each of several is, or it is looked up."""

RELATED = ("PrimaryKeyRelatedField", "SlugRelatedField", "HyperlinkedRelatedField")


def add_checks(tree: ast.Module, data: bytes) -> None:
    """Give the serializers of a module what they check."""
    if MENTIONED.search(data):
        for node in top_classes(tree.body):
            if any(SERIALIZER in last_name(base) for base in node.bases):
                above = call(ast.Call(name_of("super"), [], []), CHECKS, name_of("data"))
                node.body.append(function(CHECKS, "data", [at(ast.Expr(above), node), *checks(node)], node))


def checks(node: ast.ClassDef) -> Iterator[ast.stmt]:
    """What a serializer checks: each of its fields, and those of the model that `Meta` names."""
    declared = set()
    for name, made, place in assigned(node):
        declared.add(name)
        words = {word.arg: word.value for word in made.keywords if word.arg}
        if name.startswith("_") or is_true(words.get("read_only")):
            continue
        kind = last_name(made.func)
        if kind in RELATED:
            read = attribute(name_of("self"), CHECK_MARK + name)
            yield each_of(name, read, place) if is_many(words) else at(ast.Expr(read), place)
        elif SERIALIZER in kind and kind != "SerializerMethodField":
            field = attribute(name_of("self"), name)
            if is_many(words):
                yield each_of(name, call(field, CHECKS, name_of("each")), place)
            else:
                yield at(ast.Expr(call(field, CHECKS, attribute(name_of("data"), name))), place)
        if is_looked_up(words.get("validators")):
            yield at(ast.Expr(attribute(name_of("self"), UNIQUE_MARK + name)), place)
    left = {text for text, _ in listed(node, "read_only_fields")} | declared
    if any(isinstance(target, ast.Name) and target.id == "depth" for row in of_meta(node) for target in row.targets):
        return  # relations are shown then, and not asked for
    for name, place in (*listed(node), *everything(node)):
        if name not in left and (name.isidentifier() or name == ALL):
            for mark in (CHECK_MARK, UNIQUE_MARK):
                yield at(ast.Expr(attribute(name_of("self"), mark + name)), place)
            yield each_of(name, attribute(name_of("self"), CHECK_EACH_MARK + name), place)


def each_of(name: str, does: ast.expr, place: ast.stmt) -> ast.stmt:
    """for each in data.lines: does"""
    return loop(attribute(name_of("data"), "relations" if name == ALL else name), does, place)


def is_true(node: ast.expr | None) -> bool:
    """read_only=True"""
    return isinstance(node, ast.Constant) and bool(node.value)


def is_looked_up(node: ast.expr | None) -> bool:
    """validators=[UniqueValidator(queryset=...)]"""
    made = node.elts if isinstance(node, ast.List | ast.Tuple) else []
    return any(isinstance(one, ast.Call) and last_name(one.func) == "UniqueValidator" for one in made)
