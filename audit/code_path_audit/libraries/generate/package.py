"""A package as the generator sees it: its classes with their methods and bases, and what its modules bind."""

from __future__ import annotations

from collections.abc import Iterator

from code_path_audit.callgraph.model import SolvedGraph
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


class Package:
    """All functions of some packages, and what is known of them so far."""

    def __init__(self, program: Program, graph: SolvedGraph) -> None:
        self.program, self.graph = program, graph
        self.summaries: dict[str, Summary] = {}
        self.names: dict[tuple[str, int], str] = {place: name for name, place in program.functions.items()}
        self.callees: dict[tuple[str, int], list[str]] = {}
        """Who is called where, as the call graph has it."""
        for edge in graph.edges:
            if edge.kind in ("call", "construct", "callback", "decorator"):
                self.callees.setdefault((edge.caller, edge.site), []).append(edge.callee)
        self.bound: dict[tuple[str, str], Origins] = {}
        """What the names of modules stand for."""
        self.bases: dict[str, list[str]] = {}
        """The classes of the library right above a class."""
        self.wrapped: dict[str, str] = {}
        """Methods that are "staticmethod", "classmethod" or "property"."""
        self.kept: dict[str, set[str]] = {}
        """The attributes in which objects of a class keep what they were given."""
        self.kept_globals = Origins()
        """The variables of modules that keep what their functions were given."""
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
        outer = self.around(name)
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
        return sum(map(len, self.kept.values())) + len(self.kept_globals)

    def keeps_in(self, cls: str, name: str) -> bool:
        """Whether objects of a class keep what they were given in an attribute."""
        return any(name in self.kept.get(one, ()) for one in self.above(cls))

    def method(self, cls: str, name: str) -> str:
        """The method that objects of a class have under a name, or ""."""
        for one in self.above(cls):
            if f"{one}.{name}" in self.program.functions:
                return self.last(f"{one}.{name}")
        return ""
