"""Measuring: each probe at each size."""

from code_path_audit.runtime.calibration.measure import measure
from code_path_audit.runtime.calibration.probes import Probe


def test_measuring_runs_each_probe_at_each_size(tmp_path) -> None:  # type: ignore[no-untyped-def]
    calls: list[int] = []
    probe = Probe("work", "json_io", (1, 2), lambda size, folder: (size * 10, lambda: calls.append(size)))
    found = measure([probe], calls=5, level="nothing")
    assert [(row.callee, row.cost_class, row.size, row.calls) for row in found] == [
        ("work", "json_io", 10, 6),
        ("work", "json_io", 20, 6),
    ]
    # in each round once to see how slow it is, then two cold and two warm ones
    assert calls == ([1] * 5 + [2] * 5) * 3
    assert all(row.cold_ns >= 1 and row.warm_ns >= 1 for row in found)
