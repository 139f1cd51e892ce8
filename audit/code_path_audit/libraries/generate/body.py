"""One function of a library: where each of its values comes from, and what it does with them.

The registers of its code get origins, until none is new; a call of another function of the library does what that one's
summary says, with the arguments in the place of its parameters. What is called is known from the origins, and from the
call graph. Conditions are not followed: what is behind one is done perhaps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from code_path_audit.facts import opcodes as op
from code_path_audit.libraries.generate.effects import (
    RESULT,
    STEPS,
    Effect,
    Origin,
    Origins,
    Summary,
    derived,
    each,
    replaced,
    root,
)
from code_path_audit.libraries.generate.package import Package, is_plain

MAX_PASSES = 6
"""Over one body: registers flow back in loops."""
MAX_ORIGINS = 16
"""Origins of one register: more say nothing."""
MAX_EFFECTS = 48
"""Effects of one function: of one that does more, the rest is not told."""

ADDING = frozenset(
    ("append", "add", "insert", "extend", "appendleft", "setdefault", "update", "put", "put_nowait", "__setitem__")
)
"""Methods of containers that keep what they are given."""
GETTING = frozenset(
    ("get", "pop", "popleft", "values", "items", "setdefault", "copy", "__getitem__", "popitem", "get_nowait", "keys")
)
"""Methods of containers that give what these hold."""
PASSING = frozenset(
    ("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "dict", "enumerate", "zip", "next")
)
"""Builtins that give what they are given, or its elements."""
CALLING = {"sorted": "key", "min": "key", "max": "key", "map": 0, "filter": 0}
"""Builtins that call an argument."""
PARTIALS = ("functools.partial", "functools.partialmethod", "typing.cast")


class Body:
    """The analysis of one function."""

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

    def run(self) -> Summary:
        """What the function does, with what is known of the others."""
        for _ in range(MAX_PASSES):
            self.changed = False
            self.returns = {}
            for row in self.facts.code:
                self.step(row)
            if not self.changed:
                break
        return Summary(tuple(self.effects), tuple(self.returns))

    # registers

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
        if root(effect.on)[0] in ("param", "global", "function"):
            if effect.what == "keeps" and root(effect.on)[0] == "function":
                return
            if effect not in self.effects and len(self.effects) < MAX_EFFECTS:
                self.effects[effect] = None
                self.changed = True

    # instructions

    def step(self, row: op.Row) -> None:
        """One instruction."""
        code = row[0]
        if code in (op.COPY, op.NARROW, op.ENTER, op.AWAIT, op.TYPED):
            if row[2] >= 0:
                self.give(row[1], self.of(row[2]))
        elif code == op.STR:
            self.texts[row[1]] = row[2]
        elif code == op.BINARY and row[2] == "add" and row[3] in self.texts:
            self.texts[row[1]] = self.texts[row[3]].rstrip("*") + "*"
        elif code == op.FUNC:
            self.give(row[1], [("function", self.package.names[self.module, row[2]])])
        elif code == op.CLASS:
            self.define(row)
        elif code == op.GLOBAL:
            self.give(row[1], self.named(self.module, row[2]))
        elif code == op.FREE:
            owner = self.package.names[self.module, row[2]]
            self.give(row[1], self.package.cells.get((owner, row[3]), ()))
            if row[3] < len(self.package.facts(owner).params):
                self.give(row[1], [("param", owner, row[3])])
        elif code in (op.ITEM, op.ITER):
            self.give(row[1], each("item", self.of(row[2])))
        elif code == op.UNPACK:
            for part in row[2]:
                self.give(part, each("item", self.of(row[1])))
        elif code in (op.LIST, op.TUPLE, op.SET):
            self.give(row[1], [holder for part in row[2] for holder in each("holds", self.of(part))])
        elif code == op.DICT:
            self.give(row[1], [holder for _, value in row[2] for holder in each("holds", self.of(value))])
        elif code == op.ATTR:
            self.read(row)
        elif code == op.CALL:
            self.call(row)
        elif code == op.RETURN:
            self.give_back(row[1])
        elif code in (op.YIELD, op.YIELD_FROM):
            pass
        else:
            self.store(row)

    def store(self, row: op.Row) -> None:
        """What is stored somewhere is kept there."""
        code = row[0]
        if code == op.STORE_ATTR:
            holders = [one for origin in self.of(row[1]) for one in (origin, *derived("attr", origin, row[2]))]
            self.keep(self.of(row[3]), holders, row[4])
        elif code == op.STORE_ITEM:
            self.keep(self.of(row[3]), self.of(row[1]), row[4])
        elif code == op.STORE_GLOBAL:
            if self.facts.kind == "module":
                self.package.bound.setdefault((self.module, row[1]), Origins()).put(list(self.of(row[2])))
            else:
                self.keep(self.of(row[2]), [("global", self.module, row[1])], -1)
        elif code == op.STORE_FREE:
            owner = self.package.names[self.module, row[1]]
            self.package.cells.setdefault((owner, row[2]), Origins()).put(list(self.of(row[3])))
        elif code == op.STORE_NAME and self.facts.kind == "class":
            self.package.bound.setdefault((self.name, row[1]), Origins()).put(list(self.of(row[2])))
        elif code == op.IMPORT_STAR:
            for (module, name), origins in list(self.package.bound.items()):
                if module == row[1] and not name.startswith("_"):
                    self.package.bound.setdefault((self.module, name), Origins()).put(list(origins))
        elif code == op.IMPORT:
            self.give(row[1], [("module", row[2].partition(".")[0] if row[3] else row[2])])
        elif code == op.IMPORT_FROM:
            self.give(row[1], self.imported(row[2], row[3]))

    def define(self, row: op.Row) -> None:
        """A class: its bases are known as soon as their names are."""
        name = self.package.names[self.module, row[2]]
        found = [origin[1] for base in row[3] for origin in self.of(base) if origin[0] == "class"]
        if found:
            self.package.bases[name] = list(dict.fromkeys(found))
        self.give(row[1], [("class", name)])

    def named(self, module: str, name: str) -> Iterable[Origin]:
        """What a global name stands for."""
        found = self.package.bound.get((module, name))
        if found is not None:
            # an object that a module makes is known to all by the name of the variable
            plain = [origin for origin in found if origin[0] in ("function", "class", "module", "builtin")]
            return plain or [("global", module, name), *(o for o in found if o[0] == "object")]
        return [("builtin", name)]

    def imported(self, module: str, name: str) -> Iterable[Origin]:
        """What `from module import name` binds."""
        if f"{module}.{name}" in self.package.program.modules:
            return [("module", f"{module}.{name}")]
        if module in self.package.program.modules:
            return [o for o in self.named(module, name) if o[0] != "builtin"]
        return [("builtin", f"{module}.{name}")]

    def read(self, row: op.Row) -> None:
        """An attribute."""
        register, base, name = row[1], row[2], row[3]
        self.read_from[register] = (base, name)
        for origin in list(self.of(base)):
            if origin[0] == "module":
                self.give(register, self.imported(origin[1], name))
            elif origin[0] == "builtin":
                self.give(register, [("builtin", f"{origin[1]}.{name}")])
            elif origin[0] == "class" and f"{origin[1]}.{name}" in self.package.program.functions:
                self.give(register, [("function", self.package.last(f"{origin[1]}.{name}"))])
            elif origin[0] in ("param", "attr", "item", "object", "global", "super"):
                self.give(register, derived("attr", origin, name))

    # what is kept, returned, called

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
                    if self.cls and one[0] == "attr" and self.is_self(one[1]):
                        self.package.kept.setdefault(self.cls, set()).add(one[2])
            if start[0] == "param" or (start[0] == "function" and self.facts.kind != "module"):
                self.package.kept_globals.put(root(one) for one in holders if root(one)[0] == "global")
            for holder in dict.fromkeys(root(one) for one in holders):
                if holder[0] not in ("param", "global", "object") or origin == holder:
                    continue
                kept = unpacked(origin)
                self.do(Effect("keeps", kept, holder, "", self.perhaps(site)))
                for captured in self.captured(kept):
                    self.do(Effect("keeps", captured, holder, "", self.perhaps(site)))

    def captured(self, origin: Origin) -> Iterator[Origin]:
        """What a closure does something with that belongs to the functions around it."""
        if origin[0] == "function":
            self.package.users.setdefault(origin[1], {})[self.name] = None
            for effect in self.package.summary(origin[1]).effects:
                start = root(effect.on)
                if effect.what in ("calls", "keeps", "fires") and start[0] == "param" and start[1] != origin[1]:
                    yield start

    def give_back(self, register: int) -> None:
        """What is returned, and what that keeps: a closure what it captures, a container what is in it."""
        origins = tuple(self.of(register))
        self.returns[origins] = None
        for origin in origins:
            for captured in self.captured(origin):
                self.do(Effect("keeps", captured, RESULT))
            if origin[0] == "holds":
                self.do(Effect("keeps", unpacked(origin), RESULT))

    def call(self, row: op.Row) -> None:
        """A call: of each value that the callee may be, and of what the call graph has there."""
        register, callee, positional, _, site = row[1:6]
        perhaps = self.perhaps(site)
        done: set[str] = set()
        for origin in list(self.of(callee)):
            self.call_one(row, origin, perhaps, done)
        base = self.read_from.get(callee, (-1, ""))[0]
        receiver = self.of(base) if base >= 0 else ()
        for name in self.package.callees.get((self.name, site), ()):
            if name not in done:
                done.add(name)
                cls = self.package.class_of(name)
                is_made = name.rpartition(".")[2] in ("__init__", "__new__") and base < 0
                first: Collection[Origin] = [("object", cls)] if is_made else receiver
                self.apply(name, first, row, perhaps)
                if is_made:
                    self.give(register, first)
        if site >= 0 and self.facts.sites[site].kind == "decorator" and not done:
            for part in positional[:1]:
                self.give(register, self.of(part))

    def call_one(self, row: op.Row, origin: Origin, perhaps: bool, done: set[str]) -> None:
        """A call of one value."""
        register = row[1]
        kind, start = origin[0], root(origin)
        if kind == "function":
            done.add(origin[1])
            self.apply(origin[1], (), row, perhaps)
        elif kind == "class":
            made: list[Origin] = [("object", origin[1])]
            self.give(register, made)
            name = self.package.method(origin[1], "__init__")
            if name:
                done.add(name)
                self.apply(name, made, row, perhaps)
        elif kind == "object":
            self.apply_method(origin, "__call__", row, perhaps, done)
        elif kind == "builtin":
            self.call_builtin(row, origin[1], perhaps)
        elif kind == "attr":
            self.call_member(row, origin, perhaps, done)
        elif start[0] in ("param", "global"):
            if kind == "item" and (self.is_self(start) or start[0] == "global") and self.is_kept(origin):
                self.do(Effect("fires", start, perhaps=True))
            elif kind in ("param", "item"):
                self.do(Effect("calls", origin, perhaps=perhaps))
            if kind == "param":
                self.give(register, derived("called", origin))

    def call_member(self, row: op.Row, origin: Origin, perhaps: bool, done: set[str]) -> None:
        """A call of an attribute of something."""
        register, _, positional, keywords, _ = row[1:6]
        base, name = origin[1], origin[2]
        given = [o for part in (*positional, *(value for _, value in keywords)) for o in self.of(part)]
        if base[0] == "super":
            self.call_above(row, base, name, perhaps, done)
        elif base[0] == "object":
            self.apply_method(base, name, row, perhaps, done)
        elif self.is_self(base):
            self.call_own(row, base, name, perhaps, done)
        elif base[0] == "param":
            if name in ADDING or name in GETTING:
                self.give(register, derived("item", base) if name in GETTING else [])
            self.do(Effect("asks", base, name=name, perhaps=perhaps))
        elif self.is_self(root(base)) or root(base)[0] == "global":
            if name in ADDING:
                self.keep(given, [base], row[5])
            if name in GETTING:
                self.give(register, derived("item", base))
        elif base[0] == "item" and base[1][0] == "param":
            self.do(Effect("asks", base, name=name, perhaps=perhaps))

    def call_own(self, row: op.Row, base: Origin, name: str, perhaps: bool, done: set[str]) -> None:
        """self.name(...): a method that a class below may override, or something that the object keeps."""
        found = self.package.method(self.cls, name.rstrip("*"))
        if self.package.keeps_in(self.cls, name):
            self.do(Effect("fires", base, perhaps=perhaps))
        else:
            self.do(Effect("self", base, name=name, perhaps=perhaps))
        if found and found not in done:
            done.add(found)
            self.apply(found, [base], row, perhaps)

    def call_above(self, row: op.Row, base: Origin, name: str, perhaps: bool, done: set[str]) -> None:
        """super().name(...): the method of a class above."""
        for one in list(self.package.above(self.cls))[1:]:
            found = self.package.method(one, name)
            if found and found not in done:
                done.add(found)
                self.apply(found, [("param", self.name, 0)], row, perhaps)
                return

    def is_kept(self, origin: Origin) -> bool:
        """Whether a value is got from an attribute in which the object keeps what it was given; a global may."""
        while origin[0] in STEPS:
            if origin[0] == "attr" and self.is_self(origin[1]):
                return self.package.keeps_in(self.cls, origin[2])
            origin = origin[1]
        return origin in self.package.kept_globals

    def call_builtin(self, row: op.Row, name: str, perhaps: bool) -> None:
        """A call of what lies outside of the library."""
        register, _, positional, keywords, _ = row[1:6]
        if name == "getattr" and len(positional) > 1:
            text = self.texts.get(positional[1], "")
            for origin in self.of(positional[0]):
                if origin[0] in ("param", "object", "attr", "item"):
                    self.give(register, derived("attr", origin, text or "*"))
        elif name == "super":
            self.give(register, [("super", self.name)] if self.cls else [])
        elif name in PASSING or name in PARTIALS:
            for part in positional:
                self.give(register, self.of(part))
        place = CALLING.get(name)
        for key, part in (*enumerate(positional), *keywords):
            if key == place and place is not None:
                for origin in self.of(part):
                    if root(origin)[0] == "param":
                        self.do(Effect("calls", origin, perhaps=perhaps))

    def apply_method(self, base: Origin, name: str, row: op.Row, perhaps: bool, done: set[str]) -> None:
        """A method of an object of the library."""
        found = self.package.method(base[1], name)
        if found and found not in done:
            done.add(found)
            self.apply(found, [base], row, perhaps)

    def apply(self, name: str, receiver: Collection[Origin], row: op.Row, perhaps: bool) -> None:
        """A call of a function of the library does what its summary says."""
        summary = self.package.summary(name)
        self.package.users.setdefault(name, {})[self.name] = None
        if not summary.effects and not summary.returns:
            return
        given = self.bind(name, receiver, row)
        for effect in summary.effects:
            for on in self.substituted(effect.on, name, given):
                maybe = perhaps or effect.perhaps
                if effect.what == "keeps":
                    holders = [RESULT] if effect.of == RESULT else self.substituted(effect.of, name, given)
                    for holder in holders:
                        start = root(holder)
                        if start != on and start[0] in ("param", "global", "object", "result"):
                            self.do(Effect("keeps", unpacked(on), start, "", maybe))
                elif effect.what == "self":
                    if self.is_self(on):
                        self.do(effect._replace(on=on, perhaps=maybe))
                    elif on[0] == "param":
                        self.do(Effect("asks", on, name=effect.name, perhaps=maybe))
                elif on[0] == "attr" and effect.what == "calls" and self.is_self(on[1]):
                    self.do(Effect("fires", on[1], perhaps=maybe))
                elif effect.what == "fires" and on[0] == "global":
                    pass  # what is kept for the whole process is fired by those who call it themselves
                elif effect.what == "calls" or on[0] in ("param", "global"):
                    # what is further off than an argument is asked and fired by nobody whom a row could speak of
                    self.do(effect._replace(on=on, perhaps=maybe))
        for origins in summary.returns:
            for origin in origins:
                self.give(row[1], self.substituted(origin, name, given))

    def substituted(self, origin: Origin, name: str, given: dict[int, Origins]) -> list[Origin]:
        """A value of a called function as it is known here."""
        start = root(origin)
        if start[0] != "param" or start[1] != name:
            return [origin]
        found = (replaced(origin, by) for by in given.get(start[2], ()))
        return [one for one in found if one is not None]

    def bind(self, name: str, receiver: Collection[Origin], row: op.Row) -> dict[int, Origins]:
        """What a call passes for each parameter."""
        positional, keywords = row[3], row[4]
        params = self.package.facts(name).params
        given: dict[int, Origins] = {}
        start = 1 if receiver and self.package.is_bound(name) else 0
        if start:
            given[0] = Origins(dict.fromkeys(receiver))
        places = [index for index, param in enumerate(params) if param.kind in ("pos", "normal")][start:]
        star = next((index for index, param in enumerate(params) if param.kind == "star"), -1)
        rest = next((index for index, param in enumerate(params) if param.kind == "starstar"), -1)
        by_name = {param.name: index for index, param in enumerate(params) if param.kind != "star"}
        at = 0
        for part in positional:
            found = self.of(part)
            if part < 0:
                for index in places[at:]:
                    given.setdefault(index, Origins()).put(found)
                if star >= 0:
                    given.setdefault(star, Origins()).put(each("holds", found))
            elif at < len(places):
                given.setdefault(places[at], Origins()).put(found)
                at += 1
            elif star >= 0:
                given.setdefault(star, Origins()).put(each("holds", found))
        for key, part in keywords:
            found = self.of(part)
            if key is None:
                if rest >= 0:
                    given.setdefault(rest, Origins()).put(found)
            elif key in by_name and by_name[key] != rest:
                given.setdefault(by_name[key], Origins()).put(found)
            elif rest >= 0:
                given.setdefault(rest, Origins()).put(each("holds", found))
        return given


def unpacked(origin: Origin) -> Origin:
    """What a container that is kept has in it, where that is known."""
    while origin[0] == "holds":
        origin = origin[1]
    return origin


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
