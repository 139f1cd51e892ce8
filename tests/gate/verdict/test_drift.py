"""Drift: a row is a baseline, what is there now, and the findings; harmless edits have none but that an op moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_gate.baseline.model import Baseline
from code_path_gate.verdict.drift import KINDS, compare, match
from tests.gate.rows import THRESHOLD, baseline, calls, op

LIGHT, HEAVY = "10", "1000"  # 1,500 and 150,000 load units of JSON


def found(before: Baseline, after: Baseline, graph: str) -> list[str]:
    return [
        " ".join(f"{f.kind} {f.function} {f.what} {f.before}->{f.after}".split())
        for f in compare(before, after, calls(graph), THRESHOLD)
    ]


ROWS = {
    "a helper is inlined at one of its callers": (
        baseline(op("f json.load 1000 x2")),
        baseline(op("f json.load 1000"), op("g json.load 1000")),
        "main>f, main>g",
        ["moved g json.load 300000->150000", "shrunk f json.load 300000->150000"],
    ),
    "inlined, and once more": (
        baseline(op("f json.load 1000 x2")),
        baseline(op("f json.load 1000"), op("g json.load 1000"), op("h json.load 1000")),
        "main>f, main>g, main>h",
        [
            "newly_expensive h json.load None->150000",
            "moved g json.load 300000->150000",
            "shrunk f json.load 300000->150000",
            "load_changed 300000->450000",
        ],
    ),
    "a guard is gone": (
        baseline(op("f json.load 1000")._replace(condition="sometimes")),
        baseline(op("f json.load 1000")._replace(condition="always")),
        "f",
        ["grown f json.load 150000->150000"],
    ),
    "what nobody asked for is asked for, though less often": (
        baseline(op("f json.load 1000 x2")._replace(condition="rarely")),
        baseline(op("f json.load 1000")._replace(condition="sometimes")),
        "f",
        ["grown f json.load 300000->150000", "load_changed 300000->150000"],
    ),
    "the same": (baseline(op("f json.load 10")), baseline(op("f json.load 10")), "f", []),
    "new, light": (
        baseline(),
        baseline(op("f json.load 10")),
        "f",
        ["new f json.load None->1500", "load_changed 0->1500"],
    ),
    "new, heavy": (
        baseline(),
        baseline(op("f json.load 1000")),
        "f",
        ["newly_expensive f json.load None->150000", "load_changed 0->150000"],
    ),
    "crosses the threshold": (
        baseline(op("f json.load 10")),
        baseline(op("f json.load 10 x100")),
        "f",
        ["newly_expensive f json.load 1500->150000", "load_changed 1500->150000"],
    ),
    "at the threshold is not above it": (
        baseline(),
        baseline(op("f open 400")),
        "f",
        ["new f open None->40000", "load_changed 0->40000"],
    ),
    "an expensive op moves into a loop": (
        baseline(op("f json.load 1000")),
        baseline(op("f json.load 1000 x3")),
        "f",
        ["grown f json.load 150000->450000", "load_changed 150000->450000"],
    ),
    "a loop whose bound is unknown and counts as one": (
        baseline(op("f json.load 1000")),
        baseline(op("f json.load 1000 loop")),
        "f",
        ["grown f json.load 150000->150000"],
    ),
    "another loop of unknown bound around one": (
        baseline(op("f json.load 1000 loop")),
        baseline(op("f json.load 1000 loop loop")),
        "f",
        ["grown f json.load 150000->150000"],
    ),
    "a loop of unknown bound around an op that an old format told little of": (
        baseline(op("f json.load 1000")._replace(open_loops=-1), op("g json.load 1000 loop")._replace(open_loops=-1)),
        baseline(op("f json.load 1000 loop"), op("g json.load 1000 loop loop")),
        "f, g",
        ["grown f json.load 150000->150000"],
    ),
    "a loop of known bound becomes one of unknown bound, which counts for less": (
        baseline(op("f json.load 1000 x5")),
        baseline(op("f json.load 1000 x2 loop")),
        "f",
        ["shrunk f json.load 750000->300000", "load_changed 750000->300000"],
    ),
    "shrunk": (
        baseline(op("f json.load 1000 x3")),
        baseline(op("f json.load 1000")),
        "f",
        ["shrunk f json.load 450000->150000", "load_changed 450000->150000"],
    ),
    "gone": (
        baseline(op("f json.load 10")),
        baseline(),
        "f",
        ["gone f json.load 1500->None", "load_changed 1500->0"],
    ),
    "an op put before another of the same kind: the old one keeps its place": (
        baseline(op("f json.load 1000")),
        baseline(op("f json.load 10"), op("f json.load 1000 #2")),
        "f",
        ["new f json.load None->1500", "load_changed 150000->151500"],
    ),
    "of two that changed, the closest in weight is the old one": (
        baseline(op("f json.load 1000")),
        baseline(op("f json.load 10"), op("f json.load 1100 #2")),
        "f",
        ["grown f json.load 150000->165000", "new f json.load None->1500", "load_changed 150000->166500"],
    ),
    "two ops change places": (
        baseline(op("f json.load 10"), op("f json.load 20 #2")),
        baseline(op("f json.load 20"), op("f json.load 10 #2")),
        "f",
        [],
    ),
    "a renamed function: same body": (
        baseline(op("f json.load 1000", "same")),
        baseline(op("g json.load 1000", "same")),
        "main>g",
        ["moved g json.load 150000->150000"],
    ),
    "a renamed function whose op grew a little": (
        baseline(op("f json.load 1000", "same")),
        baseline(op("g json.load 1100", "same")),
        "main>g",
        ["grown g json.load 150000->165000", "moved g json.load 150000->165000", "load_changed 150000->165000"],
    ),
    "a function in another module": (
        baseline(op("a.f json.load 1000")),
        baseline(op("b.f json.load 1000")),
        "main>b.f",
        ["moved b.f json.load 150000->150000"],
    ),
    "the same name in another module, but the old one is still there": (
        baseline(op("a.f json.load 1000")),
        baseline(op("b.f json.load 1000")),
        "main>b.f, main>a.f",
        [
            "newly_expensive b.f json.load None->150000",
            "gone a.f json.load 150000->None",
        ],
    ),
    "a helper is extracted: the op moves down": (
        baseline(op("f json.load 1000")),
        baseline(op("helper json.load 1000")),
        "main>f>helper",
        ["moved helper json.load 150000->150000"],
    ),
    "a helper is extracted, beside something else that is cheaper": (
        baseline(op("f json.load 1000")),
        baseline(op("f json.dumps 10"), op("helper json.load 1000")),
        "main>f>helper",
        [
            "new f json.dumps None->1500",
            "moved helper json.load 150000->150000",
            "load_changed 150000->151500",
        ],
    ),
    "a helper is inlined: the op moves up": (
        baseline(op("helper json.load 1000")),
        baseline(op("f json.load 1000")),
        "main>f",
        ["moved f json.load 150000->150000"],
    ),
    "an extracted helper that reads more is no helper": (
        baseline(op("f json.load 1000")),
        baseline(op("helper json.load 3000")),
        "main>f>helper",
        [
            "newly_expensive helper json.load None->450000",
            "gone f json.load 150000->None",
            "load_changed 150000->450000",
        ],
    ),
    "an extracted helper in a new loop of unknown bound": (
        baseline(op("f json.load 1000")),
        baseline(op("helper json.load 1000 loop")),
        "main>f>helper",
        ["newly_expensive helper json.load None->150000", "gone f json.load 150000->None"],
    ),
    "the same work by another function of the library": (
        baseline(op("f json.load 1000")),
        baseline(op("f json.loads 1000")),
        "f",
        ["moved f json.loads 150000->150000"],
    ),
    "the receiver of a method is known as something else": (
        baseline(op("f open.A.read 1000")),
        baseline(op("f open.B.read 1000")),
        "f",
        ["moved f open.B.read 100000->100000"],
    ),
    "the same work by another method": (
        baseline(op("f open.A.read 1000")),
        baseline(op("f open.A.write 1000")),
        "f",
        ["moved f open.A.write 100000->100000"],
    ),
    "a class is renamed, with several methods": (
        baseline(op("m.A.f json.load 1000", "1"), op("m.A.g json.load 1000", "2")),
        baseline(op("m.B.f json.load 1000", "1"), op("m.B.g json.load 1000", "2")),
        "m.B.f, m.B.g",
        ["moved m.B.f json.load 150000->150000", "moved m.B.g json.load 150000->150000"],
    ),
    "a file is split: two functions of one body each find one": (
        baseline(op("m.f json.load 1000", "1"), op("m.g json.load 1000", "1")),
        baseline(op("n.f json.load 1000", "1"), op("o.g json.load 1000", "1")),
        "n.f, o.g",
        ["moved n.f json.load 150000->150000", "moved o.g json.load 150000->150000"],
    ),
    "a module is renamed, and one of its functions changed with it": (
        baseline(op("a.f json.load 1000", "1"), op("a.K.g json.load 1000", "2"), op("a.K.g open 10", "2")),
        baseline(
            op("b.c.f json.load 1000", "1"), op("b.c.K.g json.load 1000 loop", "3"), op("b.c.K.g pickle.load 1", "3")
        ),
        "b.c.f>b.c.K.g",
        [
            "grown b.c.K.g json.load 150000->150000",
            "new b.c.K.g pickle.load None->300",
            "moved b.c.K.g json.load 150000->150000",
            "moved b.c.f json.load 150000->150000",
            "gone a.K.g open 1000->None",
            "load_changed 301000->300300",
        ],
    ),
    "two modules are renamed, with functions of one body and one name": (
        baseline(op("a.f open 1", "1"), op("a.g open 10", "2"), op("b.f open 1", "1"), op("b.g json.load 10", "3")),
        baseline(op("d.f open 1", "1"), op("d.g open 10", "2"), op("c.f open 1", "1"), op("c.g json.load 10", "3")),
        "c.f, c.g, d.f, d.g",
        [
            "moved c.f open 100->100",
            "moved c.g json.load 1500->1500",
            "moved d.f open 100->100",
            "moved d.g open 1000->1000",
        ],
    ),
    "a module becomes a package, which has its name now": (
        baseline(op("a.m json.load 1000", "1"), op("a.m.f open 10", "2")),
        baseline(op("a.m.inner json.load 1000", "1"), op("a.m.inner.f open 10", "2")),
        "main>a.m>a.m.inner, main>a.m.inner.f",
        ["moved a.m.inner json.load 150000->150000", "moved a.m.inner.f open 1000->1000"],
    ),
    "more unresolved calls": (
        baseline(unresolved="f getattr 1"),
        baseline(unresolved="f getattr 2, g getattr 1"),
        "f>g",
        ["unresolved_grew f getattr 1->3"],
    ),
    "unresolved calls that moved, or are fewer": (
        baseline(unresolved="f getattr 2, f eval/exec 1"),
        baseline(unresolved="g getattr 2"),
        "g",
        [],
    ),
    "a new mutation": (
        baseline(mutations="f attr_write self.x"),
        baseline(mutations="f attr_write self.x, f attr_write self.y"),
        "f",
        ["mutation_new f attr_write self.y None->None"],
    ),
    "a mutation whose local was renamed": (
        baseline(mutations="f attr_write cart.rows, f container_mutate items"),
        baseline(mutations="f attr_write basket.rows, f container_mutate lines"),
        "f",
        [],
    ),
    "a mutation of a variable that was renamed": (
        baseline(mutations="m.f container_mutate m.cart"),
        baseline(mutations="m.f container_mutate m.basket"),
        "m.f",
        [],
    ),
    "a mutation in an extracted helper, and in a renamed function": (
        baseline(mutations="f attr_write self.x, g global_write TOTAL"),
        baseline(mutations="helper attr_write self.x, h global_write TOTAL"),
        "f>helper, h",
        [],
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_findings(name: str) -> None:
    before, after, graph, expected = ROWS[name]
    assert found(before, after, graph) == expected


@pytest.mark.parametrize(("runs", "told"), [("a * b * c", True), ("a * b * c * d", False)])
def test_the_number_of_runs_is_told_up_to_three_loops(runs: str, *, told: bool) -> None:
    was, now = (baseline(op(f"f json.load 1000 x{times}")._replace(runs=runs)) for times in (8, 16))
    assert [" runs" in row.note for row in compare(was, now, {}, THRESHOLD) if row.id] == [told]


def test_every_kind_has_a_row() -> None:
    kinds = {finding.split()[0] for _, _, _, expected in ROWS.values() for finding in expected}
    assert kinds == set(KINDS)


def test_where_an_op_of_a_renamed_module_was_before() -> None:
    before, after, graph, _ = ROWS["two modules are renamed, with functions of one body and one name"]
    notes = {finding.function: finding.note for finding in compare(before, after, calls(graph), THRESHOLD)}
    assert notes == {"c.f": "from b.f", "c.g": "from b.g", "d.f": "from a.f", "d.g": "from a.g"}


names = st.sampled_from(["f", "g", "h", "m.f", "n.f"])
ops = st.builds(
    lambda f, callee, size, times, body: op(f"{f} {callee} {size} x{times}", body),
    names,
    st.sampled_from(["json.load", "open"]),
    st.integers(1, 2000),
    st.sampled_from([1, 2, 100]),
    st.sampled_from(["", "b1", "b2"]),
)
baselines = st.lists(ops, max_size=6, unique_by=lambda row: row.id).map(lambda rows: baseline(*rows))


@given(baselines)
def test_nothing_differs_from_itself(one: Baseline) -> None:
    assert list(compare(one, one, calls("f>g>h, m.f, n.f"), THRESHOLD)) == []


@given(baselines, baselines)
def test_every_op_is_told_of_once_in_any_order(one: Baseline, other: Baseline) -> None:
    graph = calls("f>g, m.f")
    matched = match(one.ops, other.ops, graph)
    assert sorted([*(p.was for p in matched.pairs), *matched.gone]) == sorted(one.ops)
    assert sorted([*(p.now for p in matched.pairs), *matched.new]) == sorted(other.ops)
    assert match(one.ops[::-1], other.ops[::-1], graph) == matched


@given(baselines, baselines)
def test_no_op_that_became_heavier_or_new_is_silent(one: Baseline, other: Baseline) -> None:
    """The load can only rise by what findings say."""
    graph = calls("f>g>h, m.f, n.f")
    told = sum(
        (finding.after or 0) - (finding.before or 0)
        for finding in compare(one, other, graph, THRESHOLD)
        if finding.kind in ("new", "newly_expensive", "grown", "shrunk", "gone")
    )
    assert told == other.load - one.load


places = st.sampled_from(["m", "m.f", "m.K.f", "n", "n.f", "n.K.f", "n.inner.g"])
functions = st.builds(lambda name, body: (name, body), places, st.sampled_from(["", "same"]))
renamed = st.sampled_from(
    [{"m": "p"}, {"m": "m.inner"}, {"m": "p", "n": "q"}, {"m": "p.m", "n": "p.n"}, {"m": "p", "n": "p.n"}, {"n": "m.n"}]
)


@given(
    st.lists(st.tuples(functions, st.sampled_from(["json.load 1000", "open 10 x100", "open 500"])), max_size=8),
    renamed,
)
def test_ops_of_renamed_modules_are_all_moved(found: list[tuple[tuple[str, str], str]], names: dict[str, str]) -> None:
    """Whatever the modules are called, and whatever else has their names now: no op is new, and none is gone."""
    bodies = {name: body or f"body of {name}" for (name, body), _ in found}
    was, now = [], []
    for number, ((name, _), work) in enumerate(found, 1):
        home = name.partition(".")[0]
        new = names.get(home, home) + name.removeprefix(home)
        was.append(op(f"{name} {work} #{number}", bodies[name]))
        now.append(op(f"{new} {work} #{number}", bodies[name]))
    graph = {row.function: () for row in now}
    kinds = {finding.kind for finding in compare(baseline(*was), baseline(*now), graph, THRESHOLD)}
    moved = any(old.function != new.function for old, new in zip(was, now, strict=True))
    assert kinds == ({"moved"} if moved else set())
