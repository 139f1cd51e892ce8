"""Resolved types: pure functions over the tuples that `stub_model` describes."""

from collections.abc import Iterable, Mapping

from code_path_audit.program.stubs.model import ANY, SELF, Resolved

MAX_UNION = 12
"""A union of more members than this is ("any",) in what `clipped` returns."""
MAX_DEPTH = 6
"""A type that nests deeper than this ends in ("any",): so values that feed on their own results come to an end."""

OBJECT: Resolved = ("inst", "builtins.object", ())


def instance(name: str, *args: Resolved) -> Resolved:
    """An instance of a class."""
    return ("inst", name, args)


def union(types: Iterable[Resolved]) -> Resolved:
    """One type for several, in their order: flattened, without repetition; ("never",) for none.

    ("any",) absorbs nothing: `int | Any` keeps what is known of it.
    """
    found: dict[Resolved, None] = {}
    for type in types:
        for member in members(type):
            if member[0] != "never":
                found[member] = None
    if not found:
        return ("never",)
    return next(iter(found)) if len(found) == 1 else ("union", tuple(found))


def members(type: Resolved) -> tuple[Resolved, ...]:
    """The members of a union; a type that is none is its own single member."""
    return type[1] if type[0] == "union" else (type,)


def widened(type: Resolved) -> Resolved:
    """A literal to an instance of its class; all else as it is."""
    return ("inst", f"builtins.{value_class(type[1])}", ()) if type[0] == "literal" else type


def value_class(value: object) -> str:
    """The name of the class of a literal's value."""
    return type(value).__name__


def substitute(type: Resolved, binding: Mapping[str, Resolved], self_type: Resolved | None = None) -> Resolved:
    """A type with its type variables and Self replaced, all at once; what has no binding stays."""
    if not binding and self_type is None:
        return type
    return _replace(type, binding, self_type)


def _replace(type: Resolved, binding: Mapping[str, Resolved], self_type: Resolved | None) -> Resolved:
    match type[0]:
        case "typevar":
            return binding.get(type[1], type)
        case "self":
            return self_type or type
        case "inst":
            if not type[2]:
                return type
            return ("inst", type[1], tuple([_replace(arg, binding, self_type) for arg in type[2]]))
        case "union":
            return union([_replace(member, binding, self_type) for member in type[1]])
        case "class_of":
            return ("class_of", _replace(type[1], binding, self_type))
        case "tuple":
            return ("tuple", tuple([_replace(item, binding, self_type) for item in type[1]]), type[2])
        case "callable":
            params = type[1] and tuple([_replace(param, binding, self_type) for param in type[1]])
            return ("callable", params, _replace(type[2], binding, self_type))
    return type


def type_variables(type: Resolved) -> tuple[str, ...]:
    """The type variables in a type, in order of appearance."""
    found: dict[str, None] = {}
    pending = [type]
    while pending:
        item = pending.pop()
        if item[0] == "typevar":
            found[item[1]] = None
        else:
            pending.extend(reversed(parts(item)))
    return tuple(found)


def parts(type: Resolved) -> tuple[Resolved, ...]:
    """The types directly inside a type."""
    match type[0]:
        case "inst":
            return tuple(type[2])
        case "union" | "tuple":
            return tuple(type[1])
        case "class_of":
            return (type[1],)
        case "callable":
            return (*(type[1] or ()), type[2])
    return ()


def clipped(type: Resolved, depth: int = MAX_DEPTH) -> Resolved:
    """A type that nests at most `depth` deep, with no union of more than `MAX_UNION`."""
    inside = parts(type)
    if not inside:
        return type
    if depth <= 0:
        return ANY
    match type[0]:
        case "inst":
            return ("inst", type[1], tuple([clipped(arg, depth - 1) for arg in type[2]]))
        case "union":
            return union([clipped(member, depth) for member in type[1]]) if len(type[1]) <= MAX_UNION else ANY
        case "tuple":
            return ("tuple", tuple([clipped(item, depth - 1) for item in type[1]]), type[2])
        case "class_of":
            return ("class_of", clipped(type[1], depth - 1))
    params = type[1] and tuple([clipped(param, depth - 1) for param in type[1]])
    return ("callable", params, clipped(type[2], depth - 1))


def has_self(type: Resolved) -> bool:
    """Whether Self occurs in a type."""
    return type == SELF or any(has_self(part) for part in parts(type))
