"""A package as the generator sees it: its classes with their methods and bases, and what its modules bind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from code_path_audit.callgraph.behaviours import NO_BEHAVIOURS, Behaviours
from code_path_audit.callgraph.model import Evidence, SolvedGraph
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import Type
from code_path_audit.libraries.generate.effects import NOTHING, Origins, Summary
from code_path_audit.program.model import Program

MAX_ABOVE = 40
"""Classes above one that are looked at."""


PLAIN = frozenset(("str", "int", "bool", "float", "bytes", "None", "Literal", "datetime", "Path", "PathLike"))
"""Types of what nobody calls and nobody asks for anything of ours."""


def is_plain(annotation: Type | None) -> bool:
    """Whether an annotation says that an argument is plain data."""
    if annotation is None:
        return False
    tag = annotation[0]
    if tag == "or":
        return all(is_plain(one) for one in annotation[1])
    if tag == "sub":
        return is_plain(annotation[1])
    return tag in ("none", "const") or (tag == "name" and annotation[1] in PLAIN)


def bare(name: str) -> str:
    """The last name of a function, as it is written."""
    return name.partition("#")[0].rpartition(".")[2]


class Package:
    """All functions of some packages, and what is known of them so far."""

    def __init__(self, program: Program, graph: SolvedGraph, behaviours: Behaviours = NO_BEHAVIOURS) -> None:
        self.program, self.graph, self.behaviours = program, graph, behaviours
        self.summaries: dict[str, Summary] = {}
        self.names: dict[tuple[str, int], str] = {place: name for name, place in program.functions.items()}
        self.callees: dict[tuple[str, int], dict[str, bool]] = {}
        """Who is called where, as the call graph has it, and whether that is certain."""
        for edge in graph.edges:
            if edge.kind in ("call", "construct", "callback", "decorator"):
                found = self.callees.setdefault((edge.caller, edge.site), {})
                found[edge.callee] = found.get(edge.callee, False) or edge.evidence == Evidence.CERTAIN.word
        self.bound: dict[tuple[str, str], Origins] = {}
        """What the names of modules stand for."""
        self.bases: dict[str, list[str]] = {}
        """The classes of the library right above a class."""
        self.outside: dict[str, list[str]] = {}
        """The classes of other libraries right above a class."""
        self.by_method: dict[str, dict[str, None]] = {}
        """By the name of a method, the classes that have one."""
        for name in program.functions:
            if cls := self.class_of(name):
                self.by_method.setdefault(bare(name), {})[cls] = None
        self.wrapped: dict[str, str] = {}
        """Methods that are "staticmethod", "classmethod" or "property"."""
        self.kept: dict[str, set[str]] = {}
        """The attributes in which objects of a class keep what they were given."""
        self.kept_globals = Origins()
        """The variables of modules that keep what their functions were given."""
        self.live: dict[str, None] = {}
        """The attributes, and the variables of modules ("module.name"), of which something is called somewhere: what is
        called, asked for a member, or has such things in it. What is kept anywhere else is never called."""
        self.moves: dict[str, dict[str, None]] = {}
        """Attributes that are stored in an attribute, by that; or returned by a property."""
        self.users: dict[str, dict[str, None]] = {}
        """Whose summaries have that of a function in them."""
        self.cells: dict[tuple[str, int], Origins] = {}
        """What captured variables hold, by their function and register."""

    def facts(self, name: str) -> FunctionFacts:
        """The facts of a function."""
        return self.program.facts(name)

    def module_of(self, name: str) -> str:
        """The module that a function is in."""
        return self.program.functions[name][0]

    def around(self, name: str) -> str:
        """The function, class or module around a function; "" for a module."""
        module, index = self.program.functions[name]
        parent = self.program.modules[module].functions[index].parent
        return "" if parent < 0 else self.names[module, parent]

    def class_of(self, name: str) -> str:
        """The class that a function is a method of, or ""."""
        outer = self.around(name) if name else ""
        return outer if outer and self.facts(outer).kind == "class" else ""

    def is_bound(self, name: str) -> bool:
        """Whether a function takes its object first."""
        return bool(self.class_of(name)) and self.wrapped.get(name) != "staticmethod"

    def summary(self, name: str) -> Summary:
        """What is known of a function."""
        return self.summaries.get(name, NOTHING)

    def last(self, name: str) -> str:
        """The last of several definitions of one name: overloads stand in front."""
        found, count = name, 2
        while f"{name}#{count}" in self.program.functions:
            found, count = f"{name}#{count}", count + 1
        return found

    def above(self, cls: str) -> Iterator[str]:
        """A class and those of the library above it, the nearer ones first."""
        found: dict[str, None] = {}
        todo = [cls]
        while todo and len(found) < MAX_ABOVE:
            one = todo.pop(0)
            if one not in found:
                found[one] = None
                yield one
                todo += self.bases.get(one, ())

    def size(self) -> int:
        """How much is known of what objects and modules keep, which only grows."""
        return sum(map(len, self.kept.values())) + len(self.kept_globals) + len(self.live)

    def use(self, name: str) -> None:
        """Something of an attribute is called: of those, too, that it has its value from."""
        todo = [name]
        while todo:
            one = todo.pop()
            if one and one not in self.live:
                self.live[one] = None
                todo += self.moves.get(one, ())

    def move(self, source: str, target: str) -> None:
        """What one attribute has is stored in another."""
        self.moves.setdefault(target, {})[source] = None
        if target in self.live:
            self.use(source)

    def keeps_in(self, cls: str, name: str) -> bool:
        """Whether objects of a class keep what they were given in an attribute."""
        return any(name in self.kept.get(one, ()) for one in self.above(cls))

    def overrides(self, cls: str, name: str) -> list[str]:
        """The methods of that name of the classes below one."""
        below = self.by_method.get(name, ())
        return [self.last(f"{one}.{name}") for one in below if one != cls and cls in self.above(one)]

    def is_relative(self, name: str, names: Iterable[str], caller: str) -> bool:
        """Whether a function is the only one of some, or a method of a class below that of its caller, or of one that
        shares a base in the library with the class of another method of that name."""
        others = [one for one in names if one != name]
        above = set(self.above(self.class_of(name))) if self.class_of(name) else set()
        last = bare(name)
        around = self.class_of(caller) or self.class_of(self.around(caller))
        return (
            not others
            or around in above
            or any(bare(one) == last and above.intersection(self.above(self.class_of(one))) for one in others)
        )

    def is_slot(self, name: str) -> bool:
        """Whether objects of a class keep things in an attribute of that name, and none has such a method."""
        return name not in self.by_method and any(name in slots for slots in self.kept.values())

    def method(self, cls: str, name: str) -> str:
        """The method that objects of a class have under a name, or ""."""
        for one in self.above(cls):
            if f"{one}.{name}" in self.program.functions:
                return self.last(f"{one}.{name}")
        return ""


def wrapped_in(package: Package, name: str) -> None:
    """Which methods of a class are static, of the class, or properties, by their decorators."""
    names: dict[int, Any] = {}
    made: dict[int, str] = {}
    for row in package.facts(name).code:
        if row[0] == op.GLOBAL:
            names[row[1]] = row[2]
        elif row[0] == op.FUNC:
            made[row[1]] = package.names[package.module_of(name), row[2]]
        elif row[0] == op.COPY and row[2] in made:
            made[row[1]] = made[row[2]]
        elif row[0] == op.CALL and row[3] and row[3][0] in made:
            decorator = names.get(row[2])
            if decorator in ("staticmethod", "classmethod", "property"):
                package.wrapped[made[row[3][0]]] = decorator
            made[row[1]] = made[row[3][0]]
