"""`code-path-audit calibrate`: measures this machine, and writes a cost model for it."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from code_path_audit.costs.model import EXPENSIVE_THRESHOLD, CostModel
from code_path_audit.costs.models import parse_model, read_toml
from code_path_audit.errors import AuditError
from code_path_audit.runtime.calibration.fit import UNITS, Fitted, fit, two_digits
from code_path_audit.runtime.calibration.measure import CALLS, Timing, measure
from code_path_audit.runtime.calibration.probes import PROBES
from code_path_audit.runtime.observations_file import write_whole
from code_path_audit.sources.writing import require_plain_way, why_not_written

ASSUMED_BOUND = 2
"""How often a loop of unknown bound runs: see docs/decisions/0018-unknown-loops-run-twice.md."""

ASSUMED_SIZES = {
    "file_io": 500,
    "network": 4000,
    "ast_parse": 1000,
    "ast_parse.template": 100,
    "json_io": 10,
    "pickle": 5,
    "deep_copy": 5,
    "subprocess": 0,
}
"""Where the size of an op is unknown, in the unit of its class; "class.kind" where a kind has another."""


class Assumption(NamedTuple):
    """A class that is not measured, with the reason."""

    base: float
    warm_base: float
    per_unit: float
    why: str


ASSUMED_CLASSES = {
    "network": Assumption(20e6, 10e6, 10.0, "a round trip of 10 ms, two for a new connection, and 100 MB/s"),
}
"""A loopback figure says nothing about the networks that programs use."""


class Provenance(NamedTuple):
    """Where a model comes from: `date` as YYYY-MM-DD, `seconds` how long the measurement took."""

    python: str
    platform: str
    date: str
    seconds: int


def fill_calibrate_parser(parser: argparse.ArgumentParser) -> None:
    """The arguments of `calibrate`; `options.run(options)` runs it and returns the exit code."""
    classes = sorted({probe.cost_class for probe in PROBES})
    parser.description = (
        "Measure what each class of work costs on this machine, and write a cost model; takes a few minutes."
    )
    parser.add_argument(
        "--output", metavar="FILE", type=Path, default=Path("cost-model.toml"), help="default: %(default)s"
    )
    parser.add_argument("--name", default="", help="the model's name (default: that of the file)")
    parser.add_argument(
        "--calls", metavar="N", type=int, default=CALLS, help="single calls for each size (default: %(default)s)"
    )
    parser.add_argument(
        "--class", dest="classes", action="append", choices=classes, help="measure this class alone; can be repeated"
    )
    parser.add_argument(
        "--uncalibrated", metavar="CLASS", action="append", default=[], choices=classes,
        help="mark a class as not calibrated, because it misses on applications; can be repeated",
    )  # fmt: skip
    parser.set_defaults(run=run_calibrate)


def _require_writable(file: Path) -> None:
    """AuditError `write-outside` or `calibrate-unwritable`, before minutes of measuring are spent on it."""
    require_plain_way(file)
    if reason := why_not_written(file):
        raise AuditError("calibrate-unwritable", f"cannot write the cost model: {reason}", where=str(file))
    if os.path.lexists(file) and not _is_model(file):
        raise AuditError(
            "calibrate-unwritable",
            "cannot write the cost model: something is there that is none",
            where=str(file),
            todo="Name another file, or take it away.",
        )


def _is_model(file: Path) -> bool:
    """Whether what is there is a cost model, or empty; a pipe and a device are neither."""
    if not file.is_file():
        return False
    try:
        return file.stat().st_size == 0 or "classes" in read_toml(file, "model")
    except AuditError:
        return False


def run_calibrate(options: argparse.Namespace) -> int:
    """Measure, fit, write. AuditError: `calibrate-extra`, `calibrate-unwritable`, `usage`."""
    if options.calls < 5:
        raise AuditError("usage", f"--calls is {options.calls}; fewer than 5 say nothing")
    fit([])
    _require_writable(options.output)
    began = time.monotonic()
    probes = [probe for probe in PROBES if not options.classes or probe.cost_class in options.classes]
    timings = measure(probes, options.calls, progress=show_progress)
    fitted = fit(timings)
    provenance = Provenance(
        f"{platform.python_implementation()} {platform.python_version()}",
        f"{platform.system()} {platform.machine()}",
        time.strftime("%Y-%m-%d", time.gmtime()),
        round(time.monotonic() - began),
    )
    text = render_model(options.name or options.output.stem, fitted, timings, provenance, options.uncalibrated)
    write_whole(options.output, text.encode(), "calibrate-unwritable", "the cost model")
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    for row in fitted:
        goal = "" if row.errors.calibrated else ", not calibrated"
        print(
            f"{row.name}{row.kind and '.'}{row.kind}: {row.base:,.0f} ns + {row.per_unit:,g} ns for each unit of size "
            f"({row.unit}), "
            f"{row.warm_base:,.0f} ns when repeated; off by {row.errors.median:.2f} (median), "
            f"{row.errors.p90:.2f} (90th percentile){goal}",
            file=sys.stderr,
        )
    print(f"cost model: {options.output}", file=sys.stderr)
    return 0


def show_progress(what: str, done: int, total: int) -> None:
    """How far it is, with the current probe on a terminal; elsewhere a line for each tenth."""
    if sys.stderr.isatty():
        print(f"\r\x1b[Kmeasuring: {100 * done // total}%, {what}", end="", file=sys.stderr, flush=True)
    elif not done or 10 * done // total > 10 * (done - 1) // total:
        print(f"measuring: {100 * done // total}%", file=sys.stderr, flush=True)


def render_model(
    name: str,
    fitted: Sequence[Fitted],
    timings: Iterable[Timing],
    provenance: Provenance,
    uncalibrated: Iterable[str] = (),
) -> str:
    """The model as TOML: what the audit reads first, where it comes from below. `uncalibrated` are marked as such."""
    import tomli_w

    uncalibrated = frozenset(uncalibrated)
    classes: dict[str, dict[str, Any]] = {}
    origins: dict[str, dict[str, Any]] = {}
    calls: dict[tuple[str, str], int] = {}
    for timing in timings:
        key = (timing.cost_class, timing.kind)
        calls[key] = calls.get(key, 0) + 2 * timing.calls
    kinds = [row for row in fitted if row.kind]
    for row in fitted:
        if not row.kind:
            calibrated = row.errors.calibrated and row.name not in uncalibrated
            classes[row.name] = {**class_table(row, row.name), "calibrated": calibrated}
            origins[row.name] = origin(row, calls)
    for name_of_class, assumed in ASSUMED_CLASSES.items():
        if name_of_class not in classes:
            classes[name_of_class] = {**class_table(assumed, name_of_class), "calibrated": False}
            origins[name_of_class] = {"assumed": assumed.why}
    for row in kinds:
        if row.name in classes:
            classes[row.name].setdefault("kinds", {})[row.kind] = class_table(row, row.name, row.kind)
            origins[row.name].setdefault("kinds", {})[row.kind] = origin(row, calls)
    partial = sorted({probe.cost_class for probe in PROBES} - set(classes))
    model = {
        "name": name,
        **({"extends": "reference"} if partial else {}),
        "threshold": EXPENSIVE_THRESHOLD,
        "assumed_bound": ASSUMED_BOUND,
        "classes": dict(sorted(classes.items())),
        "provenance": {**provenance._asdict(), "classes": dict(sorted(origins.items()))},
    }
    return "# Made by `code-path-audit calibrate`; one load unit is one nanosecond.\n\n" + tomli_w.dumps(model)


def calibrated_model(fitted: Iterable[Fitted]) -> CostModel:
    """What was fitted, as a model in memory."""
    text = render_model("calibrated", tuple(fitted), (), Provenance("", "", "", 0))
    return parse_model(tomllib.loads(text), "calibrated")


def origin(row: Fitted, calls: Mapping[tuple[str, str], int]) -> dict[str, object]:
    """What is said of one class or kind: how often it was timed, and how far the fit is off its own timings."""
    return {
        "calls": calls.get((row.name, row.kind), 0),
        "points": row.errors.samples,
        "median_error": round(row.errors.median, 2),
        "p90_error": round(row.errors.p90, 2),
    }


def class_table(row: Fitted | Assumption, name: str, kind: str = "") -> dict[str, object]:
    """The constants of one class or kind as TOML; whole numbers as such, where they are large enough."""
    sizes = {"assumed_size": ASSUMED_SIZES.get(f"{name}.{kind}" if kind else name, 1)}
    if kind and f"{name}.{kind}" not in ASSUMED_SIZES:
        sizes = {}
    return {
        "base": whole(row.base),
        "warm_base": whole(row.warm_base),
        "per_unit": whole(two_digits(row.per_unit)),
        **sizes,
        **({} if kind else {"unit": UNITS.get(name, "nodes")}),
    }


def whole(value: float) -> float | int:
    return round(value) if value >= 10 or value == round(value) else value
