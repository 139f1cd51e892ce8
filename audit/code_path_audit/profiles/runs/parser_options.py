"""What a parsed command line holds in the attributes that its parsers declare: `args.check` where the line has no
`--check`, and `args.command` where it is `["build", "docs"]`.

Options are read where they are declared by constants (`add_argument("--check", action="store_true")`). Nothing is known
of one that is declared in several ways that differ for a line, that is stored to elsewhere, or that has a default which
is no constant; nor, of a line with words that are not known, of an option that is not among the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.constants import UNKNOWN_WORD, is_pattern, words_in, written
from code_path_audit.facts.rows import FALSY, NONE_OF, NOTHING, ONE_OF, TRUTHY
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.runs.held_constants import Known, constant
from code_path_audit.profiles.values import Values, ValuesOf

SWITCHES: Mapping[str, tuple[int, int]] = {"store_true": (FALSY, TRUTHY), "store_false": (TRUTHY, FALSY)}
"""Actions of options without a value: what is held without the option, and with it."""

TAKING = ("", "store", "append", "extend")
"""Actions of options that have a value: that, or a list of all that were given."""

CHANGING = frozenset(("type", "nargs", "const"))
"""Keywords that make something else of a value than the text that it is."""


SEVERAL = 10**6
"""Of an option that takes all that follows."""


class Option(NamedTuple):
    """One declaration: the `flags` of an option, none where a position says what it is; what is held without it, and
    with it, 0 if that is not known; whether that is the text that follows; and how many words follow at most
    that are its own."""

    flags: tuple[str, ...]
    without: Known
    having: Known = 0
    takes: bool = False
    after: int = 0


UNKNOWN = Option((), 0)

POSITION = Option((), 0, takes=True)
"""What stands for its place in a line, and the command of a parser of several."""


class Options(NamedTuple):
    """The declarations of each attribute of what a parser makes, and the words that it may be, or is compared with: of
    one without a flag, a line that has some of these has one of them. `known` has what was found of lines."""

    declared: Mapping[str, tuple[Option, ...]]
    words: Mapping[str, frozenset[str]]
    known: dict[tuple[Known, str], tuple[Known, ...]]

    def held_by(self, line: Known, attribute: str) -> tuple[Known, ...]:
        """What the attribute of a parsed line may be, by the line as a constant; () where that is not known."""
        if attribute not in self.declared:
            return ()
        found = self.known.get((line, attribute))
        if found is None:
            found = self.known[line, attribute] = self.holds(attribute, words_in(line))
        return found

    def holds(self, attribute: str, line: tuple[str, ...]) -> tuple[Known, ...]:
        """What the attribute of a parsed line may be; () where that is not known."""
        rows = self.declared.get(attribute, ())
        if not rows or not line or UNKNOWN in rows or "--" in line:
            return ()
        if not any(row.flags for row in rows):
            named = self.words.get(attribute, frozenset())
            return tuple(word for word in dict.fromkeys(map(written, self.positions(line))) if word in named)
        found = {held(row, line) for row in rows}
        return tuple(found) if len(found) == 1 and 0 not in found else ()

    def positions(self, line: tuple[str, ...]) -> list[str]:
        """The words of a line that belong to no option. One that is not known has the word that follows."""
        found = []
        taken = 0
        for word in line:
            if word.startswith("-"):
                after = [row.after for rows in self.declared.values() for row in rows if names(row, word)]
                taken = 0 if "=" in word else max(after, default=1)
            elif taken:
                taken -= 1
            else:
                found.append(word)
        return found


def names(option: Option, word: str) -> bool:
    """Whether a word of a line is an option, or the beginning of its name."""
    return word in option.flags or (len(word) > 2 and any(flag.startswith(word) for flag in option.flags))


def held(option: Option, line: tuple[str, ...]) -> Known:
    """What a line makes of an option, 0 where that is not known; the last time that it is there counts."""
    found: Known | None = None
    for place, word in enumerate(line):
        name, equals, value = word.partition("=")
        if names(option, name):
            found = option.having
            if option.takes:
                value = value if equals else "".join(line[place + 1 : place + 2])
                is_value = value not in ("", UNKNOWN_WORD) and not value.startswith("-")
                found = (written(value) or TRUTHY) if is_value else 0
        elif name.startswith("-") and name[:2] != "--" and any(f"-{letter}" in option.flags for letter in name[1:]):
            return 0  # several in one word, or a value that stands right behind
    if UNKNOWN_WORD in line and (found is None or option.takes):
        return 0
    return option.without if found is None else found


def options_of(reach: Reach, values_of: ValuesOf) -> Options:
    """The options that an action's parsers declare, where it has any."""
    found: dict[str, list[Option]] = {}
    words: dict[str, set[str]] = {}
    commands: set[str] = set()
    is_open = False
    for module, index, number, kind in declaring(reach):
        values = values_of.at(module, index)
        call = values.calls.get(number)
        given = dict(call[4]) if call is not None else {}
        if kind == "add_parser":
            commands.update(word for word in (text(values, reg) for reg in (call or ((),) * 4)[3][:1]) if word)
            continue
        if kind == "set_defaults":
            is_open = is_open or None in given
            rows = {name: UNKNOWN for name in given if name is not None}
        elif kind == "add_subparsers":
            rows = {text(values, given.get("dest", -1)): POSITION}
            words.setdefault(text(values, given.get("dest", -1)), set())
        else:
            rows = declared(values, number)
            choices = values.making(given["choices"]) if "choices" in given else None
            if choices is not None and choices[0] in (op.LIST, op.TUPLE):
                asked = {written(text(values, reg)) for reg in choices[2]}
                words.update((name, words.get(name, set()) | asked) for name in rows)
        for name, option in rows.items():
            found.setdefault(name, []).append(option)
    for asked in words.values():
        asked.update(map(written, commands))
    for name in sorted(reach.depths) if found else ():
        facts = reach.facts(name)
        for arm in facts.arms:
            if arm.attr in found and arm.among[:1] in (ONE_OF, NONE_OF):
                asked = {text for text in arm.among[1:].split("\n") if not is_pattern(text)}
                words.setdefault(arm.attr, set()).update(asked)
        for row in facts.mutations:
            owner, _, attribute = row.target.rpartition(".")
            if row.kind == "attr_write" and attribute in found and owner not in ("self", "cls"):
                found[attribute].append(UNKNOWN)
    if is_open:
        found = {name: [row._replace(without=0) for row in rows] for name, rows in found.items()}
    rows_of = {name: tuple(dict.fromkeys(rows)) for name, rows in found.items() if name}
    return Options(rows_of, {name: frozenset(asked) for name, asked in words.items()}, {})


ENDS = ("add_argument", "add_option", "add_subparsers", "add_parser", "set_defaults")
DECLARING = frozenset(ENDS)


def declaring(reach: Reach) -> Iterator[tuple[str, int, int, str]]:
    """The calls that may declare options, by module, function, number and the last name of what is called: of the
    functions of the action, and of the modules that they stand in."""
    places = dict.fromkeys(reach.program.functions[name] for name in sorted(reach.depths))
    places.update(dict.fromkeys((module, 0) for module, _ in list(places)))
    for module, index in places:
        for number, site in enumerate(reach.program.modules[module].functions[index].sites):
            # nearly all others end otherwise, which is found at once
            if site.text.endswith(ENDS) and site.kind == "call":
                kind = site.text.rpartition(".")[2]
                if kind in DECLARING:
                    yield module, index, number, kind


def declared(values: Values, site: int) -> dict[str, Option]:
    """The attribute that one call declares, and how; none where its names are no constants."""
    call = values.calls.get(site)
    names = [text(values, reg) for reg in call[3]] if call is not None else []
    given = dict(call[4]) if call is not None else {}
    if not names or not all(names):
        return {}
    flags = tuple(name for name in names if name.startswith("-"))
    attribute = text(values, given["dest"]) if "dest" in given else ""
    if not flags:
        return {
            attribute or names[0]: UNKNOWN if "nargs" in given and text(values, given["nargs"]) != "?" else POSITION
        }
    longest = next((name for name in flags if name.startswith("--")), flags[0])
    attribute = attribute or longest.lstrip("-").replace("-", "_")
    action = text(values, given["action"]) if "action" in given else ""
    if None in given or (action == "" and "action" in given):
        return {attribute: UNKNOWN}
    default: Known | None = constant(values.making(given["default"])) if "default" in given else None
    if action in SWITCHES:
        without, having = SWITCHES[action]
        return {attribute: Option(flags, without if default is None else default, having)}
    if action == "count":
        return {attribute: Option(flags, NOTHING if default is None else default, TRUTHY)}
    if action not in TAKING:
        return {attribute: UNKNOWN}
    other = NOTHING if default is None else default
    if given.keys() & CHANGING:
        count = constant(values.making(given["nargs"])) if "nargs" in given else "#1"
        after = {"'?": 1, "#1": 1, "#2": 2, "#3": 3}.get(str(count), SEVERAL)
        return {attribute: Option(flags, 0 if isinstance(other, str) else other, after=after)}
    if action in ("append", "extend"):
        return {attribute: Option(flags, other, TRUTHY, after=SEVERAL if action == "extend" else 1)}
    return {attribute: Option(flags, other, takes=True, after=1)}


def text(values: Values, reg: int) -> str:
    """The constant text that a register holds, "" for anything else."""
    row = values.making(reg) if reg >= 0 else None
    return str(row[2]) if row is not None and row[0] == op.STR else ""
