"""Type expressions of stubs, and of annotations in the source, to resolved types."""

from abc import abstractmethod
from collections.abc import Callable
from typing import cast

from code_path_audit.facts.annotations import dotted as dotted_text
from code_path_audit.facts.rows import Type
from code_path_audit.program.stubs.model import ANY, NEVER, NONE, SELF, Resolved
from code_path_audit.program.stubs.names import Place, StubNames, Tables
from code_path_audit.program.stubs.types import instance, substitute, type_variables, union

_BOOL = instance("builtins.bool")
_STR = instance("builtins.str")

_BARE: dict[str, Resolved] = {
    "typing.Any": ANY,
    "typing.Self": SELF,
    "typing.Never": NEVER,
    "typing.NoReturn": NEVER,
    "typing.LiteralString": _STR,
    "typing.Callable": ("callable", None, ANY),
    "typing.Tuple": ("tuple", (ANY,), True),
    "builtins.tuple": ("tuple", (ANY,), True),
    "typing.Type": ("class_of", ANY),
    "builtins.type": ("class_of", ANY),
    "types.NoneType": NONE,
}
"""What names that are no plain classes stand for without a subscript."""

_WRAPPERS = ("ClassVar", "Final", "Annotated", "Required", "NotRequired", "ReadOnly")

Names = Callable[[str], str | None]
"""Maps a dotted name as written in an annotation to an absolute one; None where it is unknown."""


class StubTypes(StubNames):
    """Resolves types; see `stubs.Stubs`."""

    def __init__(self, tables: Tables | None = None) -> None:
        super().__init__(tables)
        self._places: dict[str, Place | None] = {}
        self._resolved: dict[tuple[str, Type], Resolved] = {}
        self._resolving: set[tuple[str, Type]] = set()
        self._variables: dict[str, Place] = {}

    @abstractmethod
    def is_subclass(self, class_dotted: str, base: str) -> bool:
        """Whether a class is another, or inherits from it."""

    @abstractmethod
    def below(self, place: Place, name: str) -> Place | None:
        """The name below a module, a class or a variable, inherited ones too."""

    @abstractmethod
    def _place(self, parts: list[str]) -> Place | None: ...

    def place(self, dotted: str) -> Place | None:
        """Where a dotted name leads. What a package binds outranks its submodule of that name."""
        if dotted not in self._places:
            self._places[dotted] = self._place(dotted.split("."))
        return self._places[dotted]

    def head(self, type: Type, module: str) -> str:
        """The public name of what a type expression begins with; "" for what is unknown."""
        place = self._written(dotted_text(type[1] if type[0] == "sub" else type), module, None)
        return "" if place is None else self.public(place)

    def resolve(self, type: Type | None, module: str, names: Names | None = None) -> Resolved:
        """A type expression with absolute names, as seen from a stub module; ("any",) for what is unknown.

        `names` makes it one of a source module: it maps the names written there to absolute ones; what it names and the
        stubs do not know is a class of the source.
        """
        if type is None:
            return ANY
        if names is not None:
            return self._resolve(type, module, names)
        key = (module, type)
        found = self._resolved.get(key)
        if found is None:
            if key in self._resolving:  # a recursive alias
                return ANY
            self._resolving.add(key)
            try:
                found = self._resolved[key] = self._resolve(type, module, None)
            finally:
                self._resolving.discard(key)
        return found

    def _resolve(self, type: Type, module: str, names: Names | None) -> Resolved:
        match type[0]:
            case "none":
                return NONE
            case "const":
                return ("literal", type[1])
            case "resolved":
                return cast(Resolved, type[1])
            case "or":
                return union([self.resolve(item, module, names) for item in type[1]])
            case "name" | "attr":
                return self._named(dotted_text(type), (), module, names)
            case "sub":
                return self._named(dotted_text(type[1]), type[2], module, names)
        return ANY

    def _written(self, text: str, module: str, names: Names | None) -> Place | None:
        if not text:
            return None
        if names is not None:
            absolute = names(text)
            return None if absolute is None else self.place(absolute)
        first, *rest = text.split(".")
        place = self.find(module, first) or self.find("builtins", first)
        for name in rest:
            place = place and self.below(place, name)
        return place

    def _named(self, text: str, args: tuple[Type, ...], module: str, names: Names | None) -> Resolved:
        place = self._written(text, module, names)
        if place is None:
            absolute = names(text) if names is not None and text else None
            if not absolute or absolute.partition(".")[0] in self._names():
                return ANY
            return ("inst", absolute, tuple([self.resolve(arg, module, names) for arg in args]))
        if place.record is None:
            return ("inst", "types.ModuleType", ())
        name = self.public(place)
        if not args and name in _BARE:
            return _BARE[name]
        kind = place.record[0]
        if kind == "typevar":
            self._variables[name] = place
            return ("typevar", name)
        if args and (special := self._special(name, args, module, names)) is not None:
            return special
        resolved = tuple([self.resolve(arg, module, names) for arg in args])
        if kind == "class":
            return ("inst", name, resolved)
        if kind == "alias":
            body = self.resolve(place.record[1], place.scope)
            params = type_variables(body)
            if params:
                values = dict(zip(params, resolved, strict=False))
                body = substitute(body, {param: values.get(param, ANY) for param in params})
            return body
        if len(place.path) > 1 and kind in ("value", "var"):  # Literal[Color.RED]
            owner = self.public(Place(place.module, place.path[:-1], None, place.scope))
            return ("inst", owner, ()) if self.is_subclass(owner, "enum.Enum") else ANY
        return ANY

    def _special(self, name: str, args: tuple[Type, ...], module: str, names: Names | None) -> Resolved | None:
        package, _, special = name.rpartition(".")
        if package == "builtins" and special in ("tuple", "type"):
            special = special.capitalize()
        elif package != "typing":
            return None
        if special == "Literal":
            return union([self.resolve(arg, module, names) for arg in args])
        if special == "Callable":
            known = len(args) > 1 and args[0][0] == "list"
            params = tuple([self.resolve(arg, module, names) for arg in args[0][1]]) if known else None
            if known and any(self.head(arg, module) == "typing.Unpack" for arg in args[0][1]):
                params = None
            return ("callable", params, self.resolve(args[-1], module, names) if len(args) > 1 else ANY)
        first = self.resolve(args[0], module, names)
        if special == "Optional":
            return union([first, NONE])
        if special == "Union":
            return union([self.resolve(arg, module, names) for arg in args])
        if special == "Type":
            return ("class_of", first)
        if special == "Tuple":
            if len(args) > 1 and args[1] == ("name", "..."):
                return ("tuple", (first,), True)
            return ("tuple", tuple([self.resolve(arg, module, names) for arg in args]), False)
        if special in _WRAPPERS:
            return first
        if special in ("TypeGuard", "TypeIs"):
            return _BOOL
        return ANY if special in ("Unpack", "Concatenate") else None

    def bound_of(self, variable: str) -> Resolved:
        """What a type variable is at least: its bound, or the union of its constraints, else ("any",)."""
        place = self._variables.get(variable)
        if place is None or place.record is None:
            return ANY
        _, _, bound, constraints, _ = place.record
        if constraints:
            return union([self.resolve(item, place.scope) for item in constraints])
        return self.resolve(bound, place.scope)

    def default_of(self, variable: str) -> Resolved:
        """What a type variable is where nothing says: its default, or the union of its constraints, else ("any",)."""
        place = self._variables.get(variable)
        if place is None or place.record is None:
            return ANY
        if place.record[4] != ("unknown",):
            return self.resolve(place.record[4], place.scope)
        return self.bound_of(variable) if place.record[3] else ANY
