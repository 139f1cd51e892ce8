"""`code-path-audit contingency`: whether an operation should become a program in C, a step at a time."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from code_path_audit.commands.arguments import Parser, make_parser
from code_path_audit.commands.output import Output, note
from code_path_audit.commands.working import add_cache, add_workers, working
from code_path_audit.errors import EXIT_DRIFT, EXIT_OK, AuditError

if TYPE_CHECKING:
    from code_path_audit.config import ActionConfig, Config
    from code_path_audit.contingency.evidence import Bottleneck, Evidence
    from code_path_audit.contingency.steps import Step
    from code_path_audit.profiles.model import ActionProfile
    from code_path_audit.program.files import How

EPILOG = """\
The default answer is no. Each step asks for evidence, which is kept in contingency/<op>.toml:
  1. a bottleneck, by recordings of at least three runs (code-path-audit record --action ACTION -- COMMAND)
  2. no existing package solves it (--packages)
  3. a person approved, in the file
  4. a program is there (--scaffold)
  5. it is faster, everything counted (--benchmark)

exit codes: 0 the step was taken, or is next; 1 the answer is no; 2 an error, or a step before is missing"""


def parser() -> Parser:
    """Its arguments."""
    made = make_parser(
        "contingency", "Whether an operation should become a stand-alone program in C11: the evidence, step by step.",
        EPILOG,
    )  # fmt: skip
    made.add_argument("action", metavar="ACTION", help="a declared action")
    made.add_argument("op", metavar="OP", help="what is called, as a trace names it, the id of one op, or its function")
    step = made.add_mutually_exclusive_group()
    step.add_argument(
        "--packages", action="store_true",
        help="step 2: install each alternative into a scratch environment, and measure it",
    )  # fmt: skip
    step.add_argument("--scaffold", action="store_true", help="step 4: write the program to native/<op>/")
    step.add_argument("--benchmark", action="store_true", help="step 5: build, test and measure the program")
    add_cache(made)
    add_workers(made)
    return made


def run(options: argparse.Namespace) -> Output:
    """The steps, after the one that was asked for was taken."""
    from code_path_audit.config import find_action, load_config
    from code_path_audit.contingency import evidence as files
    from code_path_audit.contingency import packages, scaffold, steps

    config = load_config(Path.cwd())
    action = find_action(config, options.action)
    least = config.bottleneck_percent / 100
    found = files.read(config.root, options.action, options.op)
    with working(options, note) as how:
        found = found._replace(bottleneck=recorded(config, how(config), action, options.op, least))
    alternatives = packages.alternatives_to(options.op, found.alternatives)
    wanted = tuple(row.package for row in alternatives)
    if options.packages:
        require(found, wanted, least, 1)
        if not alternatives:
            raise AuditError(
                "contingency-step", f"no alternative to {options.op} is known",
                str(files.path_of(config.root, options.op)),
                "Add [[alternative]] tables to the file.",
            )  # fmt: skip
        size = found.bottleneck.size if found.bottleneck else 0
        found = found._replace(packages=packages.measure_all(alternatives, size, note))
    elif options.scaffold:
        require(found, wanted, least, 3)
        found = found._replace(folder=scaffold.scaffold(config.root, found), benchmark=None)
    elif options.benchmark:
        require(found, wanted, least, 4)
        found = found._replace(benchmark=scaffold.benchmark(config.root, found))
    found = found._replace(source=scaffold.digest(config.root, found))
    told = steps.steps(found, wanted, least, date.today())
    found = found._replace(verdict=steps.verdict(told))
    path = files.write(config.root, found)
    return Output(text_of(found, told, path.relative_to(config.root)), exit_of(told))


def recorded(config: Config, how: How, action: ActionConfig, op: str, least_share: float) -> Bottleneck | None:
    """Step 1, from the recordings as they are now."""
    from code_path_audit.commands.selection import traced
    from code_path_audit.contingency.bottleneck import measured
    from code_path_audit.pipeline import observations_of

    seen = observations_of(config)
    (profile,) = traced(config, [action], how).profiles
    require_op(profile, op)
    if action.name not in seen.actions():
        return None
    return measured(profile, seen, op, least_share)


def require_op(profile: ActionProfile, op: str) -> None:
    """AuditError `contingency-op` where an action neither calls an operation of that name, nor reaches a function."""
    from difflib import get_close_matches

    from code_path_audit.contingency.bottleneck import ops_of

    functions = set(profile.call_graph.nodes)
    if ops_of(profile, op) or op in functions:
        return
    names = sorted({row.callee for row in profile.expensive_ops} | functions)
    near = get_close_matches(op, names, 3)
    nearest = f"; nearest: {', '.join(near)}" if near else ""
    raise AuditError(
        "contingency-op", f"{profile.action.name} calls no operation {op!r}{nearest}",
        todo=f"code-path-audit --action {profile.action.name} lists its operations.",
    )  # fmt: skip


def require(found: Evidence, wanted: tuple[str, ...], least_share: float, count: int) -> None:
    """AuditError `contingency-step` where one of the first `count` steps has not been taken."""
    from code_path_audit.contingency.steps import DONE, steps

    for number, step in enumerate(steps(found, wanted, least_share, date.today())[:count], 1):
        if step.state != DONE:
            raise AuditError("contingency-step", f"step {number} is missing: {step.question} {step.why}")


def text_of(found: Evidence, told: tuple[Step, ...], path: Path) -> str:
    """The steps for a person."""
    lines = [f"{found.op} in {found.action}: {found.verdict}", ""]
    for number, step in enumerate(told, 1):
        lines.append(f"  {number}. {step.question:<38} {step.state}{f': {step.why}' if step.why else ''}")
    for row in found.packages:
        took = f"{row.baseline_ns / row.ns:.1f} times as fast" if row.ns else "no"
        lines.append(f"     {row.package} {row.version}: {took}{f' ({row.note})' if row.note else ''}")
    return "\n".join([*lines, "", f"  evidence: {path.as_posix()}"]) + "\n"


def exit_of(told: tuple[Step, ...]) -> int:
    """1 where the answer is no."""
    from code_path_audit.contingency.steps import NO

    return EXIT_DRIFT if any(step.state == NO for step in told) else EXIT_OK
