"""`code-path-audit calibrate`: measures this machine, and writes a cost model for it."""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from code_path_audit.costs.model import EXPENSIVE_THRESHOLD
from code_path_audit.errors import AuditError
from code_path_audit.runtime.fit import UNITS, Fitted, fit, two_digits
from code_path_audit.runtime.measure import CALLS, Timing, measure
from code_path_audit.runtime.observations_file import write_whole
from code_path_audit.runtime.probes import PROBES

ASSUMED_BOUND = 2
"""How often a loop of unknown bound runs: see docs/decisions/0104-unknown-loops-run-twice.md."""

ASSUMED_SIZES = {
    "file_io": 500,
    "network": 4000,
    "ast_parse": 1000,
    "json_io": 10,
    "pickle": 5,
    "deep_copy": 5,
    "subprocess": 0,
}
"""Where the size of an op is unknown, in the unit of its class."""


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


def add_calibrate_parser(subparsers: Any) -> argparse.ArgumentParser:
    """Add the subcommand to `subparsers` (what `ArgumentParser.add_subparsers` returns)."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "calibrate", help="measure this machine, and write a cost model for it"
    )
    fill_calibrate_parser(parser)
    return parser


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


def run_calibrate(options: argparse.Namespace) -> int:
    """Measure, fit, write. AuditError: `calibrate-extra`, `calibrate-unwritable`, `usage`."""
    if options.calls < 5:
        raise AuditError("usage", f"--calls is {options.calls}; fewer than 5 say nothing")
    fit([])
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
    show_progress("")
    for row in fitted:
        goal = "" if row.errors.calibrated else ", not calibrated"
        print(
            f"{row.name}: {row.base:,.0f} ns + {row.per_unit:,g} ns for each unit of size ({row.unit}), "
            f"{row.warm_base:,.0f} ns when repeated; off by {row.errors.median:.2f} (median), "
            f"{row.errors.p90:.2f} (90th percentile){goal}",
            file=sys.stderr,
        )
    print(f"cost model: {options.output}", file=sys.stderr)
    return 0


def show_progress(text: str) -> None:
    """The current probe, on a terminal alone."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def render_model(
    name: str,
    fitted: Iterable[Fitted],
    timings: Iterable[Timing],
    provenance: Provenance,
    uncalibrated: Iterable[str] = (),
) -> str:
    """The model as TOML: what the audit reads first, where it comes from below. `uncalibrated` are marked as such."""
    uncalibrated = frozenset(uncalibrated)
    import tomli_w

    classes: dict[str, dict[str, object]] = {}
    origins: dict[str, dict[str, object]] = {}
    calls: dict[str, int] = {}
    for timing in timings:
        calls[timing.cost_class] = calls.get(timing.cost_class, 0) + 2 * timing.calls
    for row in fitted:
        calibrated = row.errors.calibrated and row.name not in uncalibrated
        classes[row.name] = class_table(row.base, row.warm_base, row.per_unit, row.name, calibrated)
        origins[row.name] = {
            "calls": calls.get(row.name, 0),
            "points": row.errors.samples,
            "median_error": round(row.errors.median, 2),
            "p90_error": round(row.errors.p90, 2),
        }
    for name_of_class, assumed in ASSUMED_CLASSES.items():
        if name_of_class not in classes:
            classes[name_of_class] = class_table(
                assumed.base, assumed.warm_base, assumed.per_unit, name_of_class, False
            )
            origins[name_of_class] = {"assumed": assumed.why}
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


def class_table(base: float, warm_base: float, per_unit: float, name: str, calibrated: bool) -> dict[str, object]:
    """One class as TOML; whole numbers as such, where they are large enough."""
    return {
        "base": whole(base),
        "warm_base": whole(warm_base),
        "per_unit": whole(two_digits(per_unit)),
        "assumed_size": ASSUMED_SIZES.get(name, 1),
        "unit": UNITS.get(name, "nodes"),
        "calibrated": calibrated,
    }


def whole(value: float) -> float | int:
    return round(value) if value >= 10 or value == round(value) else value
