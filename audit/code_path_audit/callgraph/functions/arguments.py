"""The arguments of a call to the parameters of a function of the source."""

from __future__ import annotations

from code_path_audit.callgraph.heap import containers
from code_path_audit.callgraph.solver.abstract_values import BOX, INST, INT, STR
from code_path_audit.callgraph.solver.ids import Activation, Function, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Iteration, State
from code_path_audit.facts.function import FunctionFacts

Layout = tuple[tuple[int, ...], dict[str, int], bool, bool]
"""Parameters of a function: the places of those by position, those by name, whether there is *args, **kwargs."""


class Layouts:
    """What calls ask of parameters."""

    def __init__(self) -> None:
        self.of: dict[Function, Layout] = {}
        """By function."""


def keyword(call: Call, name: str) -> Var | None:
    """A keyword argument."""
    return next((var for k, var in call.kw if k == name), None)


def truth_of_keyword(s: State, call: Call, name: str) -> bool | None:
    """What a keyword argument that is written as True or False says; None of any other, or without it."""
    if call.site.place < 0 or keyword(call, name) is None:
        return None
    sites = s.facts[s.a_function[call.site.activation]].sites
    return next((TRUTHS.get(a.text) for a in sites[call.site.place].arguments if a.keyword == name), None)


TRUTHS = {"True": True, "False": False}
"""By how they are written."""


def argument(call: Call, index: int, name: str) -> Var | None:
    """An argument by its name, else by its position; None where an unpacked one stands before it."""
    found = keyword(call, name)
    if found is not None or len(call.pos) <= index or any(star for _, star in call.pos[: index + 1]):
        return found
    return call.pos[index][0]


def argument_for(call: Call, facts: FunctionFacts, index: int, bound: bool) -> Var | None:
    """The variable that a call passes for a parameter, None where neither position nor name says it."""
    position = index - bound
    if facts.params[index].kind in ("pos", "normal") and position < len(call.pos):
        var, star = call.pos[position]
        return None if star or any(row[1] for row in call.pos[:position]) else var
    return keyword(call, facts.params[index].name)


def star_box(s: State, aid: Activation, kind: str) -> Value:
    """The tuple behind *args, or the dict behind **kwargs, of an activation."""
    return s.box("tuple" if kind == "star" else "dict", (kind, aid))


def bind_arguments(s: State, call: Call, facts: FunctionFacts, aid: Activation, first: Value | None, key: int,
                   value: Value, defaults: dict[str, Var]) -> None:  # fmt: skip
    """Each argument to its parameter."""
    base = s.a_base[aid]
    positional, by_name, star, starstar = layout_of(s, s.a_function[aid])
    given: set[int] = set()
    place = 0
    if first is not None:
        if positional:
            s.add(base + positional[0], first)
            given.add(positional[0])
            place = 1
        elif star:
            var = s.variable()
            s.add(var, first)
            containers.put(s, star_box(s, aid, "star"), s.of(INT, 0), var)
            place = 1
    unpacked = False
    for var, is_star in call.pos:
        if is_star:
            unpacked = True
            s.watch(var, on_star, (aid, positional, place, star, call.site))
            continue
        if unpacked:
            for index in positional[place:]:
                s.flow(var, base + index)
            if star:
                containers.put(s, star_box(s, aid, "star"), None, var)
            continue
        if place < len(positional):
            index = positional[place]
            given.add(index)
            give(s, base, index, var, key, value)
        elif star:
            number = s.of(INT, place - len(positional))
            containers.put(s, star_box(s, aid, "star"), number, var)
        place += 1
    for keyword, var in call.kw:
        if keyword is None:
            unpacked = True
            rest = tuple((n, i) for n, i in by_name.items() if i not in given)
            s.watch(var, on_star_star, (aid, rest, starstar, call.site))
        elif keyword in by_name:
            index = by_name[keyword]
            given.add(index)
            give(s, base, index, var, key, value)
        elif starstar:
            containers.put(s, star_box(s, aid, "starstar"), s.of(STR, keyword), var)
    for name, var in defaults.items():
        index = next((i for i, p in enumerate(facts.params) if p.name == name), -1)
        if index >= 0 and index not in given:
            s.flow(var, base + index)


def layout_of(s: State, fid: Function) -> Layout:
    """What is asked of the parameters of a function at each call."""
    layouts = s.tables[Layouts]
    layout = layouts.of.get(fid)
    if layout is None:
        params = s.facts[fid].params
        kinds = [p.kind for p in params]
        layout = layouts.of[fid] = (
            tuple(i for i, kind in enumerate(kinds) if kind in ("pos", "normal")),
            {p.name: i for i, p in enumerate(params) if p.kind in ("normal", "kwonly")},
            "star" in kinds,
            "starstar" in kinds,
        )
    return layout


def give(s: State, base: Var, index: int, var: Var, key: int, value: Value) -> None:
    """One parameter: what is passed, but of the key parameter the one value that this activation is for."""
    if index == key:
        s.add(base + index, value)
    else:
        s.flow(var, base + index)


def on_star(s: State, data: tuple[Activation, tuple[int, ...], int, bool, Site], value: Value) -> None:
    """f(*value): elements by position where they are known."""
    aid, positional, place, star, site = data
    base = s.a_base[aid]
    if s.kinds[value] != BOX:
        element = s.variable()
        s.on_iterate(s, Iteration(element, site, False), value)
        for index in positional[place:]:
            s.flow(element, base + index)
        if star:
            containers.put(s, star_box(s, aid, "star"), None, element)
        return
    for offset, index in enumerate(positional[place:]):
        containers.get(s, value, s.of(INT, offset), base + index)
    if star:
        out = star_box(s, aid, "star")
        shift = len(positional) - place
        known = [name for name in s.keys_of.get(value, ()) if name.startswith("=i:")]
        for name in known:
            number = int(name[3:])
            if number >= shift:
                s.flow(s.fields[value, name], containers.key_field(s, out, f"=i:{number - shift}"))
        containers.all_field(s, out)
        s.flow(s.field(value, "?"), s.field(out, "?"))
        if not known:
            s.flow(containers.all_field(s, value), s.field(out, "?"))


@sees(BOX, INST)
def on_star_star(s: State, data: tuple[Activation, tuple[tuple[str, int], ...], bool, Site], value: Value) -> None:
    """f(**value)"""
    aid, rest, starstar, site = data
    base = s.a_base[aid]
    if s.kinds[value] == INST:
        element = s.variable()
        containers.as_mapping(s, value, element, site)
        for _, index in rest:
            s.flow(element, base + index)
        if starstar:
            containers.put(s, star_box(s, aid, "starstar"), None, element)
    if s.kinds[value] != BOX:
        return
    for name, index in rest:
        if s.facts[s.a_function[aid]].params[index].kind == "pos":
            continue
        containers.get(s, value, s.of(STR, name), base + index)
    if starstar:
        containers.merge(s, star_box(s, aid, "starstar"), value)
