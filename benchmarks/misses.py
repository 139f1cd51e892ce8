"""Why a prediction differs from what ran, for whoever works on the solver: every row is a place in the source, what is
written there, and what the graph has there.

`Lens` answers questions about one prediction and its score; each `*_section` yields the lines of one part of the text.
"""

import linecache
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from benchmarks.predict import Prediction, spoken
from code_path_audit.callgraph.model import Edge

Site = tuple[str, int]
"""A call site: the fqname of its function, its index there."""

WIDTH = 150
FEW = 3


class Origin(NamedTuple):
    """A call site of an executed function that leads to functions that never ran. `behind`: all that are first reached
    through it; `alone`: those that would not be reached without it."""

    site: Site
    kind: str
    evidence: str
    idle: int
    ran: int
    behind: int
    alone: int


class Lens:
    """Looks up what a prediction has at a place; `score` is the scorer's Score of it, `truth` the recorded truth."""

    def __init__(self, prediction: Prediction, score: Any, truth: dict[str, Any]) -> None:
        self.root, self.program, self.graph, _, _, _ = prediction
        self.ops, self.score, self.truth = prediction.ops, score, truth
        self.ran = set(truth["functions"]) | set(truth["meta"]["entries"])
        self.reached = {spoken(name) for name in self.graph.functions}
        self.known: dict[str, list[str]] = defaultdict(list)
        for name in self.program.functions:
            self.known[spoken(name)].append(name)
        self.edges_at: dict[Site, list[Edge]] = defaultdict(list)
        for edge in self.graph.edges:
            self.edges_at[edge.caller, edge.site].append(edge)
        self.words_at: dict[Site, list[str]] = defaultdict(list)
        for row in self.graph.externals:
            self.words_at[row.caller, row.site].append(f"external {row.callee} ({row.evidence})")
        for gap in self.graph.unresolved:
            self.words_at[gap.caller, gap.site].append(f"UNRESOLVED, {gap.reason}")

    def text(self, function: str, line: int) -> str:
        """The source line, stripped; "" where there is none."""
        names = self.known.get(function)
        if not names:
            return ""
        return linecache.getline(str(self.root / self.program.path(names[0])), line).strip()[:WIDTH]

    def span(self, site: Site) -> tuple[int, int]:
        """First and last line of a call site."""
        facts = self.program.facts(site[0])
        if site[1] < 0:
            return facts.line, facts.line
        first, _, last, _ = facts.positions.sites[site[1]]
        return first, max(first, last)

    def written(self, site: Site) -> str:
        """What is called at a site, as written."""
        sites = self.program.facts(site[0]).sites
        return f"`{sites[site[1]].text}`" if 0 <= site[1] < len(sites) else "(the function itself)"

    def has_at(self, function: str, line: int) -> list[str]:
        """What the graph has at a line of a function, one phrase a call site."""
        names = self.known.get(function)
        if not names:
            return ["no such function in the program"]
        if function not in self.reached:
            return ["caller not reached"]
        found = []
        for name in names:
            for index in range(len(self.program.facts(name).sites)):
                first, last = self.span((name, index))
                if first <= line <= last:
                    found.append((last - first, name, index))
        return [self.at_site((name, index)) for _, name, index in sorted(found)[:6]] or ["no call site here"]

    def at_site(self, site: Site) -> str:
        """What the graph has at one call site, in words."""
        edges = self.edges_at.get(site, [])
        words = [f"{edge.kind} {edge.callee} ({edge.evidence})" for edge in edges[:FEW]]
        if len(edges) > FEW:
            words.append(f"and {len(edges) - FEW} more callees")
        words += self.words_at.get(site, [])
        sites = self.program.facts(site[0]).sites
        kind = sites[site[1]].kind if 0 <= site[1] < len(sites) else ""
        return f"{kind} {self.written(site)}: {'; '.join(words) or 'NOTHING'}"

    def callee_state(self, callee: str) -> str:
        """What the program knows of a missed callee."""
        if callee not in self.known and callee.rpartition(".")[0] not in self.known:
            return "NOT IN THE PROGRAM"
        return "reached from elsewhere" if callee in self.reached else "never reached"

    def place(self, caller: str, line: int, edges: list[dict[str, Any]]) -> Iterator[str]:
        """The missed edges of one line: where, the callees, the source, what the graph has there."""
        yield f"    {caller}:{line}"
        for edge in edges[: 2 * FEW]:
            yield f"        -> {edge['callee']}  [{self.callee_state(edge['callee'])}]"
        if len(edges) > 2 * FEW:
            yield f"        -> and {len(edges) - 2 * FEW} more"
        yield f"        | {self.text(caller, line)}"
        for phrase in dict.fromkeys(self.has_at(caller, line)):
            yield f"        = {phrase}"

    def origins(self) -> list[Origin]:
        """Where the prediction leaves what ran: call sites of executed functions, those with most behind first."""
        after: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.graph.edges:
            after[edge.caller].append(edge)
        ran = {name for name in self.graph.functions if spoken(name) in self.ran}
        # modules and class bodies that were reached pass on what reached them: they run, or not, with their importer
        owner: dict[str, Site] = {}
        todo: list[str] = []
        for name in sorted(ran):
            for edge in after[name]:
                if edge.callee not in ran and edge.callee not in owner:
                    owner[edge.callee] = (edge.caller, edge.site)
                    todo.append(edge.callee)
        for name in todo:
            for edge in after[name]:
                if edge.callee not in ran and edge.callee not in owner:
                    owner[edge.callee] = owner[name]
                    todo.append(edge.callee)
        behind = Counter(owner[name] for name in todo if self.counts(name))
        rows: list[Origin] = []
        for site, count in sorted(behind.items(), key=lambda item: (-item[1], item[0])):
            edges = self.edges_at[site]
            idle = [edge for edge in edges if edge.callee not in ran]
            alone = self.alone(site, ran, after) if len(rows) < 60 else 0
            rows.append(Origin(site, idle[0].kind, idle[0].evidence, len(idle), len(edges) - len(idle), count, alone))
        return rows

    def alone(self, site: Site, ran: set[str], after: dict[str, list[Edge]]) -> int:
        """How many functions that never ran would not be reached without a call site (its edges to what ran stay)."""
        seen, todo = set(ran), sorted(ran)
        for name in todo:
            for edge in after[name]:
                if edge.callee not in seen and (edge.caller, edge.site) != site:
                    seen.add(edge.callee)
                    todo.append(edge.callee)
        return sum(self.counts(name) for name in self.graph.functions if name not in seen)

    def counts(self, name: str) -> bool:
        """Whether the scorer counts a reached name as a predicted function."""
        return spoken(name) in self.score.predicted


def report(lens: Lens, reason: Any, top: int) -> Iterator[str]:
    """The whole text for one application; `reason` is the scorer's function of that name."""
    yield from frontier_section(lens, reason, top)
    yield from edges_section(lens, top)
    yield from over_section(lens, top)
    yield from ops_section(lens, top)
    yield from unresolved_section(lens, top)


def frontier_section(lens: Lens, reason: Any, top: int) -> Iterator[str]:
    """Missed functions called from predicted ones: mend these first."""
    rows = lens.score.frontier()
    most: dict[tuple[str, int], int] = Counter()
    for behind, edge in rows:
        most[edge["caller"], edge["line"]] = max(behind, most[edge["caller"], edge["line"]])
    groups = by_place([edge for _, edge in rows])
    yield ""
    yield (
        f"MISSED FUNCTIONS, FRONTIER: {len(rows)} edges at {len(groups)} lines of predicted functions; "
        "first, how many missed functions the heaviest leads to"
    )
    for (caller, line), edges in sorted(groups.items(), key=lambda group: (-most[group[0]], -len(group[1]), group[0]))[
        :top
    ]:
        yield f"{most[caller, line]:5}  {', '.join(sorted({reason(edge) for edge in edges}))}"
        yield from lens.place(caller, line, edges)


def by_place(edges: Iterable[dict[str, Any]]) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """Edges of the truth by caller and line: one line that misses many callees is one cause."""
    places: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for edge in edges:
        places[edge["caller"], edge["line"]].append(edge)
    return places


def edges_section(lens: Lens, top: int) -> Iterator[str]:
    """Missed edges of predicted callers, by the scorer's reason."""
    lost, groups = lens.score.why()
    yield ""
    missed, total = len(lens.score.missed), len(lens.score.edges)
    yield f"MISSED EDGES: {missed} of {total}; {lost} of callers never predicted; the others by reason"
    for name, edges in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        places = by_place(edges)
        yield f"{len(edges):5}  {name} ({len(places)} lines)"
        for (caller, line), found in sorted(places.items(), key=lambda group: (-len(group[1]), group[0]))[:top]:
            yield from lens.place(caller, line, found)


def over_section(lens: Lens, top: int) -> Iterator[str]:
    """Predicted functions that never ran, by the call site of an executed function that first leads there."""
    idle = sorted(name for name in lens.score.predicted if name not in lens.ran)
    early = sum(1 for name in lens.score.predicted if lens.truth["functions"].get(name, {}).get("import_time"))
    origins = lens.origins()
    yield ""
    yield (
        f"OVER-APPROXIMATION: {len(lens.score.predicted)} predicted, {len(lens.score.functions)} ran; "
        f"{len(idle)} never ran, {early} ran at import time only"
    )
    by_kind: Counter[tuple[str, str]] = Counter()
    sites: Counter[tuple[str, str]] = Counter()
    for origin in origins:
        by_kind[origin.kind, origin.evidence] += origin.behind
        sites[origin.kind, origin.evidence] += 1
    for (kind, evidence), count in sorted(by_kind.items(), key=lambda item: (-item[1], item[0])):
        yield f"{count:5}  first reached by {kind}, {evidence} ({sites[kind, evidence]} call sites)"
    yield "  call sites by functions behind (alone: would not be reached without it):"
    for origin in origins[: 2 * top]:
        name, line = origin.site[0], lens.span(origin.site)[0]
        yield (
            f"{origin.behind:5} behind, {origin.alone} alone; {origin.idle} callees never ran, {origin.ran} did "
            f"[{origin.kind}, {origin.evidence}]  {name}:{line}"
        )
        yield f"        | {lens.text(spoken(name), line)}"
        yield f"        = {lens.at_site(origin.site)}"


def ops_section(lens: Lens, top: int) -> Iterator[str]:
    """Direct ops that the prediction misses, and predicted ops in executed functions that nothing recorded."""
    score = lens.score
    missed = sorted(key for key, direct in score.ops.items() if direct and key not in score.strict)
    primitives = defaultdict(set)
    for op in lens.truth["ops"]:
        primitives[op["function"], op["line"], op["class"]].add(op["primitive"])
    yield ""
    yield f"MISSED DIRECT OPS: {len(missed)} of {sum(score.ops.values())}"
    for function, line, cost_class in missed[: 3 * top]:
        near = [f"{op.line} {op.base_class} {op.callee}" for op in lens.ops if spoken(op.function) == function]
        yield f"    {function}:{line}  {cost_class}: {', '.join(sorted(primitives[function, line, cost_class]))}"
        yield f"        | {lens.text(function, line)}"
        for phrase in dict.fromkeys(lens.has_at(function, line)):
            yield f"        = {phrase}"
        if near:
            yield f"        ops of this function: {'; '.join(near[:FEW])}"
    true = {(function, line + shift, cost_class) for function, line, cost_class in score.ops for shift in (-1, 0, 1)}
    extra = [op for op in lens.ops if (spoken(op.function), op.line, op.base_class or op.cost_class) not in true]
    known = [op for op in extra if spoken(op.function) in lens.ran]
    yield f"PREDICTED OPS: {len(lens.ops)}; not recorded {len(extra)}, {len(known)} of them in functions that ran"
    for op in known[: 3 * top]:
        yield f"    {op.function}:{op.line}  {op.base_class}: {op.callee} ({op.evidence})"
        yield f"        | {lens.text(spoken(op.function), op.line)}"


def unresolved_section(lens: Lens, top: int) -> Iterator[str]:
    """What the graph says it does not know: by reason, in functions that ran, where an edge is missed first."""
    rows = lens.graph.unresolved
    missed = {(edge["caller"], edge["line"]) for edge in lens.score.missed.values()}
    yield ""
    yield f"UNRESOLVED: {len(rows)} call sites, by reason"
    groups = defaultdict(list)
    for row in rows:
        place = (spoken(row.caller), lens.span((row.caller, row.site))[0])
        groups[row.reason].append((place in missed, spoken(row.caller) in lens.ran, place, row.text))
    for reason, found in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        alive, lost = sum(row[1] for row in found), sum(row[0] for row in found)
        yield f"{len(found):5}  {reason}: {alive} in functions that ran, {lost} with a missed edge"
        for at_missed, ran, (name, line), text in sorted(found, key=lambda row: (not row[0], not row[1], row[2]))[:top]:
            mark = "missed edge" if at_missed else "ran" if ran else "never ran"
            yield f"    {name}:{line}  `{text}`  [{mark}]"
    for words in lens.graph.widened[:top]:
        yield f"    widened: {words}"


def pooled_reasons(scores: Iterable[tuple[str, Any]], top: int) -> Iterator[str]:
    """Over several applications: which reasons lose most edges, and in which of them."""
    counts: Counter[str] = Counter()
    where: dict[str, Counter[str]] = defaultdict(Counter)
    for name, score in scores:
        lost, groups = score.why()
        counts["(callers never predicted)"] += lost
        where["(callers never predicted)"][name] += lost
        for reason, edges in groups.items():
            counts[reason] += len(edges)
            where[reason][name] += len(edges)
    yield ""
    yield "MISSED EDGES, ALL APPLICATIONS, by reason"
    for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[: 3 * top]:
        most = sorted(where[reason].items(), key=lambda item: (-item[1], item[0]))[:5]
        yield f"{count:5}  {reason}  ({', '.join(f'{name} {n}' for name, n in most)})"
