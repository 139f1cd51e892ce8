"""What a command line gives to the parameters of a command of click's kind, as its options are declared by constants:
`@click.option("--csv", is_flag=True)` gives False for a line that has no `--csv`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.rows import FALSY, NOTHING, TRUTHY
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.runs.commands import Commands
from code_path_audit.profiles.runs.decorators import decorated
from code_path_audit.profiles.runs.held_constants import Known, constant
from code_path_audit.profiles.runs.parser_options import UNKNOWN, Option, held, text
from code_path_audit.profiles.values import Values, ValuesOf

UNREAD = frozenset(("callback", "envvar", "prompt", "cls", "is_eager", "nargs", "allow_from_autoenv"))
"""Keywords of an option that may make something else of a line."""

OptionsOf = Mapping[str, Mapping[str, tuple[Option, ...]]]
"""The options of commands, by function and by the name of the parameter."""


def command_options(reach: Reach, values_of: ValuesOf, commands: Commands) -> OptionsOf:
    """The options of the commands of an action that are no groups."""
    asked = commands.names.keys() - commands.groups
    found = decorated(reach, partial(options_in, values_of)) if asked else ()
    return {name: rows for name, rows in found if rows and name in asked}


def options_in(values_of: ValuesOf, module: str, index: int) -> dict[str, dict[str, tuple[Option, ...]]]:
    """The options that decorators in a module, a class or a function declare, by the function that they stand at."""
    facts = values_of.program.modules[module].functions[index]
    found: dict[str, dict[str, tuple[Option, ...]]] = {}
    for number, site in enumerate(facts.sites):
        kind = site.text.replace("()", "").rpartition(".")[2]
        if site.kind != "decorator" or not site.arguments or kind != "option":
            continue
        values = values_of.at(module, index)
        made = values.making(values.calls[number][2])
        if made is None or made[0] != op.CALL:
            continue
        names = [text(values, reg) for reg in made[3]]
        given = dict(made[4])
        flags = tuple(name for name in names if name.startswith("-"))
        longest = max(flags, key=lambda name: (name.startswith("--"), len(name)), default="")
        own = next((name for name in names if name and not name.startswith("-")), "")
        name = own or longest.lstrip("-").replace("-", "_").lower()
        rows = found.setdefault(site.arguments[0].text, {})
        rows[name] = (*rows.get(name, ()), option_of(values, flags, given) if all(names) else UNKNOWN)
    return found


def option_of(values: Values, flags: tuple[str, ...], given: Mapping[str | None, int]) -> Option:
    """One option, by its flags and the registers of its keywords."""

    def is_set(keyword: str) -> bool:
        return keyword in given and constant(values.making(given[keyword])) != FALSY

    if None in given or given.keys() & UNREAD or any("/" in flag for flag in flags):
        return UNKNOWN
    default: Known = constant(values.making(given["default"])) if "default" in given else NOTHING
    if "flag_value" in given:
        return Option(flags, default, constant(values.making(given["flag_value"])))
    if is_set("is_flag") or is_set("count") or is_set("multiple"):
        return Option(flags, default if "default" in given else FALSY, TRUTHY)
    # a value of another type than text is another constant than it is written
    return Option(flags, default, 0 if "type" in given else TRUTHY, takes="type" not in given)


def given_by_line(
    options: Mapping[str, tuple[Option, ...]], params: Iterable[str], words: tuple[str, ...], names: frozenset[str]
) -> dict[str, Known]:
    """What a line gives to some parameters of the command of these names, as far as it is known."""
    place = next((number for number, word in enumerate(words) if word in names), -1)
    line = words[place + 1 :]
    found = {name: of_several(options[name], line) for name in params if name in options}
    return {name: value for name, value in found.items() if value}


def of_several(rows: tuple[Option, ...], line: tuple[str, ...]) -> Known:
    """What a line makes of a parameter with one option, or with one for each of its values; 0 where it is not known."""
    values = [held(row, line) for row in rows]
    if UNKNOWN in rows or 0 in values:
        return 0
    other = {value for row, value in zip(rows, values, strict=True) if value != row.without} or set(values)
    return other.pop() if len(other) == 1 else 0
