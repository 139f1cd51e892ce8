"""The command `check`: one state against its baselines, and what of the drift is this change's doing."""

from __future__ import annotations

import datetime
import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from code_path_audit.config import OWN_FILE, PYPROJECT, ActionConfig, Config, find_action, require_actions
from code_path_audit.errors import AuditError
from code_path_audit.program.build import ALONE, Files, How, was_read
from code_path_gate import git, kept
from code_path_gate.affected import import_closure, names_file, touches
from code_path_gate.baseline.model import Baseline
from code_path_gate.baseline.read import parse_baseline
from code_path_gate.drift import match
from code_path_gate.evidence import Evidence
from code_path_gate.kept import Measured
from code_path_gate.policy import ActionVerdict, Side, exit_code, judge, judge_unknown
from code_path_gate.result import ActionResult, CheckResult
from code_path_gate.settings import Settings, read_settings
from code_path_gate.states import GitState, State, Worktree, baseline_path, prefix_of
from code_path_gate.subject import CheckOptions, before_of, changes_of, head_of, repository_of

if TYPE_CHECKING:
    from code_path_audit.pipeline import Costs
    from code_path_audit.program.model import Program
    from code_path_audit.runtime.observations import Observations
    from code_path_audit.sources.data_files import FileSize
    from code_path_audit.sources.model import SkippedFile, SourceFile
    from code_path_gate.changed_edge import Traced


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
    run.ahead(affected)
    results = tuple(run.action(action) for action in affected)
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
        self._profiles: dict[tuple[str, str], Traced] = {}
        self._known: dict[str, Measured] = {}
        self._files_before: tuple[Config, Files] | AuditError | None = None

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
        return kept.names(self.files, [entry_points], lambda program: import_closure(program, entry_points))

    def _seen_calls(self, action: ActionConfig) -> tuple[str, ...]:
        """The functions that recorded runs of an action called: no import need lead to them."""
        return tuple(edge.callee for edge in self.observations.edges if edge.action == action.name)

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

    def action(self, action: ActionConfig) -> ActionResult:
        """One action, traced and judged."""
        path = baseline_path(self.settings.baselines, action.name)
        prefix = self.head.prefix(self.config) if isinstance(self.head, GitState) else ""
        shown = posixpath.join(prefix, path)
        data = self.head.baseline(self.config, self.settings.baselines, action.name)
        baseline = None if data is None else parse_baseline(data, shown, action.name)
        current, calls, threshold = self._measured(self.head, self.config, self.files, action)
        policy = self.settings.policy(action.name, threshold, self.options.strict)
        if baseline is None:
            return ActionResult(judge_unknown(current, policy), {}, shown)
        verdict = judge(baseline, current, calls, policy, self.today)
        needed = self._needs_before(verdict, action)
        old = self._measured_before(action) if needed else None
        if self._three_way(baseline, current) and self.before is not None:
            nothing = current._replace(ops=(), unresolved=(), mutations=())
            # where nothing asks for a trace of the state before, no finding is in question
            traced_before = (old.current if old else nothing) if needed else current
            budgets = self.settings.budgets != self._settings_before().budgets
            side = Side(self._committed_before(action), traced_before, self.reweighed, budgets)
            verdict = judge(baseline, current, calls, policy, self.today, side)
        return ActionResult(verdict, self._evidence(verdict, action, current, calls, old), shown)

    def ahead(self, actions: Sequence[ActionConfig]) -> None:
        """Traces side by side those of some actions of which no trace is kept; an error is told in its turn."""
        size = self.head.file_size(self.config)
        for action in actions:
            found = kept.known(self.files, self._about(self.config, action), size)
            if found is not None:
                self._known[action.name] = found
        missing = [action for action in actions if action.name not in self._known]
        if len(missing) < 2:
            return
        from code_path_gate import engine

        def fresh(action: ActionConfig) -> kept.Fresh | None:
            try:
                return kept.fresh(self.files, size, self._measure(self.head, self.config, self.files, action))
            except AuditError:
                return None

        try:
            program = self.files.program()
            _ = self.costs, self.observations  # not once in each process
        except (AuditError, OSError):
            return
        calls = [partial(fresh, action) for action in missing]
        for action, made in zip(missing, engine.each_action(program, calls, self.how), strict=True):
            if made is not None:
                self._known[action.name] = kept.keep(self.files, self._about(self.config, action), size, made)

    def _about(self, config: Config, action: ActionConfig) -> list[object]:
        """What a trace of an action depends on besides the files."""
        return [action, config._replace(root=None, actions=(), gate={}, file=""), self.weights]  # type: ignore[arg-type]

    def _measured(self, state: State, config: Config, files: Files, action: ActionConfig) -> Measured:
        """An action of a state; it is traced if no trace of the same is kept."""
        about, size = self._about(config, action), state.file_size(config)
        found = self._known.get(action.name) if state is self.head else kept.known(files, about, size)
        if found is None:
            fresh = kept.fresh(files, size, self._measure(state, config, files, action))
            found = kept.keep(files, about, size, fresh)
        return found

    def _measure(self, state: State, config: Config, files: Files, action: ActionConfig) -> kept.Measure:
        def measure(program: Program, size: FileSize) -> Measured:
            from code_path_gate import engine  # whoever finds what was kept needs none of it

            traced, current = engine.trace(program, files.tree, action, config, size, self.costs, self.observations)
            self._profiles[state.name, action.name] = traced
            return Measured(current, engine.calls(traced), traced.profile.threshold)

        return measure

    def _evidence(
        self,
        verdict: ActionVerdict,
        action: ActionConfig,
        current: Baseline,
        calls: Mapping[str, tuple[str, ...]],
        old: Measured | None,
    ) -> dict[str, Evidence]:
        """What explains the findings; only for that are whole profiles made."""
        named = [row for row in verdict.judged if row.finding.id]
        if not named:
            return {}
        from code_path_gate.changed_edge import explain

        traced = self._traced(self.head, self.config, self.files, action)
        before = None
        ids: dict[str, str] = {}
        if old is not None and isinstance(self._files_before, tuple):
            ids = {pair.now.id: pair.was.id for pair in match(old.current.ops, current.ops, calls).pairs}
            config, files = self._files_before
            assert self.before is not None
            same = next(other for other in config.actions if other.name == action.name)
            before = self._traced(self.before, config, files, same)
        return {row.finding.id: explain(row.finding, traced, before, ids.get(row.finding.id, "")) for row in named}

    def _traced(self, state: State, config: Config, files: Files, action: ActionConfig) -> Traced:
        """The whole profile of an action, which is kept for one run alone."""
        from code_path_gate import engine

        if self.how.asked is not None:
            self.how.asked.lines = True

        found = self._profiles.get((state.name, action.name))
        if found is None:
            size = state.file_size(config)
            found = engine.trace(files.program(), files.tree, action, config, size, self.costs, self.observations)[0]
        return found

    def _three_way(self, baseline: Baseline, current: Baseline) -> bool:
        """With --base; also where an older baseline, or other weights, leave open what is whose doing."""
        older = baseline.analysis != current.analysis or baseline.costs != current.costs
        return bool(self.options.base) or older or self.reweighed

    @cached_property
    def costs(self) -> Costs:
        """By what both sides are weighed: the cost model and the rules of the state that is checked."""
        from code_path_gate import engine

        return engine.costs(self.config, self.head.read_file(self.config))

    @cached_property
    def weights(self) -> tuple[object, ...]:
        """All that says what ops weigh, in the state that is checked."""
        return _weights(self.head, self.config)

    @cached_property
    def observations(self) -> Observations:
        """What recorded runs saw, likewise for both sides: what differs is the code's doing."""
        return self.head.observations(self.config)

    @cached_property
    def reweighed(self) -> bool:
        """Whether the change touches what ops are weighed by."""
        if self.before is None:
            return False
        try:
            return _weights(self.before, self.before.config()) != self.weights
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

    def _measured_before(self, action: ActionConfig) -> Measured | None:
        """The state before, measured by this very version; None, with a note, where that cannot be done."""
        assert self.before is not None
        try:
            if self._files_before is None:
                config = _weighed_alike(self.before.config(), self.config)
                self._files_before = (config, Files(self.before.tree(config, self._was_read), self.how))
            if isinstance(self._files_before, AuditError):
                return None
            config, files = self._files_before
            same = next((other for other in config.actions if other.name == action.name), None)
            return None if same is None else self._measured(self.before, config, files, same)
        except AuditError as error:
            if self._files_before is None:
                self._files_before = error
            self.notes.append(f"{self.before.name} could not be traced: {error}")
            return None


def _weighed_alike(config: Config, now: Config) -> Config:
    """The configuration of an earlier state, with the hints of now: what differs then is the code's doing."""
    return config._replace(hints=now.hints, root=now.root)


def _weights(state: State, config: Config) -> tuple[object, ...]:
    """All that a configuration says of weights, with the files that it names, and what recorded runs saw."""
    read = state.read_file(config)
    paths = [*config.rule_files, *((config.model,) if config.model.endswith(".toml") else ())]
    files = [read(config.root / path) for path in paths]
    return (config.model, config.classes, config.rules, config.hints, files, state.observations(config))
