"""Classes in the stubs: their bases, their order of resolution, their members, their type arguments."""

from collections.abc import Callable
from typing import Any

from code_path_audit.facts.annotations import dotted as dotted_text
from code_path_audit.facts.rows import Type
from code_path_audit.program.stubs import tables
from code_path_audit.program.stubs.model import (
    ANY,
    Resolved,
    StubClass,
    StubEntry,
    StubFunction,
    StubModule,
    StubParam,
    StubSignature,
    StubVar,
)
from code_path_audit.program.stubs.names import Place, Tables
from code_path_audit.program.stubs.resolution import StubTypes
from code_path_audit.program.stubs.types import OBJECT, instance, members, substitute, type_variables, union, widened

_GENERIC = ("typing.Generic", "typing.Protocol")

_MAX_MRO = 200

SourceBases = Callable[[str], tuple[Resolved, ...]]
"""The resolved bases of a class of the source; () for what is none."""


class StubClasses(StubTypes):
    """Knows classes; see `stubs.Stubs`."""

    def __init__(self, kept: Tables | None = None, source_bases: SourceBases | None = None) -> None:
        super().__init__(kept)
        self._source_bases = source_bases
        self._entries: dict[str, StubEntry | None] = {}
        self._mro: dict[str, tuple[str, ...]] = {}
        self._supers: dict[str, dict[str, tuple[Resolved, ...]]] = {}

    # --- entries

    def lookup(self, dotted: str) -> StubEntry | None:
        """What a dotted name leads to, through re-exports, aliases and inheritance; None for what is unknown."""
        if dotted not in self._entries:
            self._entries[dotted] = None  # a name that leads to itself leads nowhere
            place = self.place(dotted)
            self._entries[dotted] = None if place is None else self._entry(place)
        return self._entries[dotted]

    def canonical(self, dotted: str) -> str | None:
        """The one name of what a dotted name leads to; None for what the stubs do not have."""
        entry = self.lookup(dotted)
        return None if entry is None else entry.name

    def _place(self, parts: list[str]) -> Place | None:
        if len(parts) > _MAX_MRO:
            return None
        if parts[0] not in self._names():
            return self._walk_down(Place("builtins", (), None, "builtins"), parts)
        for start in range(1, len(parts) + 1):
            module = ".".join(parts[:start])
            if module not in self._names():
                break
            found = self._walk_down(Place(module, (), None, module), parts[start:])
            if found is not None:
                return found
        return None

    def _walk_down(self, place: Place | None, names: list[str]) -> Place | None:
        for name in names:
            place = place and self.below(place, name)
        return place

    def below(self, place: Place, name: str) -> Place | None:
        if place.record is None:
            return self.walk(place, name)
        if place.record[0] in ("var", "value"):
            return self.bound(Place(place.module, (*place.path, name), None, place.scope), place, name)
        if place.record[0] != "class":
            return None
        for base in self.mro(self.public(place)):
            owner = self._class_place(base)
            found = owner and self.walk(owner, name)
            if found is not None:
                return found
        return None

    def _class_place(self, name: str) -> Place | None:
        place = self.place(name)
        return place if place is not None and place.record is not None and place.record[0] == "class" else None

    def _entry(self, place: Place) -> StubEntry | None:
        if place.record is None:
            return StubModule(self.public(place))
        if place.record[0] == "class":
            return self._class(place)
        owner = ""
        name = self.public(place)
        if len(place.path) > 1 and self._is_class(place):
            owner = self.public(Place(place.module, place.path[:-1], None, place.scope))
            name = f"{self._known_as(owner, place)}.{place.path[-1]}"
        return _leaf(name, place.record, place.scope, owner)

    def _is_class(self, place: Place) -> bool:
        return self._class_place(self.public(Place(place.module, place.path[:-1], None, place.scope))) is not None

    def _known_as(self, owner: str, place: Place) -> str:
        """The class that methods are called by: for `_socket.socket` and `_io._IOBase` the public class above them."""
        if not place.module.startswith("_") or not owner.startswith(place.module):
            return owner
        for candidate in self.public_candidates(place.module):
            name = f"{candidate}.{place.path[0].lstrip('_')}"
            if owner in self.mro(name):
                return name
        return owner

    def _class(self, place: Place) -> StubClass:
        assert place.record is not None
        name = self.public(place)
        self._places.setdefault(name, place)
        bases, params, protocol = self._bases(place)
        known_as = self._known_as(name, place)
        owned: dict[str, StubFunction | StubVar | str] = {}
        for member, record in place.record[2]:
            if record[0] == "alias":
                target = dict(place.record[2]).get(dotted_text(record[1]))
                record = target or record
            if record[0] == "class":
                owned[member] = f"{name}.{member}"
            elif record[0] == "value" and any(self.is_subclass(_class_of(base), "enum.Enum") for base in bases):
                owned[member] = StubVar(f"{name}.{member}", ("resolved", ("inst", name, ())), place.scope, name)
            else:
                entry = _leaf(f"{known_as}.{member}", record, place.scope, name)
                if entry is not None:
                    owned[member] = entry
        return StubClass(name, bases, params, owned, place.scope, protocol)

    def _bases(self, place: Place) -> tuple[tuple[Resolved, ...], tuple[str, ...], bool]:
        assert place.record is not None
        bases: list[Resolved] = []
        explicit: tuple[str, ...] | None = None
        protocol = False
        for written in place.record[1]:
            head = self.head(written, place.scope)
            if head in _GENERIC:
                protocol = protocol or head == "typing.Protocol"
                if written[0] == "sub":
                    args = [self.resolve(arg, place.scope) for arg in written[2]]
                    explicit = tuple([arg[1] for arg in args if arg[0] == "typevar"])
                continue
            base = self.resolve(written, place.scope)
            if base[0] == "tuple":
                base = instance("builtins.tuple", union(base[1]))
            elif base[0] == "class_of":
                base = instance("builtins.type")
            if base[0] == "inst":
                bases.append(base)
        if explicit is None:
            explicit = tuple(dict.fromkeys(name for base in bases for name in type_variables(base)))
        if not bases and self.public(place) != "builtins.object":
            bases.append(OBJECT)
        return tuple(bases), explicit, protocol

    def class_entry(self, name: str) -> StubClass | None:
        """The class of a name; None for anything else."""
        entry = self.lookup(name)
        return entry if isinstance(entry, StubClass) else None

    def metaclass(self, name: str) -> str:
        """The metaclass of a class, by the first class in its order of resolution that names one."""
        for base in self.mro(name):
            place = self._class_place(base)
            if place is not None and place.record is not None and place.record[3] != ("unknown",):
                return self.head(place.record[3], place.scope) or "builtins.type"
        return "builtins.type"

    def bound(self, place: Place, holder: Place, name: str) -> Place | None:
        """`random.seed = _inst.seed`, `tar.open = TarFile.open`, `os.environ.get`: a method, its receiver left out."""
        assert holder.record is not None
        if holder.record[0] == "class":
            receiver: Resolved = ("inst", self.public(holder), ())
        else:
            types = [widened(member) for member in members(self.resolve(holder.record[1], holder.scope))]
            receiver = next((member for member in types if member[0] == "inst"), ANY)
        found = self.member(receiver[1], name) if receiver[0] == "inst" else None
        if found is None:
            return None
        entry = found[1]
        if isinstance(entry, StubFunction) and not entry.is_property:
            if holder.record[0] == "class" and not entry.is_class:
                return self.below(holder, name)
            binding = self.arguments(receiver, found[0])
            drop = 0 if entry.is_static else 1

            def closed(type: Type) -> Type:
                return ("resolved", substitute(self.resolve(type, entry.module), binding, receiver))

            signatures = tuple([
                (tuple([(p.name, p.kind, p.default, closed(p.type)) for p in s.params[drop:]]), closed(s.returns))
                for s in entry.overloads
            ])  # fmt: skip
            return Place(place.module, place.path, ("def", signatures, tables.STATIC), entry.module)
        return self.below(holder, name) if holder.record[0] == "class" else None

    # --- classes

    def bases(self, name: str) -> tuple[Resolved, ...]:
        """The bases of a class of the stubs or of the source, in terms of its own type variables."""
        place = self._class_place(name)
        if place is not None:
            return self._bases(place)[0]
        return self._source_bases(name) if self._source_bases else ()

    def mro(self, class_dotted: str) -> tuple[str, ...]:
        """The order of resolution of a class, itself first; () for what is no class."""
        found = self._mro.get(class_dotted)
        if found is None:
            self._mro[class_dotted] = ()  # a class that inherits from itself
            names = tuple([_class_of(base) for base in self.bases(class_dotted)])
            if names or self._class_place(class_dotted) is not None:
                found = _linear(class_dotted, names, [self.mro(name) or (name,) for name in names])
            else:
                found = ()
            self._mro[class_dotted] = found
        return found

    def is_subclass(self, class_dotted: str, base: str) -> bool:
        """Whether a class is another, or inherits from it."""
        return class_dotted == base or base in self.mro(class_dotted)

    def member(self, class_dotted: str, name: str) -> tuple[str, StubFunction | StubVar | StubClass] | None:
        """The class that defines a member, in the order of resolution, and the member; None where none does."""
        for owner in self.mro(class_dotted) or (class_dotted,):
            entry = self.class_entry(owner)
            found = entry.members.get(name) if entry is not None else None
            if isinstance(found, str):
                nested = self.class_entry(found)
                return None if nested is None else (owner, nested)
            if found is not None:
                return owner, found
        return None

    def super_args(self, name: str, owner: str) -> tuple[Resolved, ...] | None:
        """The type arguments that a class gives to one it inherits from, in terms of its own; None if it does not."""
        if name == owner:
            entry = self.class_entry(name)
            return tuple([("typevar", param) for param in entry.type_params]) if entry else ()
        if name not in self._supers:
            found: dict[str, tuple[Resolved, ...]] = {}
            self._supers[name] = found
            for base in self.bases(name):
                found.setdefault(base[1], base[2])
                values = self.arguments(base)
                self.super_args(base[1], "")
                for upper, args in self._supers.get(base[1], {}).items():
                    found.setdefault(upper, tuple([substitute(arg, values) for arg in args]))
        return self._supers[name].get(owner)

    def arguments(self, type: Resolved, owner: str | None = None) -> dict[str, Resolved]:
        """The type variables of a class (`owner`, or the instance's own), as an instance's type arguments fill them."""
        entry = self.class_entry(type[1])
        own: dict[str, Resolved] = {}
        if entry is not None:
            for index, param in enumerate(entry.type_params):
                own[param] = type[2][index] if index < len(type[2]) else self.default_of(param)
        if owner is None or owner == type[1]:
            return own
        args = self.super_args(type[1], owner)
        upper = self.class_entry(owner)
        if args is None or upper is None:
            return {}
        return self.arguments(("inst", owner, tuple([substitute(arg, own) for arg in args])))


def _class_of(type: Resolved) -> str:
    return type[1] if type[0] == "inst" else "builtins.object"


def _leaf(name: str, record: tuple[Any, ...], scope: str, owner: str) -> StubFunction | StubVar | None:
    if record[0] == "def":
        flags = record[2]
        overloads = tuple(
            [StubSignature(tuple([StubParam(*param) for param in params]), returns) for params, returns in record[1]]
        )
        wanted = (tables.STATIC, tables.CLASS, tables.PROPERTY, tables.ASYNC, tables.ABSTRACT)
        static, of_class, is_property, is_async, abstract = [bool(flags & flag) for flag in wanted]
        context = bool(flags & tables.CONTEXT)
        return StubFunction(name, overloads, static, of_class, is_property, is_async, abstract, context, scope, owner)
    if record[0] in ("var", "value"):
        return StubVar(name, record[1], scope, owner)
    return StubVar(name, ("unknown",), scope, owner) if record[0] in ("alias", "typevar") else None


def _linear(name: str, bases: tuple[str, ...], orders: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The C3 order; where there is none, the bases' orders one after the other."""
    sequences = [list(order) for order in orders] + [list(bases)]
    found = [name]
    while any(sequences) and len(found) < _MAX_MRO:
        sequences = [sequence for sequence in sequences if sequence]
        heads = [sequence[0] for sequence in sequences]
        good = next((head for head in heads if not any(head in sequence[1:] for sequence in sequences)), heads[0])
        found.append(good)
        sequences = [[item for item in sequence if item != good] for sequence in sequences]
    return tuple(dict.fromkeys(found))
