"""From the solver's state to the frozen result: what the roots reach, by name, sorted."""

from __future__ import annotations

from code_path_audit.callgraph.model import OBSERVED, Edge, Evidence, ExternalCall, SolvedGraph, Unresolved
from code_path_audit.callgraph.result.bounds import argument_values, loop_bounds
from code_path_audit.callgraph.result.caps_hit import widened
from code_path_audit.callgraph.solver.abstract_values import UNKNOWN
from code_path_audit.callgraph.solver.ids import BEFORE, ENTRY, Activation, Site
from code_path_audit.callgraph.solver.state import State
from code_path_audit.facts import opcodes as op

Outgoing = dict[Activation, list[tuple[int, Activation, str, Evidence]]]
"""What each activation calls: the place, the callee, the kind and the evidence of each edge."""


def collect(s: State, roots: tuple[str, ...], entries: list[Activation], imports: bool) -> SolvedGraph:
    """Walk from the entry activations over the edges, then forget contexts."""
    outgoing: Outgoing = {}
    for (aid, site), callees in s.edges.items():
        for (callee, kind), evidence in callees.items():
            outgoing.setdefault(aid, []).append((site, callee, kind, evidence))
    loaded = set() if imports else initially_loaded(s, roots, outgoing)
    if imports:
        entries = [*entries, *(aid for root in roots for aid in around(s, root))]
    reached = reach(s, entries, outgoing, loaded)
    edges: dict[tuple[str, int, str, str], Evidence] = {}
    externals: dict[tuple[str, int, str, str], Evidence] = {}
    for aid in reached:
        for site, callee, kind, evidence in outgoing.get(aid, ()):
            if callee in reached and site not in (ENTRY, BEFORE):
                caller, place = origin(s, Site(aid, site))
                if s.a_function[callee] in s.synthetic:
                    continue
                note(edges, (caller, place, s.names[s.a_function[callee]], kind), evidence)
    for (aid, site), rows in s.external.items():
        if aid in reached and site >= 0:
            caller, place = origin(s, Site(aid, site))
            for (dotted, kind), evidence in rows.items():
                note(externals, (caller, place, dotted, kind), Evidence.OBSERVED if kind == OBSERVED else evidence)
    called = {(key[0], key[2]) for key in edges if key[3] not in ("resume", OBSERVED)}
    for key in [key for key in edges if key[3] == "resume"]:
        # a generator that is iterated where it was called needs no second edge
        evidence = edges.pop(key)
        if (key[0], key[2]) not in called and key[0] != key[2]:
            edges[*key[:3], "iterate"] = evidence
    functions = {s.names[s.a_function[aid]] for aid in reached}
    external_rows = tuple(ExternalCall(*key, value.word) for key, value in sorted(externals.items()))
    arguments, receivers = argument_values(s, reached, external_rows)
    return SolvedGraph(
        roots=tuple(sorted(roots)),
        functions=tuple(sorted(functions)),
        edges=tuple(Edge(*key, value.word) for key, value in sorted(edges.items())),
        externals=external_rows,
        unresolved=unresolved(s, reached, edges, externals),
        arguments=arguments,
        receivers=receivers,
        bounds=loop_bounds(s, reached),
        widened=widened(s),
    )


def note(rows: dict[tuple[str, int, str, str], Evidence], key: tuple[str, int, str, str], evidence: Evidence) -> None:
    """Several contexts may find the same edge: the best evidence counts."""
    if rows.get(key, -1) < evidence:
        rows[key] = evidence


def origin(s: State, site: Site) -> tuple[str, int]:
    """The function and call site of an edge; code from eval counts where eval was called."""
    fid = s.a_function[site.activation]
    while fid in s.synthetic:
        site = s.synthetic[fid]
        fid = s.a_function[site.activation]
    return s.names[fid], site.place


def initially_loaded(s: State, roots: tuple[str, ...], outgoing: Outgoing) -> set[Activation]:
    """The modules that are imported before an action begins: from the modules of its entry points on."""
    todo = [aid for root in roots for aid in around(s, root)]
    seen = set(todo)
    while todo:
        for _, callee, kind, _ in outgoing.get(todo.pop(), ()):
            if kind == "import" and callee not in seen:
                seen.add(callee)
                todo.append(callee)
    return seen


def around(s: State, root: str) -> list[Activation]:
    """The bodies of the module of a root and of the packages around it."""
    parts = s.program.functions[root][0].split(".")
    return [s.module_aids[n] for i in range(len(parts)) if (n := ".".join(parts[: i + 1])) in s.module_aids]


def reach(s: State, entries: list[Activation], outgoing: Outgoing, loaded: set[Activation]) -> set[Activation]:
    """Activations below the entries; modules that are loaded already are not run again."""
    seen = set(entries)
    todo = list(entries)
    while todo:
        for site, callee, kind, _ in outgoing.get(todo.pop(), ()):
            if callee in seen or site == BEFORE or (kind in ("import", OBSERVED) and callee in loaded):
                continue
            seen.add(callee)
            todo.append(callee)
    return seen


def unresolved(s: State, reached: set[Activation], edges: dict[tuple[str, int, str, str], Evidence],
               externals: dict[tuple[str, int, str, str], Evidence]) -> tuple[Unresolved, ...]:  # fmt: skip
    """Call sites of reached functions that nothing resolves, in any context, each with its reason."""
    resolved = {key[:2] for key in edges} | {key[:2] for key in externals}
    answered = {origin(s, site) for site in s.answered if site.activation in reached}
    seen = {key[:2] for key in edges if key[3] == OBSERVED}
    rows: dict[tuple[str, int], Unresolved] = {}
    for aid in sorted(reached):
        fid = s.a_function[aid]
        if fid in s.synthetic:
            continue
        name, facts = s.names[fid], s.facts[fid]
        receivers = {row[1]: row[2] for row in facts.code if row[0] == op.ATTR}
        copies = {row[1]: row[2] for row in facts.code if row[0] in (op.COPY, op.AWAIT)}
        # a getattr whose result was seen to be called is as resolved as that call
        called = {source_of(copies, row[2]) for row in facts.code if row[0] == op.CALL and (name, row[5]) in seen}
        reported: set[int] = set()
        for row in facts.code:
            if row[0] != op.CALL:
                continue
            site = row[5]
            key = (name, site)
            forced = s.reasons.get(Site(aid, site))
            if forced in ("getattr", "eval/exec", "dynamic import"):
                if key in seen or row[1] in called:
                    continue
                rows[key] = Unresolved(name, site, forced, facts.sites[site].text)
                reported.add(row[1])
                continue
            if source_of(copies, row[2]) in reported:
                continue  # what an unresolved getattr returned: one cause, one row
            if key in resolved or key in answered or key in rows:
                continue
            rows[key] = Unresolved(name, site, forced or why(s, aid, row[2], receivers), facts.sites[site].text)
    return tuple(sorted(rows.values()))


def source_of(copies: dict[int, int], reg: int) -> int:
    """The register that a value was copied from, through its versions."""
    for _ in range(20):
        if reg not in copies:
            break
        reg = copies[reg]
    return reg


def why(s: State, aid: Activation, callee: int, receivers: dict[int, int]) -> str:
    """The reason that a callee is not known; where values were dropped at the end of a budget, that is one."""
    if s.gave_up:
        return "widened"
    base = s.a_base[aid]
    held = s.holds(base + callee)
    if callee in receivers:
        of = s.holds(base + receivers[callee])
        if of and any(s.kinds[v] != UNKNOWN for v in of):
            return "dynamic attribute"
        return "unknown receiver"
    for row in s.facts[s.a_function[aid]].code:
        if row[0] == op.GLOBAL and row[1] == callee and not held:
            return "undefined name"
    return "unknown callee"
