"""Observations, by hand and at random."""

from hypothesis import strategies as st

from code_path_audit.runtime.observations import (
    EdgeObservation,
    GcObservation,
    ImportObservation,
    LoopObservation,
    Observations,
    OpObservation,
    RunObservation,
    histogram,
    merge,
    step,
)

OP = OpObservation(
    "save", "shop/cart.py", "shop.cart.save", "json.dumps", 1, "json_io", True, 3, ((100, 3),), ((20000, 3),), (), 8
)
EDGE = EdgeObservation("save", "shop/cart.py", "shop.cart.save", "self.hooks[name]", 1, "shop.hooks.log", True, 0)
IMPORT = ImportObservation("save", "shop/cart.py", "sqlite3", ((5_000_000, 0),))
GC = GcObservation("save", 0, 2, 200_000)

OPS = st.builds(
    OpObservation,
    st.sampled_from(["a", "b"]),
    st.just("m.py"),
    st.sampled_from(["m.f", "m.g"]),
    st.sampled_from(["json.loads", "builtins.open"]),
    st.integers(1, 3),
    st.just("json_io"),
    st.booleans(),
    st.integers(0, 20),
    st.lists(st.integers(0, 10**6)).map(histogram),
    st.lists(st.integers(0, 10**9)).map(histogram),
    st.just(()),
    st.one_of(st.none(), st.integers(0, 1000)),
)
EDGES = st.builds(
    EdgeObservation,
    st.sampled_from(["a", "b"]),
    st.just("m.py"),
    st.sampled_from(["m.f", "m.g"]),
    st.sampled_from(["f", "x.f"]),
    st.integers(1, 2),
    st.sampled_from(["m.f", "m.g"]),
    st.booleans(),
    st.integers(0, 20),
)
IMPORTS = st.builds(
    ImportObservation,
    st.just("a"),
    st.just("m.py"),
    st.sampled_from(["json", "re"]),
    st.lists(st.integers(0, 10**9)).map(histogram),
)
COLLECTIONS = st.builds(
    GcObservation, st.just("a"), st.integers(0, 2), st.integers(0, 9), st.integers(0, 10**9).map(step)
)
LOOPS = st.builds(
    LoopObservation,
    st.sampled_from(["a", "b"]),
    st.just("m.py"),
    st.sampled_from(["m.f", "m.g"]),
    st.integers(1, 3),
    st.integers(1, 10**6).map(step),
)
RUNS = st.builds(RunObservation, st.sampled_from(["a", "b"]), st.integers(0, 20))
OBSERVATIONS = st.builds(
    lambda *rows: merge(Observations(*map(tuple, rows))),
    st.lists(OPS),
    st.lists(EDGES),
    st.lists(IMPORTS),
    st.lists(COLLECTIONS),
    st.lists(LOOPS),
    st.lists(RUNS),
)
