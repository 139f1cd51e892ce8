"""What the stubs of the standard library say, as plain values.

Two kinds of type expressions occur here. `Type` is what an annotation says, names as written (`facts.model.Type`).
`Resolved` is a type with absolute names:

    ("inst", class, (Resolved, ...))        an instance: ("inst", "builtins.list", (("inst", "builtins.str", ()),))
    ("class_of", Resolved)                  the class itself: type[X]
    ("union", (Resolved, ...))              two or more, without repetition
    ("none",) ("any",) ("never",) ("self",)
    ("typevar", name)                       dotted, with the module that defines it: "builtins._T"
    ("callable", (Resolved, ...) | None, Resolved)      None for parameters that nothing is known of
    ("literal", value)                      str, bytes, int or bool
    ("tuple", (Resolved, ...), variadic)    variadic: tuple[X, ...] with exactly one item
    ("module", name)

A class of the source (not of the stubs) is an "inst" like any other, with its own fqname.
"""

from typing import Any, NamedTuple

from code_path_audit.facts.rows import Type

Resolved = tuple[Any, ...]
"""A type with absolute names: see the top of this module."""

ANY: Resolved = ("any",)
NONE: Resolved = ("none",)
SELF: Resolved = ("self",)
NEVER: Resolved = ("never",)


class StubParam(NamedTuple):
    """One parameter; `kind` is "pos", "normal", "star", "kwonly" or "starstar", as in `facts.model.Param`."""

    name: str
    kind: str
    default: bool
    type: Type


class StubSignature(NamedTuple):
    """One overload, with the types as written. `params` include `self` or `cls` where the function is a method."""

    params: tuple[StubParam, ...]
    returns: Type


class StubFunction(NamedTuple):
    """A function or method. `name` is canonical ("pathlib.Path.read_text"), `module` is where its types are resolved.

    `owner` is the canonical name of the class it is a method of, "" for a function. `is_context_manager`: decorated
    with contextlib.contextmanager or asynccontextmanager, so that a call gives a context manager of what it yields.
    """

    name: str
    overloads: tuple[StubSignature, ...]
    is_static: bool
    is_class: bool
    is_property: bool
    is_async: bool
    is_abstract: bool
    is_context_manager: bool
    module: str
    owner: str = ""


class StubVar(NamedTuple):
    """A variable or an attribute; `type` as written, to be resolved in `module`. `owner` as in `StubFunction`."""

    name: str
    type: Type
    module: str
    owner: str = ""


class StubClass(NamedTuple):
    """A class. `bases` and `type_params` are resolved; `members` are the class's own, by name.

    A member is a `StubFunction`, a `StubVar`, or the canonical name of a nested class.
    """

    name: str
    bases: tuple[Resolved, ...]
    type_params: tuple[str, ...]
    members: "dict[str, StubFunction | StubVar | str]"
    module: str
    is_protocol: bool = False


class StubModule(NamedTuple):
    """A module of the stubs."""

    name: str


StubEntry = StubFunction | StubClass | StubVar | StubModule


class Callback(NamedTuple):
    """A parameter that takes something to call. `position` counts from 0 without self; -1: by keyword only.

    `params` are the types it is called with (None: unknown), `returns` what it should return. `passes` says what else
    is known of its arguments: "args": the remaining arguments of the call (`submit(fn, *args)`), "elements": the
    elements of the remaining positional arguments (`executor.map(fn, *iterables)`), "tuple": what the call's own
    parameters `args` and `kwargs` hold (`Thread(target=, args=, kwargs=)`), "": nothing.
    """

    position: int
    name: str
    params: tuple[Resolved, ...] | None
    returns: Resolved
    passes: str
