"""Names in the stubs: which module defines what, through re-exports and aliases, and what people call it."""

from typing import Any, NamedTuple, Protocol

from code_path_audit.facts.annotations import dotted as dotted_text
from code_path_audit.facts.rows import Type
from code_path_audit.program.stubs import tables

INDEX = ""
"""The key of the table that lists all stub modules."""

_PUBLIC_MODULES: dict[str, tuple[str, ...]] = {
    "posixpath": ("os.path",),
    "ntpath": ("os.path",),
    "genericpath": ("os.path",),
    "posix": ("os",),
    "nt": ("os",),
    "_thread": ("threading",),
    "_collections_abc": ("typing", "collections.abc"),
    "_blake2": ("hashlib",),
    "_weakrefset": ("weakref",),
    "_frozen_importlib": ("importlib.machinery",),
    "_frozen_importlib_external": ("importlib.machinery",),
    "_sitebuiltins": ("builtins",),
    "sqlite3.dbapi2": ("sqlite3",),
    "typing_extensions": ("typing",),
}
"""Where the public name of a module's content may be, that its own name does not tell."""

_STEPS = 40
"""How many imports and aliases are followed for one name: more is a cycle."""


class Module(NamedTuple):
    """A loaded table."""

    name: str
    exports: tuple[str, ...] | None
    stars: tuple[str, ...]
    rows: dict[str, tuple[Any, ...]]


class Place(NamedTuple):
    """Where a name leads: a module (`record` None), or a record, `path` below `module`; its types belong to `scope`."""

    module: str
    path: tuple[str, ...]
    record: tuple[Any, ...] | None
    scope: str


class Tables(Protocol):
    """Tables of stub modules by name, as a dictionary gives them."""

    def get(self, name: str, /) -> tuple[Any, ...] | None: ...


class StubNames:
    """Tables of stub modules, loaded when they are asked for."""

    def __init__(self, kept: Tables | None = None) -> None:
        self._given: Tables = {} if kept is None else kept
        self._tables: dict[str, tuple[Any, ...]] = {}
        self._modules: dict[str, Module | None] = {}
        self._index: dict[str, tuple[str, bool, str]] | None = None
        self._public: dict[tuple[str, str], str] = {}
        self._found: dict[tuple[str, str], Place | None] = {}

    # --- tables

    def modules(self) -> tuple[str, ...]:
        """The names of all stub modules, sorted."""
        return tuple(self._names())

    def is_stdlib(self, module: str) -> bool:
        """Whether a module, or the package that it says it is in, belongs to the standard library."""
        return module.partition(".")[0] in self._names()

    def to_table(self, module: str) -> tuple[Any, ...] | None:
        """A stub module as plain tuples, strings, integers and None, to be given to another `Stubs`.

        The module "" is the list of all of them; None for what is no stub module.
        """
        self._names()
        if module != INDEX and self.module(module) is None:
            return None
        return self._tables.get(module)

    def used(self) -> dict[str, tuple[Any, ...]]:
        """The tables that have been needed so far, by module: what a store should keep."""
        return dict(sorted(self._tables.items()))

    def _names(self) -> dict[str, tuple[str, bool, str]]:
        if self._index is None:
            table = self._given.get(INDEX)
            if table is None:
                table = tables.index()
            self._tables[INDEX] = table
            self._index = {row[0]: row for row in table}
        return self._index

    def module(self, name: str) -> Module | None:
        """A stub module by name; None where there is none."""
        if name in self._modules:
            return self._modules[name]
        self._modules[name] = None
        row = self._names().get(name)
        if row is None:
            return None
        table = self._given.get(name)
        if table is None or table[:1] != (name,):  # none, or one of another module
            try:
                table = tables.load(*row)
            except (OSError, SyntaxError, ValueError):
                return None
        self._tables[name] = table
        loaded = self._modules[name] = Module(name, table[2], table[3], dict(table[4]))
        return loaded

    # --- names

    def find(self, module: str, name: str, steps: int = _STEPS) -> Place | None:
        """What a name in a module leads to, through imports and aliases; submodules count as names of a package."""
        key = (module, name)
        if key in self._found:
            return self._found[key]
        found = self._find(module, name, steps)
        if steps == _STEPS:
            self._found[key] = found
        return found

    def _find(self, module: str, name: str, steps: int) -> Place | None:
        loaded = self.module(module)
        if loaded is None or steps <= 0:
            return None
        record = loaded.rows.get(name)
        if record is not None:
            found = self._follow(Place(module, (name,), record, module), steps - 1)
            if found is not None:
                return found
        if not name.startswith("__"):
            for star in reversed(loaded.stars):
                if self._is_public(star, name, steps - 1):
                    found = self.find(star, name, steps - 1)
                    if found is not None:
                        return found
        submodule = f"{module}.{name}"
        return Place(submodule, (), None, submodule) if submodule in self._names() else None

    def _is_public(self, module: str, name: str, steps: int) -> bool:
        """Whether `from module import *` brings a name, by the rules for stubs."""
        loaded = self.module(module)
        if loaded is None or steps <= 0:
            return False
        if loaded.exports is not None:
            return name in loaded.exports
        if name.startswith("_"):
            return False
        record = loaded.rows.get(name)
        if record is not None:
            return record[0] != "import" or bool(record[3])
        return any(self._is_public(star, name, steps - 1) for star in loaded.stars)

    def _exposes(self, module: str, name: str) -> bool:
        """Whether a name is meant to be imported from a module: like `_is_public`, for names with an underscore too."""
        loaded = self.module(module)
        if loaded is None:
            return False
        record = loaded.rows.get(name)
        if record is not None and (record[0] != "import" or record[3]):
            return True
        if loaded.exports is not None:
            return name in loaded.exports
        return any(self._is_public(star, name, _STEPS) for star in loaded.stars)

    def _follow(self, place: Place, steps: int) -> Place | None:
        record = place.record
        if record is None or steps <= 0:
            return place if record is None else None
        if record[0] == "import":
            if record[2]:
                return self.find(record[1], record[2], steps)
            return Place(record[1], (), None, record[1]) if record[1] in self._names() else None
        if record[0] == "alias":
            return self._alias(place, record[1], steps)
        return place

    def _alias(self, place: Place, type: Type, steps: int) -> Place | None:
        text = dotted_text(type)
        if not text or text == place.path[-1]:
            return place
        first, *rest = text.split(".")
        target = self.find(place.scope, first, steps) or self.find("builtins", first, steps)
        for name in rest:
            if target is None:
                return None
            if target.record is not None and target.record[0] in ("var", "value", "class") and len(place.path) == 1:
                return self.bound(place, target, name)
            target = self.walk(target, name, steps)
        return target

    def bound(self, place: Place, holder: Place, name: str) -> Place | None:
        """What `x = holder.name` leads to, a variable or class; variables need types, which the subclass knows."""
        return self.walk(holder, name)

    def walk(self, place: Place, name: str, steps: int = _STEPS) -> Place | None:
        """The name below a module or a class: the class's own members alone."""
        if place.record is None:
            return self.find(place.module, name, steps)
        if place.record[0] == "class":
            for member, record in place.record[2]:
                if member == name:
                    return Place(place.module, (*place.path, name), record, place.scope)
        return None

    def public(self, place: Place) -> str:
        """The name people use for what is at a place: the shortest public module with it, then its path there."""
        if not place.path:
            return "os.path" if place.module in ("posixpath", "ntpath") else place.module
        key = (place.module, place.path[0])
        top = self._public.get(key)
        if top is None:
            top = self._public[key] = self._public_name(*key)
        return ".".join((top, *place.path[1:]))

    def _public_name(self, module: str, name: str) -> str:
        for candidate in self._candidates(module):
            if candidate == module or candidate not in self._names():
                continue
            if self._exposes(candidate, name):
                found = self.find(candidate, name)
                if found is not None and (found[:2] == (module, (name,)) or module == "typing_extensions"):
                    return f"{candidate}.{name}"
            elif module.startswith("_") and (other := self._renamed(candidate, module, name)):
                return f"{candidate}.{other}"
        return f"{module}.{name}"

    def _renamed(self, candidate: str, module: str, name: str) -> str:
        """What a public module calls a private one's content: `from _hashlib import openssl_md5 as md5`."""
        loaded = self.module(candidate)
        for other, record in loaded.rows.items() if loaded is not None else ():
            if other.startswith("_") or (other == name and candidate != module.lstrip("_")):
                continue
            if record[:3] == ("import", module, name):
                return other
            if record[0] == "alias" and dotted_text(record[1]).startswith(f"{module}."):
                found = self.find(candidate, other)
                if found is not None and found[:2] == (module, (name,)):
                    return other
        return ""

    def public_candidates(self, module: str) -> list[str]:
        """Modules that may offer a module's content under a public name, best first."""
        return [candidate for candidate in self._candidates(module) if candidate in self._names()]

    def _candidates(self, module: str) -> list[str]:
        found = list(_PUBLIC_MODULES.get(module, ()))
        parts = module.split(".")
        found += [".".join(parts[:end]) for end in range(1, len(parts))]
        bare = [part.lstrip("_") for part in parts]
        if bare != parts and all(bare):
            found.append(".".join(bare))
        return found
