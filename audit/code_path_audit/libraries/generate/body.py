"""One function of a library: where each of its values comes from, and what it does with them.

The registers of its code get origins, until none is new; a call of another function of the library does what that one's
summary says, with the arguments in the place of its parameters. What is called is known from the origins, and from the
call graph. Conditions are not followed: what is behind one is done perhaps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from code_path_audit.facts import opcodes as op
from code_path_audit.libraries.generate.effects import (
    RESULT,
    Effect,
    Origin,
    Origins,
    Summary,
    derived,
    each,
    replaced,
    root,
    slot,
    unpacked,
)
from code_path_audit.libraries.generate.members import ADDING, DATA, GETTING, REGISTERING
from code_path_audit.libraries.generate.outside import call_builtin
from code_path_audit.libraries.generate.registers import CALLING_IT, Registers

MAX_PASSES = 6
"""Over one body: registers flow back in loops."""


class Body(Registers):
    """The analysis of one function."""

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
        elif code == op.ITEM and self.texts.get(row[3], "*") != "*":
            self.give(row[1], [one for o in self.of(row[2]) for one in self.under(o, self.texts[row[3]])])
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
            self.set_attribute(self.of(row[1]), row[2], self.of(row[3]), row[4])
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
        outside = [o[1] for base in row[3] for o in self.of(base) if o[0] == "builtin" and "." in o[1]]
        if outside:
            self.package.outside[name] = list(dict.fromkeys(outside))
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

    def give_back(self, register: int) -> None:
        """What is returned, and what that keeps: a closure what it captures, a container what is in it."""
        origins = tuple(self.of(register))
        self.returns[origins] = None
        for origin in origins:
            last = self.name.rpartition(".")[2]
            if origin[0] == "attr" and self.package.wrapped.get(self.name) == "property":
                self.package.move(origin[2], last)
            if last in GETTING or last in ("__iter__", "__next__"):
                self.package.use(slot(origin))  # who asks for it may call it
        for origin in origins:
            for captured in self.captured(origin, CALLING_IT):
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
        callees = self.package.callees.get((self.name, site), {})
        for name, is_sure in callees.items():
            # of several that are no overrides of one method, each would add what another does
            if name not in done and (is_sure or self.package.is_relative(name, callees, self.name)):
                done.add(name)
                cls = self.package.class_of(name)
                is_made = name.rpartition(".")[2] in ("__init__", "__new__") and base < 0
                first: Collection[Origin] = [("object", cls)] if is_made else receiver
                self.apply(name, first, row, perhaps or not is_sure, returns=is_sure)
                if is_made and is_sure:
                    self.give(register, first)
        if site >= 0 and self.facts.sites[site].kind == "decorator" and not done:
            for part in positional[:1]:
                self.give(register, self.of(part))

    def call_one(self, row: op.Row, origin: Origin, perhaps: bool, done: set[str]) -> None:
        """A call of one value."""
        register = row[1]
        kind, start = origin[0], root(origin)
        self.used(origin)
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
            call_builtin(self, row, origin[1], perhaps)
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
        elif base[0] == "param" and base[2] == 0 and base[1] != self.name and self.package.is_bound(base[1]):
            # the object of the method around
            self.apply_virtual(self.package.class_of(base[1]), base, name, row, perhaps, done)
        elif base[0] == "param":
            if name in GETTING:
                key = self.texts.get(positional[0], "*") if positional else "*"
                self.give(register, self.under(base, key) if key != "*" else derived("item", base))
            if self.package.is_slot(name):
                self.do(Effect("fires", base, perhaps=perhaps))
            else:
                self.do(Effect("asks", base, name=name, perhaps=perhaps))
            for one in given:
                self.do(Effect("hands", one, perhaps=perhaps))
        elif self.is_self(root(base)) or root(base)[0] == "global":
            if name in ADDING:
                self.keep(given, [base], row[5])
            if name in REGISTERING:
                self.keep(given, [base], row[5])
                self.used(base)
                self.give(register, given)
            if name in GETTING:
                self.give(register, derived("item", base))
        elif base[0] == "item" and base[1][0] == "param":
            self.do(Effect("asks", base, name=name, perhaps=perhaps))
        elif root(base)[0] == "param":
            for one in given:
                self.do(Effect("hands", one, perhaps=perhaps))

    def call_own(self, row: op.Row, base: Origin, name: str, perhaps: bool, done: set[str]) -> None:
        """self.name(...): a method that a class below may override, or something that the object keeps."""
        if self.package.keeps_in(self.cls, name):
            self.do(Effect("fires", base, perhaps=perhaps))
        else:
            self.do(Effect("self", base, name=name, perhaps=perhaps))
        self.apply_virtual(self.cls, base, name.rstrip("*"), row, perhaps, done)

    def apply_virtual(self, cls: str, base: Origin, name: str, row: op.Row, perhaps: bool, done: set[str]) -> None:
        """A method of an object whose class is this one or one below; of one that does nothing, its overrides count."""
        found = self.package.method(cls, name)
        if found and found not in done:
            done.add(found)
            self.apply(found, [base], row, perhaps)
            if not any(self.package.summary(found)):
                for other in self.package.overrides(cls, name):
                    if other not in done:
                        done.add(other)
                        self.apply(other, [base], row, True)

    def call_above(self, row: op.Row, base: Origin, name: str, perhaps: bool, done: set[str]) -> None:
        """super().name(...): the method of a class above."""
        for one in list(self.package.above(self.cls))[1:]:
            found = self.package.method(one, name)
            if found and found not in done:
                done.add(found)
                self.apply(found, [("param", self.name, 0)], row, perhaps)
                return

    def apply_method(self, base: Origin, name: str, row: op.Row, perhaps: bool, done: set[str]) -> None:
        """A method of an object of the library."""
        found = self.package.method(base[1], name)
        if found and found not in done:
            done.add(found)
            self.apply(found, [base], row, perhaps)

    def apply(self, name: str, receiver: Collection[Origin], row: op.Row, perhaps: bool, returns: bool = True) -> None:
        """A call of a function of the library does what its summary says, and `returns` what that says."""
        summary = self.package.summary(name)
        self.package.users.setdefault(name, {})[self.name] = None
        if not summary.effects and not summary.returns:
            return
        given = self.bind(name, receiver, row)
        for effect in summary.effects:
            for on in self.substituted(effect.on, name, given):
                maybe = perhaps or effect.perhaps
                if effect.what in ("calls", "asks", "self", "fires") and (
                    effect.what == "calls" or effect.name not in DATA
                ):
                    self.used(on)
                if effect.what == "keeps":
                    holders = [RESULT] if effect.of == RESULT else self.substituted(effect.of, name, given)
                    for holder in holders:
                        start = root(holder)
                        if start != on and start[0] in ("param", "global", "object", "result"):
                            for kept in (unpacked(on), *self.captured(unpacked(on))):
                                self.do(Effect("keeps", kept, start, slot(holder) or effect.name, maybe))
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
        for origins in summary.returns if returns else ():
            found = [(origin[0], self.substituted(origin, name, given)) for origin in origins]
            # a class that is given makes what is returned, and not that which is there without one
            made = [one for kind, ones in found for one in ones if kind == "called" and one[0] == "object"]
            self.give(row[1], made or [one for _, ones in found for one in ones])

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
                for parameter, index in by_name.items():
                    if index != rest and params[index].kind != "pos":
                        under = [one for o in found if o[0] == "param" for one in self.under(o, parameter)]
                        given.setdefault(index, Origins()).put(one for one in under if one[0] == "key")
            elif key in by_name and by_name[key] != rest:
                given.setdefault(by_name[key], Origins()).put(found)
            elif rest >= 0:
                given.setdefault(rest, Origins()).put(each("holds", found))
        return given
