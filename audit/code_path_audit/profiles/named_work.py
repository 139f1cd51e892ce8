"""Tasks and commands that no decorator declares: classes of Celery's tasks, functions of a worker of arq, and what a
program does for each command that argparse knows.

Read from facts alone. A class below a `Task` of Celery stands for its `run`; `functions` and `cron_jobs` of a class in
a module that imports arq are its tasks; of `if args.command == "export": ...` (or a `case`) what the branch calls, and
of a dict that is asked for `args.command` what stands under the name. Assumes that names are constants.
"""

from __future__ import annotations

from collections.abc import Iterator

from code_path_audit.facts import opcodes as op
from code_path_audit.profiles.route_prefixes import keyword, text_of
from code_path_audit.program.model import Program
from code_path_audit.program.register_names import MAX_DEPTH, Names, is_below

WORKED = ("functions", "cron_jobs")
"""What a worker of arq has its tasks in."""

WORKER = "WorkerSettings"
"""The class that arq is pointed at, in a module that need not import it."""

DEST = "dest"


def tasks(names: Names) -> Iterator[tuple[str, str]]:
    """The tasks that the classes in the body of a module declare: each name, and the function."""
    for row in names.facts.code:
        if row[0] != op.CLASS:
            continue
        facts = names.program.modules[names.module].functions[row[2]]
        target = f"{names.module}.{facts.name}"
        body = Names(names.program, names.module, facts)
        held = body.attributes()
        if f"{target}.run" in names.program.functions and is_task(names.program, target):
            given = text_at(body, held["name"]) if "name" in held else None
            for name in (given or facts.name, target):
                yield name, f"{target}.run"
        elif facts.name == WORKER or "arq" in names.program.modules[names.module].header.imports:
            for reg in (held[name] for name in WORKED if name in held):
                for element in body.elements(reg, MAX_DEPTH):
                    yield from worked(body, element)


def text_at(names: Names, reg: int) -> str | None:
    """The constant text that a register has."""
    return names.texts.get(names.behind_copies(reg))


def is_task(program: Program, name: str) -> bool:
    """Whether a class is below a task of Celery: `celery.Task`, `app.Task`, or a class of the program that is one."""
    return is_below(program, name, lambda base: base.rpartition(".")[2] == "Task")


def worked(names: Names, reg: int) -> Iterator[tuple[str, str]]:
    """One of a worker's tasks: send, func(send, name="send_mail"), cron(clean, hour=3)."""
    row = names.made.get(reg)
    given = None
    if row is not None and row[0] == op.CALL and row[3]:
        given = keyword(names.facts.sites[row[5]], "name")
        reg = row[3][0]
    for target in names.of(reg):
        if target in names.program.functions:
            for name in (given or target.rpartition(".")[2], target):
                yield name, target


# commands


def commands(program: Program, module: str) -> Iterator[tuple[str, str]]:
    """What a module that uses argparse does for each command: the name, and each function that it calls then."""
    functions = [f for f in program.modules[module].functions if f.kind in ("module", "function")]
    every = [Names(program, module, facts) for facts in functions]
    known: set[str] = set()
    dests: set[str] = set()
    for names in every:
        for site in names.facts.sites:
            last = site.text.rpartition(".")[2]
            if last == "add_parser" and (text := text_of(site, 0)):
                known.add(text)
            elif last == "add_subparsers" and (text := keyword(site, DEST)):
                dests.add(text)
            elif last == "add_argument" and (text := text_of(site, 0)) and not text.startswith("-"):
                dests.add(text)
                listed = next((a.reg for a in site.arguments if a.keyword == "choices"), -1)
                known.update(names.texts_in(listed))
    tables = dict(table for names in every for table in kept_tables(names))
    for names in every if dests else ():
        yield from compared(names, known, dests)
        yield from looked_up(names, tables, dests)


def asks(names: Names, reg: int, dests: set[str]) -> bool:
    """Whether a register is an attribute that has the command: args.command"""
    row = names.made.get(names.behind_copies(reg))
    return row is not None and row[0] == op.ATTR and row[3] in dests


def compared(names: Names, known: set[str], dests: set[str]) -> Iterator[tuple[str, str]]:
    """if args.command == "export": export(args)"""
    rows = [row for row in names.facts.code if row[0] == op.COMPARE and row[2] == "eq" and row[5] >= 0]
    rows = [row for row in rows if any(asks(names, reg, dests) for reg in row[3:5])]
    asking = {names.facts.sites[row[5]].arm for row in rows}
    for row in rows:
        texts = [names.texts[reg] for reg in row[3:5] if reg in names.texts]
        arm = branch_behind(names, row[5])
        if len(texts) == 1 and texts[0] in known and arm not in asking:  # else it is that of the next comparison
            yield from ((texts[0], target) for target in called_in(names, arm))


def branch_behind(names: Names, site: int) -> int:
    """The arm that a comparison leads into: that of the next call site, if none before is in it; -1 for none."""
    arms, sites = names.facts.arms, names.facts.sites
    before: set[int] = {-1}
    for one in sites[: site + 1]:
        arm = one.arm
        while arm not in before:
            before.add(arm)
            arm = arms[arm].parent
    arm = sites[site + 1].arm if site + 1 < len(sites) else -1
    while arm >= 0 and arms[arm].parent not in before:
        arm = arms[arm].parent
    return -1 if arm in before else arm


def called_in(names: Names, arm: int) -> Iterator[str]:
    """The functions of the program that are called in an arm, by name."""
    for site in names.facts.sites if arm >= 0 else ():
        inner = site.arm
        while inner > arm:
            inner = names.facts.arms[inner].parent
        row = names.call_at(site) if inner == arm and site.kind == "call" else None
        yield from (name for name in names.of(row[2]) if name in names.program.functions) if row is not None else ()


def kept_tables(names: Names) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The dicts that a module keeps in globals, of texts and functions of the program: COMMANDS = {"export": export}"""
    made = {row[1]: row for row in names.facts.code if row[0] == op.DICT}
    for reg, name in names.stored.items():
        rows = [
            (names.texts[key], target)
            for key, value in (made[reg][2] if reg in made else ())
            for target in (names.of(value) if key in names.texts else ())
            if target in names.program.functions
        ]
        if rows:
            yield name, rows


def looked_up(names: Names, tables: dict[str, list[tuple[str, str]]], dests: set[str]) -> Iterator[tuple[str, str]]:
    """COMMANDS[args.command](args)"""
    for row in names.facts.code:
        if row[0] == op.ITEM and asks(names, row[3], dests):
            base = names.made.get(row[2])
            if base is not None and base[0] == op.GLOBAL:
                yield from tables.get(base[2], ())
        elif row[0] == op.CALL and row[3] and asks(names, row[3][0], dests):
            method = names.made.get(row[2])
            base = names.made.get(method[2]) if method is not None and method[0] == op.ATTR else None
            if method is not None and base is not None and base[0] == op.GLOBAL and method[3] == "get":
                yield from tables.get(base[2], ())
