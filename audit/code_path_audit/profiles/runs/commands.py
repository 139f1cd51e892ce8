"""Commands that a command line names: `cli(["insert", path])` runs `insert`, and none of the others of the group.

A command is a function that a decorator of click's kind makes one (`@cli.command()`); its name is what the decorator is
given, else that of the function. Those of argparse are found by `argument_parsers.py`. What follows on a command line
may be named like a command, too: such a one counts.
Nothing is known where no command of those that a call may run is named, and of what a group does itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge, Evidence
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.constants import UNKNOWN_WORD
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.runs.argument_parsers import parsed_commands
from code_path_audit.profiles.runs.decorators import decorated
from code_path_audit.profiles.runs.held_constants import parts_of
from code_path_audit.profiles.values import Values, ValuesOf

CERTAIN = Evidence.CERTAIN.word

ENDINGS = ("-command", "-cmd", "-group", "-grp")
"""What newer versions of click leave out of a function's name."""


SHELL = "do_"
"""What the methods of a shell (`cmd.Cmd`) begin with that are its commands."""


class Commands(NamedTuple):
    """`names` of the functions that are commands; `groups` are those that have commands. `lines`: of each call site
    that may run several of them the register of its command line."""

    names: Mapping[str, frozenset[str]] = {}
    groups: frozenset[str] = frozenset()
    lines: Mapping[tuple[str, int], int] = {}
    reach: Reach | None = None

    def handed_on(self, edge: Edge) -> int:
        """The parameter of a function around commands (the wrapper of a decorator) that stands for the command line of
        the call that runs it; -1 where an edge leads to no such function."""
        if (edge.caller, edge.site) not in self.lines or self.is_by_name(edge) or edge.callee in self.names:
            return -1
        return next((reg for (caller, _), reg in self.lines.items() if caller == edge.callee), -1)

    def is_left_out(self, edge: Edge, words: tuple[str, ...]) -> bool:
        """Whether a command line names others of what a call site may run, and not this one."""
        own = self.names.get(edge.callee, frozenset())
        if self.handed_on(edge) >= 0:
            own = own.union(*(self.names.get(callee, frozenset()) for callee in self.wrapped(edge)))
        if not own or not words or own & set(words) or self.is_by_name(edge):
            return False
        beside = self.beside(edge.caller, edge.site)
        if edge.callee in self.groups and not any(self.is_by_name(row) and row.callee in self.groups for row in beside):
            return False  # it may be the one that is given the line
        every = {row.callee for row in beside}.union(*(self.wrapped(row) for row in beside if self.handed_on(row) >= 0))
        named = {callee for callee in every if self.names.get(callee, frozenset()) & set(words)}
        return bool(named - self.groups) or (bool(named) and UNKNOWN_WORD not in words)

    def wrapped(self, edge: Edge) -> set[str]:
        """What the wrapper that an edge leads to may run in the place of a command, also by way of further wrappers."""
        found: set[str] = set()
        todo = [edge]
        while todo:
            rows = [row for row in self.beside(todo.pop().callee) if row.callee not in found]
            found.update(row.callee for row in rows)
            todo += [row for row in rows if self.handed_on(row) >= 0]
        return found

    def is_by_name(self, edge: Edge) -> bool:
        """Whether a call calls what stands there by its name."""
        return self.reach is not None and is_by_name(self.reach, edge)

    def beside(self, caller: str, site: int | None = None) -> list[Edge]:
        """The calls of a call site; of all of a function that may run several commands, where none is given."""
        rows = self.reach.callees.get(caller, ()) if self.reach is not None else ()
        return [row for row in rows if (row.site == site if site is not None else (caller, row.site) in self.lines)]


def is_by_name(reach: Reach, edge: Edge) -> bool:
    """Whether a call calls what stands there by its name, and not one of what it may be."""
    if edge.kind != "call" or edge.evidence != CERTAIN or edge.site < 0:
        return False
    text = reach.facts(edge.caller).sites[edge.site].text
    return text.rpartition(".")[2] == edge.callee.rpartition(".")[2].partition("#")[0]


def commands_of(reach: Reach, values_of: ValuesOf) -> Commands:
    """The commands of an action, and the calls that run them."""
    names: dict[str, frozenset[str]] = {}
    groups: set[str] = set()
    for function, found in decorated(reach, partial(commands_in, values_of)):
        if found is not None:
            names[function], is_group = found
            if is_group:
                groups.add(function)
    for caller, edges in reach.callees.items():
        for edge in edges:
            name = edge.callee.rpartition(".")[2]
            if edge.site >= 0 and name.startswith(SHELL) and is_of_shell(reach, caller, edge.site):
                names[edge.callee] = frozenset([name.removeprefix(SHELL)])
    several: dict[tuple[str, int], int] = {}
    for name in names:
        for edge in reach.callers.get(name, ()):
            if edge.site >= 0:
                several[edge.caller, edge.site] = several.get((edge.caller, edge.site), 0) + 1
    parsed = parsed_commands(reach, values_of)
    lines = dict(parsed.lines)
    todo = [place for place, count in several.items() if count > 1]
    while todo:
        caller, site = todo.pop()
        reg = line_at(values_of(caller), site)
        if reg < 0 or (caller, site) in lines:
            continue
        lines[caller, site] = reg
        if reg < len(reach.facts(caller).params) and caller not in names:
            # it may be the wrapper of a decorator: what runs it is given the command line
            rows = reach.callers.get(caller, ())
            todo += [(row.caller, row.site) for row in rows if row.site >= 0 and not is_by_name(reach, row)]
    return Commands({**parsed.names, **names}, frozenset(groups), lines, reach)


def commands_in(values_of: ValuesOf, module: str, index: int) -> dict[str, tuple[frozenset[str], bool]]:
    """The functions of a module, a class or a function that are commands, by name: the names that a command line has
    for each, and whether it is a group."""
    facts = values_of.program.modules[module].functions[index]
    found: dict[str, tuple[frozenset[str], bool]] = {}
    for number, site in enumerate(facts.sites):
        kind = site.text.replace("()", "").rpartition(".")[2]
        if site.kind != "decorator" or not site.arguments or kind not in ("command", "group"):
            continue
        values = values_of.at(module, index)
        made = values.making(values.calls[number][2])
        given = None
        if made is not None and made[0] == op.CALL:
            registers = [*made[3][:1], *(reg for keyword, reg in made[4] if keyword == "name")]
            rows = [values.making(reg) for reg in registers if reg >= 0]
            given = next((row[2] for row in rows if row is not None and row[0] == op.STR), None)
        name = site.arguments[0].text
        found[name] = (frozenset([given]) if given else names_of(name), kind == "group")
    return found


def is_of_shell(reach: Reach, caller: str, site: int) -> bool:
    """Whether a call runs one line of a shell: shell.onecmd("add apple"), or what a library makes of that."""
    return reach.facts(caller).sites[site].text.rpartition(".")[2].startswith("onecmd")


def names_of(function: str) -> frozenset[str]:
    """The names that a command may have by that of its function."""
    name = function.lower().replace("_", "-")
    return frozenset((name, *(name.removesuffix(ending) for ending in ENDINGS)))


def line_at(values: Values, site: int) -> int:
    """The register of the command line that a call is given: a list that is written out or put together, what is split
    of a text, the variable of a loop, a text, or a parameter that may be one; -1 for none."""
    row = values.calls.get(site)
    if row is None:
        return -1
    given = [reg if reg >= 0 else ~reg for reg in (*row[3], *(reg for _, reg in row[4]))]
    lists = [reg for reg in given if parts_of(values, reg) is not None]
    if lists:
        return values.origin(lists[0])
    for reg in given:
        made = values.making(reg)
        if made is not None and made[0] == op.CALL and values.facts.sites[made[5]].text.rpartition(".")[2] == "split":
            whole = made[3][0] if made[3] else values.receiver(made[5])
            return values.origin(whole) if whole is not None and whole >= 0 else -1
    kinds = {reg: made[0] for reg in given if (made := values.making(reg)) is not None}
    found = [reg for reg in given if kinds.get(reg) == op.ITER]
    found += [reg for reg in reversed(given) if values.is_param(reg)]
    found += [reg for reg in given if kinds.get(reg) == op.STR]
    return values.origin(found[0]) if found else -1
