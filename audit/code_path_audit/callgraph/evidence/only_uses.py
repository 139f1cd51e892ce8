"""A function that goes nowhere but into the hands of a library is called by that library: why else would it be given?

Looked at when all that is known has been followed: of the uses that are only possible (a callable that is handed to an
unknown function or kept by an object, a method that overrides one of a library, a property of an object of which some
name is read that is not known, a method of an object in its hands that texts name), those are likely whose function
nothing has reached so far. Wrong, by edges too many, where a library keeps what it is given and never calls it in the
action, and where it is called at another place than the one that it is given to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from code_path_audit.callgraph.evidence.before_action import BeforeAction, home, loaded_before, used_in_action
from code_path_audit.callgraph.evidence.named_methods import named_methods
from code_path_audit.callgraph.frameworks.django_declared import Models, is_model
from code_path_audit.callgraph.frameworks.django_views import Views
from code_path_audit.callgraph.frameworks.sqlalchemy_declared import is_mapped
from code_path_audit.callgraph.frameworks.web_requests import is_served
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.library.escapes import on_escape, on_method, on_methods, on_overridden
from code_path_audit.callgraph.library.overrides import Decorated, overrides
from code_path_audit.callgraph.library.summaries import AnyUse, Places, use
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.models.reflection import read_properties, write_properties
from code_path_audit.callgraph.solver.abstract_values import BOUND, CLASS, CLASSM, CTXFUNC, FUNC, INST, PROPERTY, STATIC
from code_path_audit.callgraph.solver.ids import Site, Value
from code_path_audit.callgraph.solver.state import State


class EarlyUses:
    """What is called by what modules hand to libraries before the action begins."""

    def __init__(self) -> None:
        self.only: set[Value] = set()
        """Functions and classes that nothing else calls: a use in the action is a better reason."""
        self.found: set[Value] = set()
        """All functions and classes that were in the hands of libraries alone."""
        self.before: Mapping[Waiting, None] | None = None
        """Where a solution is gone on from, the uses that it knew: a new one of what was found by uses alone counts as
        these did."""


Waiting = tuple[Site, AnyUse, Value]


def go_on(s: State) -> None:
    """The uses that come from now on are new ones."""
    s.tables[EarlyUses].before = dict(s.tables[Places].waiting[Evidence.POSSIBLE])


def from_only_uses(s: State) -> bool:
    """Uses that were only possible become likely; all that are found at once, so that their order does not count."""
    if s.phase is not Evidence.LIKELY:
        return False
    waiting = s.tables[Places].waiting[Evidence.POSSIBLE]
    if not waiting:
        return s.busy()
    found: list[Waiting] = []
    early = s.tables[EarlyUses]
    before, places, nobody = loaded_before(s), used_in_action(s), s.tables[Places].nobody
    homes = s.tables[BeforeAction].homes
    is_django, marks = s.tables[Models].is_started, marked(s)
    known = Unreached(s, set()), Unreached(s, early.only)
    new = known
    if early.before is not None:
        new = Unreached(s, early.found), Unreached(s, early.only | early.found)
    for site, how, value in waiting:
        of_modules, of_action = new if early.before is None or (site, how, value) not in early.before else known
        unreached = of_action
        aid = site.activation
        if before and (site.place not in places if aid == nobody else (homes.get(aid) or home(s, aid)) in before):
            if is_django or (s.tables[Views].requests and is_served(s, value)):
                continue
            unreached = of_modules
        if how[0] is on_escape and unreached.holds_one((value,)):
            found.append((site, (on_escape, how[1], Evidence.LIKELY), value))
        elif how[0] is on_method and unreached.method(value, how[1]):
            found.append((site, (on_method, how[1], Evidence.LIKELY), value))
        elif how[0] is on_overridden and is_django and before and is_row(s, value):
            continue  # what Django's models are asked for is known
        elif how[0] is on_overridden:
            names = unreached.overrides(value, how[1])
            if names and is_mapped_row(s, value):  # a mapper asks its rows for what a decorator marks, and nothing else
                by_mark = set(marked_methods(s, s.rows[value].cls, marks))
                names = tuple(name for name in names if name in by_mark)
            if names:
                found.append((site, (on_overridden, names, Evidence.LIKELY), value))
        elif how[0] is on_methods:
            found += [
                (site, (on_method, name, Evidence.LIKELY), value)
                for name in (*named_methods(s, s.rows[value].cls), *marked_methods(s, s.rows[value].cls, marks))
                if unreached.method(value, name)
            ]
        elif how[0] in PARTS:
            names = unreached.properties(value, PARTS[how[0]])
            if names:
                found.append((site, (how[0], how[1], names), value))
    for of_modules, of_action in (known, new):
        early.only |= of_modules.found
        early.found |= of_modules.found | of_action.found
    for _, of_action in (known, new):
        early.only -= of_action.found
    for site, how, value in found:
        use(s, site, how, value)
    return s.busy()


def marked(s: State) -> frozenset[Value]:
    """What a decorator of an unknown library was given: it marks what it is to call."""
    faces = s.tables[Decorated].faces.items()
    return frozenset(
        value for value, given in faces if any(not s.stubs.is_stdlib(s.rows[face].dotted) for face in given)
    )


def marked_methods(s: State, cls: Value, marks: frozenset[Value]) -> Iterator[str]:
    """The names of a class's methods that are marked."""
    for name, var in classes.all_attributes(s, cls):
        for value in (s.pts[var] or ()) if marks else ():
            while s.kinds[value] in (STATIC, CLASSM):
                value = s.rows[value].callable
            if value in marks:
                yield name
                break


def is_mapped_row(s: State, value: Value) -> bool:
    """Whether an object is a row of a class that SQLAlchemy maps."""
    return s.kinds[value] == INST and is_mapped(s, s.rows[value].cls)


def is_row(s: State, value: Value) -> bool:
    """Whether an object is a row of a model."""
    return s.kinds[value] == INST and is_model(s, s.rows[value].cls)


PARTS = {read_properties: "fget", write_properties: "fset"}
"""What getattr and setattr with an unknown name may call of a property."""


class Unreached:
    """What of the objects of a class nothing has called, or what is `seen`: the same for all of them, until more is
    followed. `found` are the functions and classes."""

    def __init__(self, s: State, seen: set[Value]) -> None:
        self.s, self.seen = s, seen
        self.found: set[Value] = set()
        self.names: dict[tuple[str, Value, object], tuple[str, ...]] = {}

    def overrides(self, value: Value, only: tuple[str, ...] | None) -> tuple[str, ...]:
        """The names of methods that a base outside may call."""
        key = ("overrides", self.s.rows[value].cls, only)
        found = self.names.get(key)
        if found is None:
            rows = overrides(self.s, value, only)
            found = self.names[key] = tuple(name for name, var in rows if self.holds_one(self.s.pts[var] or ()))
        return found

    def method(self, value: Value, name: str) -> bool:
        """Whether a method is one."""
        key = ("method", self.s.rows[value].cls, name)
        found = self.names.get(key)
        if found is None:
            member = classes.find(self.s, self.s.rows[value].cls, name)
            is_one = isinstance(member, classes.Own) and self.holds_one(self.s.pts[member.var] or ())
            found = self.names[key] = (name,) if is_one else ()
        else:
            self.s.steps += 2  # of `find`: caps are hit where they always were
        return bool(found)

    def properties(self, value: Value, part: str) -> tuple[str, ...]:
        """The names of properties whose getter, or setter, is one."""
        key = ("properties", self.s.rows[value].cls, part)
        every = classes.all_attributes(self.s, self.s.rows[value].cls)  # counts its steps each time
        known = self.names.get(key)
        if known is not None:
            return known
        names = []
        for name, var in every:
            held = self.s.pts[var]
            properties = [p for p in held if self.s.kinds[p] == PROPERTY] if held else ()
            parts = [self.s.field(p, part) for p in properties]
            if any(self.holds_one(self.s.pts[part] or ()) for part in parts):
                names.append(name)
        found = self.names[key] = tuple(names)
        return found

    def holds_one(self, values: Iterable[Value]) -> bool:
        """Whether one of some values is a callable of the source that nothing has called."""
        new = [value for value in values if value in self.seen or is_unreached(self.s, value)]
        self.found.update(new)
        return bool(new)


def is_unreached(s: State, value: Value) -> bool:
    """Whether a callable of the source was not called, or constructed, by anything."""
    while s.kinds[value] in (BOUND, STATIC, CLASSM, CTXFUNC):
        value = s.rows[value].callable
    kind = s.kinds[value]
    return (kind == FUNC and s.rows[value].function not in s.contexts) or (kind == CLASS and value not in s.constructed)
