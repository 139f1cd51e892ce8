"""Programs built by hand: calls with the values of their arguments, and what they come to."""

from typing import NamedTuple

from code_path_audit.callgraph.model import ArgumentValue, Bound, Edge, ExternalCall, SolvedGraph
from code_path_audit.costs.model import CostModel, ExpensiveOp
from code_path_audit.costs.models import load_model
from code_path_audit.costs.mutations import find_mutations
from code_path_audit.costs.operations import find_ops
from code_path_audit.costs.rules import load_rules
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.facts.rows import Argument, CallSite, Loop, Mutation, Positions, Statement
from code_path_audit.program.link import link
from code_path_audit.program.model import Program

HEURISTIC = load_model("heuristic")
RULES = load_rules(HEURISTIC.classes)
UNKNOWN = ArgumentValue("unknown", None, None, "unknown")


class Call(NamedTuple):
    """One call site of `app.f`: its line, what it calls outside, and its arguments as (keyword, value)."""

    line: int
    callees: tuple[str, ...]
    arguments: tuple[tuple[str | None, ArgumentValue], ...] = ()
    receiver: ArgumentValue | None = None
    loop: int = -1
    kind: str = "call"
    evidence: str = "certain"
    last_line: int = 0


def text(value: str, source: str = "literal") -> ArgumentValue:
    return ArgumentValue("str", len(value.encode()), value, source)


def nodes(count: int) -> ArgumentValue:
    return ArgumentValue("container", count, None, "literal")


def pos(*values: ArgumentValue) -> tuple[tuple[str | None, ArgumentValue], ...]:
    return tuple((None, value) for value in values)


def build(
    *calls: Call,
    loops: tuple[tuple[int, Bound | None], ...] = (),
    hints: tuple[tuple[int, str, int], ...] = (),
    mutations: tuple[tuple[Mutation, int], ...] = (),
    global_names: tuple[str, ...] = (),
    edges: tuple[Edge, ...] = (),
) -> tuple[Program, SolvedGraph]:
    """A program of one function, `app.f` on line 1; a loop is (parent, bound), and stands on line 100 + its index."""
    sites = tuple(
        CallSite(
            "call",
            "x",
            tuple(Argument(keyword, "other", "x", 0) for keyword, _ in call.arguments),
            call.loop,
            False,
            False,
            -1,
        )
        for call in calls
    )
    blank = FunctionFacts(
        "", "module", -1, False, False, (), None, 0, (), (), (), (), (), (), (), (), (), 1, 1, Positions((), (), (), ())
    )
    function = FunctionFacts(
        "f",
        "function",
        0,
        False,
        False,
        (),
        None,
        0,
        (),
        (),
        sites,
        tuple(Loop(parent, "for", 0, None, "item", False, False) for parent, _ in loops),
        (),
        (Statement(0, 0, (), ("total",), 0, 0),),
        tuple(row for row, _ in mutations),
        (),
        global_names,
        1,
        1,
        Positions(
            tuple((call.line, 4, call.last_line or call.line, 9) for call in calls),
            tuple(line for _, line in mutations),
            tuple(100 + index for index in range(len(loops))),
            (77,),
        ),
    )
    program = link([(ModuleFacts("app", False, (blank, function), None, hints), "src/app.py")])
    externals = tuple(
        ExternalCall("app.f", index, callee, call.kind, call.evidence)
        for index, call in enumerate(calls)
        for callee in call.callees
    )
    return program, SolvedGraph(
        ("app.f",),
        ("app.f",),
        edges,
        (),
        externals,
        (),
        {("app.f", i): tuple(value for _, value in call.arguments) for i, call in enumerate(calls)},
        {("app.f", i): call.receiver for i, call in enumerate(calls) if call.receiver is not None},
        {("app.f", i): bound for i, (_, bound) in enumerate(loops) if bound is not None},
        (),
    )


def ops(*calls: Call, model: CostModel = HEURISTIC, **more: object) -> tuple[ExpensiveOp, ...]:
    program, graph = build(*calls, **more)  # type: ignore[arg-type]
    return find_ops(program, graph, model, RULES)


def mutations(*calls: Call, **more: object) -> list[tuple[str, str, int]]:
    program, graph = build(*calls, **more)  # type: ignore[arg-type]
    return [(row.kind, row.target, row.line) for row in find_mutations(program, graph, RULES)]
