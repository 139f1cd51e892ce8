"""The values of one function of a library: where each comes from, and what is done with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from code_path_audit.libraries.generate.effects import (
    RESULT,
    STEPS,
    Effect,
    Origin,
    Origins,
    derived,
    each,
    is_far,
    root,
    slot,
    unpacked,
)
from code_path_audit.libraries.generate.members import DATA
from code_path_audit.libraries.generate.package import Package, is_plain

MAX_ORIGINS = 16
"""Origins of one register: more say nothing."""
MAX_EFFECTS = 48
"""Effects of one function: of one that does more, the rest is not told."""

CALLING_IT = ("calls", "keeps", "fires")
"""What is done with something that is called, now or later."""


class Registers:
    """The registers of one function, with the origins of what they hold; its effects, and what it returns."""

    def __init__(self, package: Package, name: str) -> None:
        self.package, self.name = package, name
        self.facts = package.facts(name)
        self.module = package.module_of(name)
        self.cls = package.class_of(name)
        self.registers: dict[int, Origins] = {}
        self.texts: dict[int, str] = {}
        self.read_from: dict[int, tuple[int, str]] = {}
        known = package.summary(name)
        self.effects: dict[Effect, None] = dict.fromkeys(known.effects)
        self.returns: dict[tuple[Origin, ...], None] = {}
        self.changed = False
        for index in range(len(self.facts.params)):
            self.registers[index] = Origins({("param", name, index): None})
        if self.cls and package.wrapped.get(name) == "classmethod" and self.facts.params:
            self.registers[0].put([("class", self.cls)])

    def of(self, register: int) -> Collection[Origin]:
        """The origins of a register; a negative one is unpacked."""
        if register >= 0:
            return self.registers.setdefault(register, Origins())
        return each("item", self.of(~register))

    def give(self, register: int, origins: Iterable[Origin]) -> None:
        """A register may hold something."""
        held = self.registers.setdefault(register, Origins())
        if register < 0 or len(held) >= MAX_ORIGINS:
            return
        before = len(held)
        held.put(list(origins))
        if len(held) != before:
            self.changed = True
            self.package.cells[self.name, register] = held

    def do(self, effect: Effect) -> None:
        """An effect, where it is about something that somebody else knows of."""
        start = root(effect.on)
        if start[0] in ("param", "global", "function"):
            if effect.what == "keeps" and (start[0] == "function" or is_far(effect.on)):
                return
            if start[0] == "param" and not f"{self.name}.".startswith(f"{start[1]}."):
                return  # of a function that has nothing to do with this one
            if effect not in self.effects and len(self.effects) < MAX_EFFECTS:
                self.effects[effect] = None
                self.changed = True

    def under(self, origin: Origin, key: str) -> Iterator[Origin]:
        """What something has under a name: of the dict of keyword arguments, the argument of that name."""
        if origin[0] == "param" and self.package.facts(origin[1]).params[origin[2]].kind == "starstar":
            yield ("key", origin, key)
        else:
            yield from derived("item", origin)

    def set_attribute(self, objects: Collection[Origin], name: str, values: Collection[Origin], site: int) -> None:
        """An attribute gets values."""
        if not name:
            return  # one that is not known
        for value in values:
            if value[0] == "attr":
                self.package.move(value[2], name)
        self.keep(values, [one for origin in objects for one in derived("attr", origin, name)], site)

    def is_self(self, origin: Origin) -> bool:
        """Whether a value is the object whose method this is."""
        return origin == ("param", self.name, 0) and self.package.is_bound(self.name)

    def perhaps(self, site: int) -> bool:
        """Whether a call site need not run each time."""
        return site >= 0 and self.facts.sites[site].conditional

    def keep(self, origins: Iterable[Origin], holders: Iterable[Origin], site: int) -> None:
        """Values are stored in something."""
        holders = list(holders)
        for origin in list(origins):
            start = root(origin)
            if start[0] == "param" and is_plain(self.package.facts(start[1]).params[start[2]].annotation):
                continue
            if start[0] in ("param", "function"):
                for one in holders:
                    owner = root(one)
                    if owner[0] == "param" and owner[2] == 0 and self.package.is_bound(owner[1]) and slot(one):
                        self.package.kept.setdefault(self.package.class_of(owner[1]), set()).add(slot(one))
                    elif owner[0] == "object" and slot(one):
                        self.package.kept.setdefault(owner[1], set()).add(slot(one))
            if start[0] == "param" or (start[0] == "function" and self.facts.kind != "module"):
                self.package.kept_globals.put(root(one) for one in holders if root(one)[0] == "global")
            for holder, name in dict.fromkeys((root(one), slot(one)) for one in holders):
                if holder[0] not in ("param", "global", "object") or origin == holder:
                    continue
                kept = unpacked(origin)
                self.do(Effect("keeps", kept, holder, name, self.perhaps(site)))
                for captured in self.captured(kept):
                    self.do(Effect("keeps", captured, holder, name, self.perhaps(site)))

    def captured(self, origin: Origin, does: Collection[str] = (*CALLING_IT, "hands")) -> Iterator[Origin]:
        """What a closure does something with that belongs to the functions around it."""
        if origin[0] == "function":
            self.package.users.setdefault(origin[1], {})[self.name] = None
            for effect in self.package.summary(origin[1]).effects:
                start = root(effect.on)
                if start[0] != "param" or start[1] == origin[1] or is_far(effect.on):
                    continue
                if effect.what in does and effect.of != RESULT:  # what it only gives back is nothing that it does
                    yield start

    def used(self, origin: Origin) -> None:
        """Something is called: what it was got from keeps what is called."""
        while origin[0] in STEPS:
            if origin[0] == "attr":
                if origin[2] not in DATA:
                    self.package.use(origin[2])
                elif origin[1][0] == "attr":
                    return  # a method of plain data is called of it
            origin = origin[1]
        if origin[0] == "global":
            self.package.use(f"{origin[1]}.{origin[2]}")

    def is_kept(self, origin: Origin) -> bool:
        """Whether a value is got from an attribute in which the object keeps what it was given; a global may."""
        while origin[0] in STEPS:
            if origin[0] == "attr" and self.is_self(origin[1]):
                return self.package.keeps_in(self.cls, origin[2])
            origin = origin[1]
        return origin in self.package.kept_globals
