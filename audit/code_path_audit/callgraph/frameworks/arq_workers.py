"""Workers of arq: what a task's first parameter, the context, has.

A context is one dict for a worker: the pool of the queue is in it under "redis", and what `on_startup` of the class of
settings puts there. That ran before any task, so what it does is not the task's.
"""

from __future__ import annotations

from code_path_audit.callgraph.frameworks.loading import WORKERS
from code_path_audit.callgraph.frameworks.reading import Reading
from code_path_audit.callgraph.heap import containers
from code_path_audit.callgraph.heap.modules import load
from code_path_audit.callgraph.solver.abstract_values import STR
from code_path_audit.callgraph.solver.ids import BEFORE, NO_SITE, NOWHERE, Site
from code_path_audit.callgraph.solver.state import Call, State
from code_path_audit.facts import opcodes as op
from code_path_audit.program.imports import imports_any
from code_path_audit.program.register_names import Names

POOL = "arq.connections.ArqRedis"

LISTS = ("functions", "cron_jobs")
STARTING = "on_startup"
"""Names in the class of settings."""


def give(s: State, root: str) -> None:
    """An entry point that is a task has the context of its worker."""
    facts, value = s.program.facts(root), s.function_value(root)
    if value is None or not facts.params or not facts.is_async:
        return
    workers = [held for held in settings(s) if root in held[0]]
    if not workers:
        return
    box = s.box("dict", (WORKERS, "context"))
    containers.all_field(s, box)
    pool, context = s.variable(), s.variable()
    s.add(pool, s.instance(POOL))
    containers.put(s, box, s.of(STR, "redis"), pool)
    s.add(context, box)
    s.flow(context, s.a_base[s.activate(s.function(root), s.rows[value].env, ())])
    for _, starting in workers:
        for name in starting:
            home = s.program.functions[name][0]
            load(s, home, NO_SITE)
            s.run(s.tables[Reading].begin)
            function = s.made.get(s.function(name))
            if function is not None:
                site = Site(s.module_aids[home], BEFORE)
                s.apply(s, Call(site, NOWHERE, ((context, False),), (), "callback"), function)


def settings(s: State) -> list[tuple[set[str], list[str]]]:
    """The tasks of each class of settings, and what runs when its worker starts, by their names in the program."""
    found = []
    for module in sorted(s.program.modules):
        program = s.program.modules[module]
        if not imports_any(program, (WORKERS,)):
            continue
        for facts in program.functions:
            if facts.kind != "class":
                continue
            names = Names(s.program, module, facts)
            held = names.attributes()
            if held.keys().isdisjoint(LISTS):
                continue
            tasks = {
                one for name in LISTS if name in held for reg in names.elements(held[name], 8) for one in of(names, reg)
            }
            starting = [one for one in names.of(held.get(STARTING, -1)) if one in s.program.functions]
            found.append((tasks, starting))
    return found


def of(names: Names, reg: int) -> list[str]:
    """The functions that an element of a list of tasks stands for: send, func(send, name="send"), cron(clean)."""
    row = names.made.get(reg)
    inner = row[3][0] if row is not None and row[0] == op.CALL and row[3] else reg
    return [name for name in names.of(inner) if name in names.program.functions]
