"""`code-path-audit init`: from a repository to a configuration, baselines, a hook and a workflow."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from code_path_audit.colors import is_colored, painted
from code_path_audit.commands.arguments import Parser, make_parser
from code_path_audit.commands.output import note, width
from code_path_audit.commands.working import add_cache, add_workers, working
from code_path_audit.errors import EXIT_BUG, EXIT_ERROR, AuditError, printable
from code_path_audit.gate_process import run_gate

if TYPE_CHECKING:
    from code_path_audit.config import Config
    from code_path_audit.program.files import How
    from code_path_audit.proposals.files import Change
    from code_path_audit.proposals.proposal import Proposal
    from code_path_audit.proposals.questions import Questions

NOTHING = "all of it is there already: nothing was written"
UNTRACED = (
    "{} further functions that could be actions were not looked at, to keep this short: add those that are missed"
)
SLOW = "not proposed, since following their calls takes longer than there is time for here: {}"
NEXT = "Commit these files: from then on the gate holds every change against them.\n"


class Plan(NamedTuple):
    """What init is going to do: the configuration as it is or will be, the files to write, the actions that get their
    first baseline, and what is left to a person."""

    config: Config
    changes: tuple[Change, ...]
    without_baseline: tuple[str, ...]
    notes: tuple[str, ...]


def parser() -> Parser:
    """Its arguments."""
    made = make_parser(
        "init",
        "Look at the repository, propose source roots, excludes and at most eight actions, and write the "
        "configuration, the first baselines, the pre-commit entry and the workflow. What is there already stays as it "
        "is.",
    )
    made.add_argument("--yes", action="store_true", help="take what is proposed, and ask nothing")
    add_cache(made)
    add_workers(made)
    return made


def run(options: argparse.Namespace) -> str:
    """What was written, and what the actions pay for."""
    from code_path_audit.reports.overview import overview_text

    if not (options.yes or (sys.stdin is not None and sys.stdin.isatty())):
        raise AuditError("usage", "init asks on a terminal, and this is none", todo="Pass --yes to take what it finds.")
    root, color = Path.cwd(), is_colored(sys.stdout)
    with working(options, note) as how:
        proposal, plan = planned(root, how, None if options.yes else on_terminal(how.clear))
        write(plan, ["--cache-dir", options.cache_dir] if options.cache_dir else [])
        lines = [painted(f"wrote {printable(path)}", "green", color) for path in _paths(plan, root)] or [NOTHING]
        lines += [printable(line) for text in plan.notes for line in text.splitlines()]
        if plan.changes or plan.without_baseline:
            from code_path_audit.proposals.proposal import costs_of_actions

            costs = proposal.costs if proposal is not None else costs_of_actions(plan.config, how(plan.config))
            # of what was proposed, what somebody took
            rows = [costs[name].overview for name in sorted(costs.keys() & {a.name for a in plan.config.actions})]
            lines += ["", overview_text(rows, width(), color), painted(NEXT.rstrip("\n"), "bold", color)]
    return "\n".join(lines) + "\n"


def planned(root: Path, how: Callable[[Config], How], ask: Questions | None) -> tuple[Proposal | None, Plan]:
    """What is to be done, nothing of it done yet; with `ask`, as much of it as somebody wants.

    The proposal is None where there is a configuration already.
    """
    from code_path_audit.commands.requirement import requirement_of_this
    from code_path_audit.config import config_of_folder, require_actions
    from code_path_audit.proposals.files import config_after, configuration_change, continuous_changes, git_top
    from code_path_audit.proposals.files import without_baseline as actions_without_baseline
    from code_path_audit.proposals.proposal import propose
    from code_path_audit.proposals.questions import declined

    proposal, changes = None, []
    config = config_of_folder(root)
    if config is None:
        proposal = propose(root, how)
        if ask is not None:
            proposal = ask.which(proposal)
        changes.append(configuration_change(root, proposal.roots, proposal.actions))
        config = config_after(changes[0], root)
    require_actions(config)
    wanted, notes = continuous_changes(root, git_top(root), requirement_of_this())
    for change in wanted:
        if ask is None or ask.yes(f"Write {change.what}, {printable(os.path.relpath(change.path, root))}?"):
            changes.append(change)
    if proposal is not None and proposal.untraced:
        notes = (*notes, UNTRACED.format(proposal.untraced))
    if proposal is not None and proposal.slow:
        notes = (*notes, SLOW.format(", ".join(proposal.slow)))
    missing = actions_without_baseline(config)
    if ask is not None and (changes or missing) and not ask.yes("Write all this, with the first baselines?"):
        raise declined()
    return proposal, Plan(config, tuple(changes), missing, notes)


def write(plan: Plan, arguments: Sequence[str]) -> None:
    """Writes the files and the baselines: all, or nothing. `arguments` are more ones for the gate's refresh."""
    from code_path_audit.proposals.files import write_all
    from code_path_audit.sources.writing import no_folder_left

    with no_folder_left([change.path.parent for change in plan.changes]):
        write_all(plan.changes)
        _first_baselines(plan, arguments)


def _first_baselines(plan: Plan, arguments: Sequence[str]) -> None:
    """Has the gate make those that there are none of; takes back what was written where it cannot."""
    from code_path_audit.proposals.files import take_back

    if not plan.without_baseline:
        return
    try:
        chosen = [word for name in plan.without_baseline for word in ("--action", name)]
        answer = run_gate(["refresh", *chosen, *arguments], plan.config.root)
        if answer.code:
            raise AuditError(
                "init-baselines",
                f"the first baselines could not be made: {answer.complaint[:500]}",
                todo="Nothing was written.",
                exit_code=EXIT_BUG if answer.code == EXIT_BUG else EXIT_ERROR,
            )
    except BaseException:
        take_back(plan.changes)
        raise


def _paths(plan: Plan, root: Path) -> list[str]:
    """What was written, as paths from the working directory."""
    from code_path_audit.proposals.files import baseline_file

    made = [baseline_file(plan.config, name) for name in plan.without_baseline]
    return [os.path.relpath(path, root) for path in (*(change.path for change in plan.changes), *made)]


def on_terminal(clear: Callable[[], None]) -> Questions:
    """Questions on stderr; `clear` takes away what stands in the line there."""
    from code_path_audit.proposals.questions import Questions

    def tell(text: str) -> None:
        clear()
        sys.stderr.write(text)
        sys.stderr.flush()

    def read() -> str | None:
        line = sys.stdin.readline()
        return line.rstrip("\n") if line else None

    return Questions(tell, read)
