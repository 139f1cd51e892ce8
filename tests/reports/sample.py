"""A profile made by hand, for the tests of every report."""

import random

from code_path_audit.callgraph.model import Edge
from code_path_audit.costs.model import ExpensiveOp, StateMutation
from code_path_audit.profiles.model import (
    Action,
    ActionProfile,
    CallGraph,
    Candidate,
    FunctionNode,
    Pipelining,
    Redundancy,
    UnresolvedCall,
)
from code_path_audit.sources.model import SkippedFile

MAIN, LOAD, CALLBACK = "shop.app.main", "shop.config.load_all", "shop.config.load_all.<lambda1>"
# heuristic: a read in a loop of 100 on 2,000 bytes is 100 * 100 * 2,000; parsing the same at 150 is 30,000,000
READ = ExpensiveOp(
    callee="pathlib.Path.read_text", cost_class="loop_amplified", data_size_estimate=2000, line=12, weight=20_000_000,
    base_class="file_io", function=LOAD, file="src/shop/config.py", column=15, site=0, id="op-read", size=2000,
    size_source="hint", amplification=100, bound_source="literal", amplified_by=(f"{LOAD}:11",), path=(MAIN, LOAD),
)  # fmt: skip
PARSE = ExpensiveOp(
    callee="json.loads", cost_class="loop_amplified", data_size_estimate=2000, line=12, weight=30_000_000,
    base_class="json_io", function=LOAD, file="src/shop/config.py", column=8, site=1, id="op-parse", size=2000,
    size_source="hint", amplification=100, bound_source="literal", amplified_by=(f"{LOAD}:11",), path=(MAIN, LOAD),
)  # fmt: skip
FETCH = ExpensiveOp(
    callee="requests.get", cost_class="network", data_size_estimate=None, line=7, weight=500,
    base_class="network", function=CALLBACK, file="src/shop/config.py", column=4, site=0, id="op-fetch", size=1,
    size_source="assumed", evidence="likely", path=(MAIN, LOAD, CALLBACK),
    path_evidence=("certain", "likely", "certain"),
)  # fmt: skip


def sample(seed: int = 0) -> ActionProfile:
    """The profile; a seed other than 0 shuffles what has no order of its own."""
    ops = [PARSE, READ, FETCH]
    mutations = [
        StateMutation("self.settings", "attr_write", 13, LOAD, "src/shop/config.py"),
        StateMutation("self.settings", "attr_write", 14, LOAD, "src/shop/config.py"),
        StateMutation("rows", "container_mutate", 15, LOAD, "src/shop/config.py", 2),
    ]
    unresolved = [
        UnresolvedCall(MAIN, "src/shop/app.py", 5, "getattr", "getattr(plugin, name)()"),
        UnresolvedCall(MAIN, "src/shop/app.py", 6, "unknown callee", "hook"),
    ]
    nodes = [
        FunctionNode(MAIN, "src/shop/app.py", 3, [LOAD]),
        FunctionNode(LOAD, "src/shop/config.py", 9, [CALLBACK], list(mutations), [PARSE, READ]),
        FunctionNode(CALLBACK, "src/shop/config.py", 7, [], [], [FETCH]),
    ]
    edges = [Edge(MAIN, 0, LOAD, "call", "certain"), Edge(LOAD, 3, CALLBACK, "callback", "likely")]
    if seed:
        for rows in (ops, mutations, unresolved, nodes, edges):
            random.Random(seed).shuffle(rows)
    graph = CallGraph()
    graph.nodes = {node.fqname: node for node in nodes}
    graph.edges = {MAIN: {LOAD}, LOAD: {CALLBACK}}
    return ActionProfile(
        action=Action("startup", ["shop.app.main"], "From the click to the first page"),
        call_graph=graph,
        expensive_ops=ops,
        state_mutations=mutations,
        redundancy=[("json.loads", 2)],
        pipelining_candidates=[["requests.get", "pathlib.Path.read_text"]],
        total_load_estimate=50_000_500,
        unresolved_calls=[f"{row.text} at {row.file}:{row.line}" for row in unresolved],
        mermaid="flowchart LR\n",
        markdown="# startup\n",
        redundancies=(Redundancy("json.loads", "'a.json'", (f"{LOAD}:12", f"{MAIN}:4"), ("op-parse",), 300_000),),
        pipelinings=(
            Pipelining(
                LOAD, "src/shop/config.py", 20, ("requests.get", "read_text"), ("op-fetch", "op-read"),
                20_000_500, 500, "threads",
            ),
        ),
        candidates=(
            Candidate(
                "hoist", "Parse once, before the loop", LOAD, "src/shop/config.py", 12, ("op-parse",), 30_000_000,
                29_700_000, "small", "high", "json.loads runs 100 times on what does not change",
                "", "c0ffee01", felt=29_700_000, paid=49_500_000,
            ),
        ),
        unresolved=tuple(unresolved),
        model="heuristic",
        threshold=40_000,
        calibrated=False,
        max_depth=10,
        cut_by_depth=2,
        cut_functions=("shop.plugins.a", "shop.plugins.b"),
        possible_calls=31,
        skipped=(SkippedFile("src/shop/old.py", "shop.old", "invalid syntax", 3),),
        widened=("shop.app.main: 70 candidates for hook",),
        edges=tuple(edges),
        entries=(MAIN,),
    )  # fmt: skip
