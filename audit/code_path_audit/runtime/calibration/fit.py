"""Timings to cost classes: base + per_unit x size, fitted to ratios, so that a small op counts as much as a large
one."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from code_path_audit.errors import AuditError
from code_path_audit.runtime.calibration.measure import Timing

GOAL_MEDIAN = 2.0
GOAL_P90 = 4.0

LEAST_BASE = 100.0
"""Nanoseconds that anything takes: where only the slope shows, the fit would go to nothing."""

LEAST_SLOPE = 1e-3
"""Nanoseconds for a byte below which the size makes no difference."""

UNITS = {"file_io": "bytes", "ast_parse": "bytes", "network": "bytes", "subprocess": "any"}
"""What a class counts its size in; nodes, where it is not said here: leaves + containers + dict keys."""


class Errors(NamedTuple):
    """How far predictions are off, as factors: `median` and `p90` of max(p/m, m/p), `bias` the median of p/m."""

    samples: int
    median: float
    p90: float
    bias: float

    @property
    def calibrated(self) -> bool:
        """Whether they meet the goal."""
        return self.samples > 0 and self.median <= GOAL_MEDIAN and self.p90 <= GOAL_P90


class Fitted(NamedTuple):
    """One class, or one kind of its work: nanoseconds for a single cold execution, for a repeated one, and for each
    unit of size."""

    name: str
    unit: str
    base: float
    warm_base: float
    per_unit: float
    errors: Errors
    kind: str = ""


def fit(timings: Iterable[Timing]) -> tuple[Fitted, ...]:
    """Fit every class and kind that was timed, sorted. AuditError `calibrate-extra` without numpy and scipy."""
    groups: dict[tuple[str, str], list[Timing]] = defaultdict(list)
    for timing in timings:
        groups[timing.cost_class, timing.kind].append(timing)
    return tuple(fit_class(name, rows, kind) for (name, kind), rows in sorted(groups.items()))


def fit_class(name: str, rows: Sequence[Timing], kind: str = "") -> Fitted:
    """One class or kind; each callee weighs the same, however many sizes of it were timed."""
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row.callee] += 1
    weights = [1 / counts[row.callee] for row in rows]
    sizes = [row.size for row in rows]
    base, per_unit = fit_line(sizes, [row.cold_ns for row in rows], weights)
    # warm work is cheaper by the unit too; the model has one slope, so this takes only what a repeated start costs
    warm, _ = fit_line(sizes, [row.warm_ns for row in rows], weights)
    base = max(two_digits(base), LEAST_BASE)
    warm, per_unit = max(min(two_digits(warm), base), LEAST_BASE), two_digits(per_unit)
    per_unit = per_unit if per_unit >= LEAST_SLOPE else 0.0
    predicted = [base + per_unit * size for size in sizes]
    unit = UNITS.get(name, "nodes")
    return Fitted(name, unit, base, warm, per_unit, errors(predicted, [row.cold_ns for row in rows]), kind)


def fit_line(sizes: Sequence[float], times: Sequence[float], weights: Sequence[float]) -> tuple[float, float]:
    """(base, per_unit) with the least robust loss of log(predicted / measured); per_unit is 0 where nothing has a
    size."""
    try:
        import numpy  # type: ignore[import-not-found,unused-ignore]
        from scipy.optimize import least_squares  # type: ignore[import-untyped,unused-ignore]
    except ImportError as error:
        raise AuditError(
            "calibrate-extra",
            f"calibration needs numpy and scipy: {error}",
            todo="Install code-path-audit[calibrate].",
        ) from error
    size, measured = numpy.asarray(sizes, float), numpy.log(numpy.asarray(times, float))
    root = numpy.sqrt(numpy.asarray(weights, float))
    sized = bool(size.any())
    # from the smallest time, and from the steepest rise that all of them allow
    start = [float(measured.min())] + ([math.log(max(times) / max(sizes))] if sized else [])

    def residuals(parameters):  # type: ignore[no-untyped-def]
        rise = numpy.exp(parameters[1]) if sized else 0.0
        return root * (numpy.log(numpy.exp(parameters[0]) + rise * size) - measured)

    found = least_squares(residuals, start, loss="soft_l1", f_scale=0.3).x
    return math.exp(found[0]), math.exp(found[1]) if sized else 0.0


def errors(predicted: Sequence[float], measured: Sequence[float]) -> Errors:
    """How far predictions are off; times below one nanosecond count as one."""
    ratios = sorted(max(one, 1e-9) / max(other, 1e-9) for one, other in zip(predicted, measured, strict=True))
    if not ratios:
        return Errors(0, 0.0, 0.0, 0.0)
    off = sorted(max(ratio, 1 / ratio) for ratio in ratios)
    return Errors(len(ratios), quantile(off, 0.5), quantile(off, 0.9), quantile(ratios, 0.5))


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value at a share of an ordered sequence: the nearest one, none in between."""
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1 if share else 0)]


def two_digits(value: float) -> float:
    """Rounded to two significant digits."""
    return 0.0 if value <= 0 else float(f"{value:.1e}")
