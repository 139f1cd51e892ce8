"""The load of one op, in load units: the design's formula, and nothing else."""

from collections.abc import Iterable

from code_path_audit.costs.model import CostClass, CostModel, OtherCallee

LARGEST_COUNT = 10**12
"""Executions and sizes above this weigh the same: no program gets there, and floats stay exact enough to compare."""

LARGEST_WEIGHT = 10**18
"""No op weighs more: a total still fits into 64 bits where a reader of the JSON needs that."""


def weight(cost_class: CostClass, amplification: int, size: float, light: bool = False) -> int:
    """base + (n - 1) x warm_base + n x per_unit x size, rounded, for n executions; 0 for an op that never runs.

    `size` is in the class's unit. A `light` op starts warm: warm_base takes the place of base. Never decreases with the
    amplification or the size.
    """
    count = min(amplification, LARGEST_COUNT)
    if count <= 0:
        return 0
    # as floats, whatever they were read as: past 2**53 whole numbers give another sum
    warm, first = float(cost_class.warm_base), float(cost_class.warm_base if light else cost_class.base)
    work = float(cost_class.per_unit) * min(max(size, 0.0), LARGEST_COUNT)
    return round(min(first + (count - 1) * warm + count * work, LARGEST_WEIGHT))


def others_weighed(model: CostModel, others: Iterable[OtherCallee], amplification: int) -> tuple[OtherCallee, ...]:
    """What an op may call instead, where each of that many executions calls it."""
    return tuple(
        row._replace(weight=weight(model.classes[row.base_class].of(row.kind), amplification, row.size, row.light))
        for row in others
    )


def is_expensive(load: int, model: CostModel) -> bool:
    """Whether a weight lies above the model's threshold; exactly on it does not."""
    return load > model.threshold


def factor(one: float, other: float) -> float:
    """How many times the larger of two is the smaller; values below 1 count as 1."""
    one, other = max(1.0, one), max(1.0, other)
    return max(one, other) / min(one, other)
