"""The command `check`: one state against its baselines, and what of the drift is this change's doing."""

from __future__ import annotations

import datetime
import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from code_path_audit.config import OWN_FILE, PYPROJECT, ActionConfig, Config, find_action, require_actions
from code_path_audit.errors import AuditError
from code_path_audit.program.files import ALONE, Files, How, was_read
from code_path_gate.baseline.model import Baseline
from code_path_gate.baseline.read import parse_baseline
from code_path_gate.measuring import cache
from code_path_gate.measuring.actions import Actions, Weighing
from code_path_gate.measuring.affected import import_closure, names_file, touches
from code_path_gate.measuring.measured import Measured
from code_path_gate.settings import Settings, read_settings
from code_path_gate.states import git
from code_path_gate.states.comparison import CheckOptions, before_of, changes_of, head_of, repository_of
from code_path_gate.states.git_state import GitState
from code_path_gate.states.state import State, baseline_path, prefix_of
from code_path_gate.states.worktree import Worktree
from code_path_gate.verdict.drift import match
from code_path_gate.verdict.evidence import Evidence
from code_path_gate.verdict.policy import ActionVerdict, Policy, Side, exit_code, judge, judge_unknown
from code_path_gate.verdict.result import ActionResult, CheckResult

if TYPE_CHECKING:
    from code_path_audit.sources.model import SkippedFile, SourceFile


def check(
    options: CheckOptions,
    start: Path,
    env: Mapping[str, str],
    today: datetime.date,
    how: Callable[[Config], How] = lambda config: ALONE,
) -> CheckResult:
    """Everything that is to be said of one state. `start` is any folder of the project, `env` what git may need.

    `how` says how the work is done, once the configuration is known; results do not depend on it.
    """
    repository, notes = repository_of(options, start, env)
    head = head_of(options, start, repository)
    config = head.config()
    settings = read_settings(config)
    chosen = tuple(find_action(config, name) for name in options.actions) or require_actions(config)
    before, early = before_of(options, head, repository)
    changed = changes_of(options, head, before, config, repository)
    run = _Run(options, head, before, config, settings, today, how(config))
    affected = run.affected(chosen, changed)
    run.now.ahead(affected)
    judged = [run.judged(action) for action in affected]
    run.ahead_before([row.action for row in judged if row.needs_before])
    results = tuple(run.result(row) for row in judged)
    if run.how.asked is not None and changed is None and isinstance(head, Worktree):
        run.how.asked.files = run.files
    untouched = tuple(action.name for action in chosen if action not in affected)
    return CheckResult(
        state=head.name,
        against=before.name if options.base and before is not None else "",
        actions=results,
        untouched=untouched,
        notes=tuple(dict.fromkeys((*notes, *early, *run.notes, *_orphans(head, config, settings)))),
        exit_code=exit_code(result.verdict for result in results),
        prefix=prefix_of(repository, config.root) if repository else "",
    )


def _orphans(head: State, config: Config, settings: Settings) -> list[str]:
    """Baselines that nothing is held against, such as those of an action that was renamed."""
    names = {action.name for action in config.actions}
    return [
        f"{baseline_path(settings.baselines, name)} is the baseline of no action: delete it"
        for name in head.baselines(config, settings.baselines)
        if name not in names and not name.startswith(".")
    ]


class _Judged(NamedTuple):
    """An action against its own baseline alone; None where it has none. `shown` is the path of the baseline's file."""

    action: ActionConfig
    shown: str
    baseline: Baseline | None
    measured: Measured
    policy: Policy
    verdict: ActionVerdict
    needs_before: bool


class _Run:
    """One check: what was read and traced so far, each once, and only when something asks for it."""

    def __init__(
        self,
        options: CheckOptions,
        head: State,
        before: GitState | None,
        config: Config,
        settings: Settings,
        today: datetime.date,
        how: How,
    ) -> None:
        self.options = options
        self.head = head
        self.before = before
        self.config = config
        self.settings = settings
        self.today = today
        self.notes: list[str] = []
        self.how = how

    @cached_property
    def files(self) -> Files:
        """The state that is checked."""
        files = Files(self.head.tree(self.config, self._was_read), self.how)
        self._tell_skipped(files.skipped())
        return files

    def _was_read(self, file: SourceFile) -> bool:
        return was_read(file, self.how.store)

    def _tell_skipped(self, skipped: Sequence[SkippedFile]) -> None:
        if skipped:
            first, count = skipped[0], len(skipped)
            files = "1 file was" if count == 1 else f"{count} files were"
            self.notes.append(f"{files} not audited{', such as' if count > 1 else ':'} {first.path}: {first.reason}")

    def affected(self, chosen: Iterable[ActionConfig], changed: tuple[str, ...] | None) -> tuple[ActionConfig, ...]:
        """The actions that the change can affect, and those without a baseline."""
        if changed is None or self._all_affected(changed):
            return tuple(chosen)
        python = [path for path in changed if path.endswith(".py") and self._in_source(path)]
        ours = (OWN_FILE, PYPROJECT, self.settings.baselines, self.settings.reports)
        data = [path for path in changed if not path.endswith(".py") and not path.startswith(ours)]
        found = []
        for action in chosen:
            own = baseline_path(self.settings.baselines, action.name)
            if own in changed or self.head.baseline(self.config, self.settings.baselines, action.name) is None:
                found.append(action)
            elif python or data:
                closure = self._closure((*action.entry_points, *self._seen_calls(action)))
                paths = {file.path: file.module for file in self.files.tree.files}
                if touches(python, closure, paths) or (data and names_file(self.files.program(), closure, data)):
                    found.append(action)
        return tuple(found)

    def _closure(self, entry_points: tuple[str, ...]) -> frozenset[str]:
        return cache.names(self.files, [entry_points], lambda program: import_closure(program, entry_points))

    def _seen_calls(self, action: ActionConfig) -> tuple[str, ...]:
        """The functions that recorded runs of an action called: no import need lead to them."""
        return tuple(edge.callee for edge in self.weighing.observations.edges if edge.action == action.name)

    def _all_affected(self, changed: Iterable[str]) -> bool:
        whole = {*self.config.rule_files, self.config.model, self.config.observations}
        for path in changed:
            if path in whole or (self._in_source(path) and self._is_submodule(path)):
                return True
            if path in (OWN_FILE, PYPROJECT) and self._config_before() != self.config:
                return True
        return False

    def _is_submodule(self, path: str) -> bool:
        """Whether a changed path is a folder: as git has it, where that is what is checked."""
        if not isinstance(self.head, GitState):
            return (self.config.root / path).is_dir()
        states = [self.head, *([self.before] if self.before else [])]
        entries = [state.entries.get(state.prefix(self.config) + path) for state in states]
        return any(entry is not None and entry.mode == git.SUBMODULE for entry in entries)

    def _in_source(self, path: str) -> bool:
        return any(root in (".", path) or path.startswith(root + "/") for root in self.config.source)

    def _config_before(self) -> Config | None:
        try:
            return None if self.before is None else self.before.config()
        except AuditError:
            return None

    def _settings_before(self) -> Settings:
        config = self._config_before()
        try:
            return self.settings if config is None else read_settings(config)
        except AuditError:
            return self.settings

    @cached_property
    def now(self) -> Actions:
        """The actions of the state that is checked."""
        return Actions(self.head, self.config, self.files, self.weighing)

    @cached_property
    def then(self) -> Actions | None:
        """Those of the state before, measured by this very version; None, with a note, where it cannot be read."""
        assert self.before is not None
        try:
            config = _weighed_alike(self.before.config(), self.config)
            files = Files(self.before.tree(config, self._was_read), self.how)
        except AuditError as error:
            self._tell_untraced(error)
            return None
        return Actions(self.before, config, files, self.weighing)

    def _tell_untraced(self, error: AuditError) -> None:
        assert self.before is not None
        self.notes.append(f"{self.before.name} could not be traced: {error}")

    def judged(self, action: ActionConfig) -> _Judged:
        """One action against its own baseline."""
        path = baseline_path(self.settings.baselines, action.name)
        prefix = self.head.prefix(self.config) if isinstance(self.head, GitState) else ""
        shown = posixpath.join(prefix, path)
        data = self.head.baseline(self.config, self.settings.baselines, action.name)
        baseline = None if data is None else parse_baseline(data, shown, action.name)
        measured = self.now.measured(action)
        policy = self.settings.policy(action.name, measured.threshold, self.options.strict)
        if baseline is None:
            return _Judged(action, shown, None, measured, policy, judge_unknown(measured.current, policy), False)
        verdict = judge(baseline, measured.current, measured.calls, policy, self.today)
        needs_before = self._needs_before(verdict, action)
        return _Judged(action, shown, baseline, measured, policy, verdict, needs_before)

    def ahead_before(self, actions: Sequence[ActionConfig]) -> None:
        """Measures some actions as they were before; what is wrong with one is told in its turn."""
        if actions and self.then is not None:
            with suppress(AuditError):
                self.then.ahead([same for same in map(self._before, actions) if same is not None])

    def result(self, row: _Judged) -> ActionResult:
        """What is to be said of an action: with the state before, where that is needed, and with evidence."""
        action, baseline, verdict = row.action, row.baseline, row.verdict
        if baseline is None:
            return ActionResult(verdict, {}, row.shown)
        current = row.measured.current
        old = self._measured_before(action) if row.needs_before else None
        if self._three_way(baseline, current) and self.before is not None:
            nothing = current._replace(ops=(), unresolved=(), mutations=())
            # where nothing asks for a trace of the state before, no finding is in question
            traced_before = (old.current if old else nothing) if row.needs_before else current
            budgets = self.settings.budgets != self._settings_before().budgets
            side = Side(self._committed_before(action), traced_before, self.reweighed, budgets)
            verdict = judge(baseline, current, row.measured.calls, row.policy, self.today, side)
        return ActionResult(verdict, self._evidence(verdict, row, old), row.shown)

    def _evidence(self, verdict: ActionVerdict, row: _Judged, old: Measured | None) -> dict[str, Evidence]:
        """What explains the findings: from what was measured, with the lines of the programs as they are."""
        named = [judged for judged in verdict.judged if judged.finding.id]
        if not named:
            return {}
        from code_path_gate.measuring.changed_edge import explain

        if self.how.asked is not None:
            self.how.asked.lines = True
        seen = self.now.seen(row.action)
        before = None
        ids: dict[str, str] = {}
        same = self._before(row.action) if old is not None else None
        if old is not None and same is not None and self.then is not None:
            pairs = match(old.current.ops, row.measured.current.ops, row.measured.calls).pairs
            ids = {pair.now.id: pair.was.id for pair in pairs}
            before = self.then.seen(same)
        return {
            judged.finding.id: explain(judged.finding, seen, before, ids.get(judged.finding.id, "")) for judged in named
        }

    def _three_way(self, baseline: Baseline, current: Baseline) -> bool:
        """With --base; also where an older baseline, or other weights, leave open what is whose doing."""
        older = baseline.analysis != current.analysis or baseline.costs != current.costs
        return bool(self.options.base) or older or self.reweighed

    @cached_property
    def weighing(self) -> Weighing:
        """By what both sides are weighed: what the state that is checked says."""
        return Weighing(self.head, self.config)

    @cached_property
    def reweighed(self) -> bool:
        """Whether the change touches what ops are weighed by."""
        if self.before is None:
            return False
        try:
            return Weighing(self.before, self.before.config()).parts != self.weighing.parts
        except (AuditError, OSError):
            return True

    def _needs_before(self, verdict: ActionVerdict, action: ActionConfig) -> bool:
        if self.before is None:
            return False
        if any(row.status not in ("reported", "accepted") for row in verdict.judged):
            return True
        return bool(self.options.base) and self._baseline_data_before(action) != self.head.baseline(
            self.config, self.settings.baselines, action.name
        )

    def _baseline_data_before(self, action: ActionConfig) -> bytes | None:
        assert self.before is not None
        try:
            return self.before.baseline(self.config, self.settings.baselines, action.name)
        except AuditError:
            return None

    def _committed_before(self, action: ActionConfig) -> Baseline | None:
        data = self._baseline_data_before(action)
        if data is None:
            return None
        try:
            return parse_baseline(data, "the baseline before the change", action.name)
        except AuditError as error:
            self.notes.append(f"the baseline before the change is of no use: {error}")
            return None

    def _before(self, action: ActionConfig) -> ActionConfig | None:
        """The same action in the state before; None where there is none of this name."""
        actions = self.then.config.actions if self.then is not None else ()
        return next((other for other in actions if other.name == action.name), None)

    def _measured_before(self, action: ActionConfig) -> Measured | None:
        """An action in the state before; None, with a note, where it cannot be traced."""
        same = self._before(action)
        if self.then is None or same is None:
            return None
        try:
            return self.then.measured(same)
        except AuditError as error:
            self._tell_untraced(error)
            return None


def _weighed_alike(config: Config, now: Config) -> Config:
    """The configuration of an earlier state, with the hints of now: what differs then is the code's doing."""
    return config._replace(hints=now.hints, root=now.root)
