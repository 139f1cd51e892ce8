"""What a schema reads of an object that it is made from, or shows: as the functions that Python would write for it.

    class OrderOut(BaseModel):                        class OrderSerializer(ModelSerializer):
        id: int                                           customer = CharField(source="customer.name")
        lines: list[LineOut]                              lines = LineSerializer(many=True)

No line of such a class reads `order.lines`: the library does, for each field. So the class gets a function `<fields>`
that reads them all, and one `<each>` that does so for each of many, with the places of the fields:

    def <fields>(self, row):                              def <fields>(self, row):
        super().<fields>(row)                                 super().<fields>(row)
        row.id                                                row.customer.name
        for each in row.lines:                                for each in row.lines.all() if self else row.lines:
            LineOut.<fields>(self, each)                          self.lines.<fields>(each)

Nothing of the source can call them, since no name has such brackets: frameworks do (`callgraph/frameworks`).
Classes of pydantic and its like are known by a base whose name says so, in a file that names such a library, or that
looks like one; serializers of Django's REST framework by a base that is one by its name. Assumes that fields do what
those of the library with the same name do.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

FIELDS = "<fields>"
EACH = "<each>"
CHECKS = "<checks>"
READERS = (FIELDS, EACH, CHECKS)

LIBRARIES = re.compile(
    rb"\b(?:pydantic|sqlmodel|ninja|marshmallow|rest_framework|serializers|schemas?|[Ss]erializer|Schema)\b|Schema\b"
)
"""What a file mentions that has such a class."""

SERIALIZER = "Serializer"

MODELS = (
    "BaseModel",
    "Schema",
    "SQLModel",
    "Model",
    "ModelSchema",
    "Base",
    "Out",
    "Read",
    "Response",
    "Public",
    "Create",
)
"""How the name of a base of a schema ends."""

OTHERS = frozenset(("DeclarativeBase", "MappedAsDataclass", "NamedTuple", "TypedDict", "Protocol", "Enum", "Exception"))
"""Bases of classes with annotated names that are no schemas."""

MANY = frozenset((
    "list", "List", "Sequence", "set", "Set", "frozenset", "FrozenSet", "tuple", "Tuple", "Iterable", "Collection",
))  # fmt: skip

AROUND = frozenset(("Optional", "Union", "Annotated", "Required", "Page"))
"""Forms whose values are those of what stands in the brackets."""

PLAIN = frozenset((
    "Any", "None", "Decimal", "UUID", "Path", "EmailStr", "HttpUrl", "AnyUrl", "AnyHttpUrl", "Literal", "True", "False",
    "UUID4", "SecretStr", "PositiveInt", "Json", "Field", "Callable", "Type", "ClassVar", "Dict", "Mapping", "Mapped",
))  # fmt: skip
"""Names in annotations that are no schemas."""

MARSHALLING = frozenset(("fields", "ma", "marshmallow", "mf"))
"""What fields of marshmallow are attributes of."""

BY_KEY = frozenset(("PrimaryKeyRelatedField", "HyperlinkedRelatedField", "HyperlinkedIdentityField"))
"""Fields that show the key of a row, which the row before it has."""

BY_KEY_MARK = "<pk>"
"""What stands before the name of an attribute that is shown by its key."""

ALL = "*"
"""What stands for all fields of the model of a serializer; behind it, each after a dash, those that are left out."""

MAX_FIELDS = 200
"""Fields of one class that are read."""

MAX_DEPTH = 8

MAX_TEXT = 2_000
"""Letters of an annotation that is a text: longer ones are not read."""


class Part(NamedTuple):
    """A schema in an annotation, and whether there are many of it."""

    schema: ast.expr
    many: bool


def add_readers(tree: ast.Module, data: bytes) -> None:
    """Give the schemas of a module what they read."""
    if not LIBRARIES.search(data):
        return
    known: set[str] = set()
    for node in top_classes(tree.body):
        names = [last_name(base) for base in node.bases]
        if any(SERIALIZER in name for name in names):
            statements = list(shown(node))
        elif is_schema(node, names, known):
            known.add(node.name)
            statements = list(read(node))
        else:
            continue
        node.body.append(function(FIELDS, "row", [parent(node), *statements[:MAX_FIELDS]], node))
        one = call(name_of(node.name), FIELDS, name_of("self"), name_of("row"))
        node.body.append(function(EACH, "rows", [loop(name_of("rows"), one, node, "row")], node))


def top_classes(body: list[ast.stmt]) -> Iterator[ast.ClassDef]:
    """The classes of a module that stand in no function."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield node
        elif isinstance(node, ast.If | ast.Try):
            yield from top_classes(node.body)


def is_schema(node: ast.ClassDef, bases: list[str], known: set[str]) -> bool:
    """Whether a class is one of pydantic's kind: annotated fields below a base whose name says it."""
    if not bases or node.decorator_list or not OTHERS.isdisjoint(bases):
        return False
    if not any(base in known or base.endswith(MODELS) for base in bases):
        return False
    return not any(last_name(field.annotation) == "Mapped" for field in annotated(node))


def annotated(node: ast.ClassDef) -> Iterator[ast.AnnAssign]:
    """The fields of a class that an annotation declares."""
    for statement in node.body:
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and not statement.target.id.startswith("_")
            and last_name(statement.annotation) != "ClassVar"
        ):
            yield statement


# classes of pydantic and its like


def read(node: ast.ClassDef) -> Iterator[ast.stmt]:
    """What such a class reads: each of its fields, and of nested schemas theirs."""
    for name, made, statement in assigned(node):
        if is_dotted(made.func):
            yield from marshalled(name, made, statement)
    for field in annotated(node):
        assert isinstance(field.target, ast.Name)
        value = attribute(name_of("row"), alias(field.value) or field.target.id)
        found = list(parts(field.annotation, False, 0))
        if not found:
            yield at(ast.Expr(value), field)
        for part in found:
            if part.many:
                yield loop(value, call(part.schema, FIELDS, name_of("self"), name_of("each")), field)
            else:
                yield at(ast.Expr(call(part.schema, FIELDS, name_of("self"), value)), field)


def assigned(node: ast.ClassDef) -> Iterator[tuple[str, ast.Call, ast.stmt]]:
    """The names to which a class body assigns what a call makes."""
    for statement in node.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.value, ast.Call):
            target = statement.targets[0]
            if isinstance(target, ast.Name):
                yield target.id, statement.value, statement


def marshalled(name: str, made: ast.Call, place: ast.stmt) -> Iterator[ast.stmt]:
    """customer = fields.Str(attribute="customer.name"), lines = fields.Nested(LineSchema, many=True): a field of
    marshmallow's."""
    owner = last_name(made.func.value) if isinstance(made.func, ast.Attribute) else ""
    kind = last_name(made.func)
    words = {word.arg: word.value for word in made.keywords if word.arg}
    if owner not in MARSHALLING or "load_only" in words:
        return
    first = made.args[0] if made.args else None
    if kind == "Method":
        method = text_of(first or words.get("serialize"))
        if method is not None and method.isidentifier():
            yield by_method(method, place)
        return
    value = of_row(text_of(words.get("attribute")) or name)
    if value is None:
        return
    many = kind == "List" or is_many(words)
    if kind == "List" and isinstance(first, ast.Call):
        kind, first = last_name(first.func), first.args[0] if first.args else None
    if isinstance(first, ast.Lambda):
        first = first.body
    if isinstance(first, ast.Call):
        first = first.func
    text = text_of(first)
    schema = name_of(text.rpartition(".")[2]) if text else first if first is not None and is_dotted(first) else None
    each: ast.expr = name_of("each") if many else value
    shows = each
    if kind in ("Nested", "Pluck") and schema is not None:
        shows = call(unplaced(schema), FIELDS, name_of("self"), each)
    yield loop(value, shows, place) if many else at(ast.Expr(shows), place)


def by_method(name: str, place: ast.stmt) -> ast.stmt:
    """self.name(row)"""
    return at(ast.Expr(ast.Call(attribute(name_of("self"), name), [name_of("row")], [])), place)


def of_row(path: str) -> ast.expr | None:
    """row.customer.name; None where a path is none of attributes."""
    value: ast.expr = name_of("row")
    for part in path.split("."):
        if not part.isidentifier():
            return None
        value = attribute(value, part)
    return value


def is_many(words: Mapping[str, ast.expr]) -> bool:
    """Whether keywords say that a field has several rows: many=True"""
    given = words.get("many")
    return isinstance(given, ast.Constant) and bool(given.value)


def alias(value: ast.expr | None) -> str | None:
    """Field(validation_alias="owner")"""
    if isinstance(value, ast.Call):
        for word in value.keywords:
            text = text_of(word.value)
            if word.arg in ("validation_alias", "alias") and text is not None and text.isidentifier():
                return text
    return None


def parts(stated: ast.expr, many: bool, depth: int) -> Iterator[Part]:
    """The schemas that an annotation names."""
    if depth > MAX_DEPTH:
        return
    text = text_of(stated)
    if text is not None:
        if len(text) > MAX_TEXT:
            return
        try:
            stated = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
    if isinstance(stated, ast.Name | ast.Attribute):
        name = last_name(stated)
        if name[:1].isupper() and name not in PLAIN and is_dotted(stated):
            yield Part(unplaced(stated), many)
    elif isinstance(stated, ast.BinOp):
        yield from parts(stated.left, many, depth + 1)
        yield from parts(stated.right, many, depth + 1)
    elif isinstance(stated, ast.Subscript):
        name = last_name(stated.value)
        items = stated.slice.elts if isinstance(stated.slice, ast.Tuple) else [stated.slice]
        if name in MANY:
            yield from parts(items[0], True, depth + 1) if items else ()
        elif name in AROUND:
            for item in items[:1] if name == "Annotated" else items:
                yield from parts(item, many, depth + 1)


# serializers of the REST framework


def shown(node: ast.ClassDef) -> Iterator[ast.stmt]:
    """What a serializer shows: each of its fields, and those of the model that `Meta` names."""
    declared: set[str] = set()
    for name, made, statement in assigned(node):
        if not name.startswith("_"):
            declared.add(name)
            yield from field(name, made, statement)
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name == "to_representation":
            yield by_method(method.name, method)
    deep = is_deep(node)
    left = "".join(f"-{name}" for name in sorted({*declared, *(name for name, _ in listed(node, "exclude"))}))
    for _, place in everything(node):
        yield loop(attribute(name_of("row"), by_key(ALL + left)), ast.Constant(None), place)
    for name, place in listed(node):
        if name not in declared and name.isidentifier():
            if deep:
                yield at(ast.Expr(attribute(name_of("row"), name)), place)
            # a relation to one is shown by its key, one to many by the keys of its rows
            yield loop(attribute(name_of("row"), by_key(name)), ast.Constant(None), place)


def is_deep(node: ast.ClassDef) -> bool:
    """Whether `Meta` has a `depth`: relations are shown by their rows, and not by their keys."""
    for statement in of_meta(node):
        value = statement.value
        if isinstance(value, ast.Constant) and any(is_name(target, "depth") for target in statement.targets):
            return isinstance(value.value, int) and value.value > 0
    return False


def by_key(name: str) -> str:
    """The attribute as which a field is read that is shown by its key."""
    return f"{BY_KEY_MARK}{name}"


def field(name: str, made: ast.Call, place: ast.stmt) -> Iterator[ast.stmt]:
    """What one field reads."""
    words = {word.arg: word.value for word in made.keywords if word.arg}
    kind = last_name(made.func)
    many = is_many(words)
    if "write_only" in words or kind == "HiddenField":
        return
    if kind == "SerializerMethodField":
        method = text_of(words.get("method_name") or (made.args[0] if made.args else None)) or f"get_{name}"
        yield by_method(method, place)
        return
    source = text_of(words.get("source")) or name
    value = name_of("row") if source == "*" else of_row(source)
    if value is None or (kind in BY_KEY and not many):
        return
    each: ast.expr = name_of("each") if many else value
    shows: ast.expr
    if SERIALIZER in kind:
        shows = call(attribute(name_of("self"), name), FIELDS, each)
    elif kind == "StringRelatedField":
        shows = ast.Call(name_of("str"), [each], [])
    elif kind == "SlugRelatedField" and text_of(words.get("slug_field")):
        shows = attribute(each, text_of(words["slug_field"]) or "")
    else:
        shows = each
    yield loop(rows_of(value), shows, place) if many else at(ast.Expr(shows), place)


def rows_of(value: ast.expr) -> ast.expr:
    """The rows of a relation: of its manager, where it has one."""
    return ast.IfExp(name_of("self"), ast.Call(attribute(value, "all"), [], []), value)


def listed(node: ast.ClassDef, where: str = "fields") -> Iterator[tuple[str, ast.stmt]]:
    """The names in `fields` of `Meta`, or in another list of it."""
    for statement in of_meta(node):
        if is_name(statement.targets[0], where) and isinstance(statement.value, ast.List | ast.Tuple):
            yield from ((text, statement) for item in statement.value.elts if (text := text_of(item)))


def everything(node: ast.ClassDef) -> Iterator[tuple[str, ast.stmt]]:
    """`ALL`, where `Meta` says that the fields are all of the model, or which are left out."""
    for statement in of_meta(node):
        if (is_name(statement.targets[0], "fields") and text_of(statement.value) == "__all__") or is_name(
            statement.targets[0], "exclude"
        ):
            yield ALL, statement


def of_meta(node: ast.ClassDef) -> Iterator[ast.Assign]:
    """The assignments in `Meta` of a class."""
    for inner in node.body:
        if isinstance(inner, ast.ClassDef) and inner.name == "Meta":
            yield from (statement for statement in inner.body if isinstance(statement, ast.Assign))


# syntax


def text_of(node: ast.expr | None) -> str | None:
    """A constant text."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def is_name(node: ast.expr, name: str) -> bool:
    """Whether an expression is a name alone, and that one."""
    return isinstance(node, ast.Name) and node.id == name


def last_name(node: ast.expr) -> str:
    """The last part of a dotted name, of what is subscripted too; "" for anything else."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_dotted(node: ast.expr) -> bool:
    """a.b.C"""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def unplaced(node: ast.expr) -> ast.expr:
    """A dotted name without its place, which may be one within a text."""
    if isinstance(node, ast.Attribute):
        return attribute(unplaced(node.value), node.attr)
    return name_of(last_name(node))


def name_of(text: str) -> ast.Name:
    """A name that is read."""
    return ast.Name(text, ast.Load())


def attribute(value: ast.expr, name: str) -> ast.Attribute:
    """An attribute that is read."""
    return ast.Attribute(value, name, ast.Load())


def call(of: ast.expr, name: str, *given: ast.expr) -> ast.Call:
    """of.name(given)"""
    return ast.Call(attribute(of, name), list(given), [])


def parent(node: ast.ClassDef) -> ast.stmt:
    """super().<fields>(row)"""
    return at(ast.Expr(call(ast.Call(name_of("super"), [], []), FIELDS, name_of("row"))), node)


def loop(over: ast.expr, does: ast.expr, place: ast.stmt, name: str = "each") -> ast.stmt:
    """for each in over: does"""
    made = ast.For(ast.Name(name, ast.Store()), over, [ast.Expr(does)], [])
    return at(made, place)


def function(name: str, given: str, body: list[ast.stmt], node: ast.ClassDef) -> ast.stmt:
    """def name(self, given): body"""
    words = ast.arguments([], [ast.arg("self"), ast.arg(given)], None, [], [], None, [])
    made = ast.FunctionDef(name, words, body, [], None, None)
    if "type_params" in ast.FunctionDef._fields:
        made.type_params = []  # type: ignore[attr-defined]
    return at(made, node)


def at(made: ast.stmt, node: ast.stmt) -> ast.stmt:
    """A statement and all in it that has no place yet, at the place of another: its first line."""
    for inner in ast.walk(made):
        if "lineno" in inner._attributes and not hasattr(inner, "lineno"):
            inner.lineno = inner.end_lineno = node.lineno  # type: ignore[attr-defined]
            inner.col_offset, inner.end_col_offset = node.col_offset, node.col_offset + 1  # type: ignore[attr-defined]
    return made
