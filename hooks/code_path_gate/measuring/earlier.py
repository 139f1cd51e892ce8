"""What a change started from: its configuration, its baselines, and its actions, measured by this very version."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property

from code_path_audit.config import MAX_CONFIG_BYTES, ActionConfig, Config
from code_path_audit.errors import AuditError
from code_path_audit.program.files import Files
from code_path_gate.baseline.acceptances import Accepted, parse_acceptances, with_accepted
from code_path_gate.baseline.model import Baseline
from code_path_gate.baseline.read import parse_baseline
from code_path_gate.measuring.actions import Actions, CostInputs
from code_path_gate.measuring.measured import Asked, Measured
from code_path_gate.measuring.seen import Seen
from code_path_gate.states import git
from code_path_gate.states.git_files import GitFiles
from code_path_gate.states.git_state import GitState


class Earlier:
    """The state before a change, of which each part is read when somebody asks.

    `tracked` are its files, None where nothing is known of it, and then nothing is found. `prefix` is where the project
    lies in them; `now` are the actions of the state that is checked. `notes` say what could not be read.
    """

    def __init__(self, tracked: GitFiles | None, prefix: str, now: Actions) -> None:
        self.tracked = tracked
        self.prefix = prefix
        self.now = now
        self.notes: list[str] = []

    @cached_property
    def config(self) -> Config | None:
        """Its configuration; None where there is none that can be used."""
        try:
            return None if self.tracked is None else self._config(self.tracked)
        except AuditError:
            return None

    @cached_property
    def state(self) -> GitState | None:
        """Its files, by its own configuration; None where there is none that can be used."""
        return None if self.tracked is None or self.config is None else GitState(self.tracked, self.config, self.prefix)

    def _config(self, tracked: GitFiles) -> Config:
        return tracked.config(self.prefix.rstrip("/"))

    @cached_property
    def _actions(self) -> Actions | None:
        """Its actions, weighed as those of now; None, with a note, where it cannot be read."""
        if self.tracked is None:
            return None
        try:
            now = self.now.state.config
            # with the hints of now: what differs then is the code's doing
            config = self._config(self.tracked)._replace(hints=now.hints, root=now.root)
            found = Actions(GitState(self.tracked, config, self.prefix), self.now.by, self.now.how)
            _ = found.files
        except AuditError as error:
            self._note_untraced(self.tracked, error)
            return None
        return found

    def _note_untraced(self, tracked: GitFiles, error: AuditError) -> None:
        self.notes.append(f"{tracked.name} could not be traced: {error}")

    @property
    def files(self) -> Files | None:
        """Its files; None where they cannot be read."""
        return None if self._actions is None else self._actions.files

    def measure(self, actions: Sequence[ActionConfig]) -> None:
        """Measures some actions as they were, in parallel; an error becomes a note when that action is asked for."""
        if actions and self._actions is not None:
            with suppress(AuditError):
                self._actions.measure([same for same in map(self._same, actions) if same is not None])

    def _same(self, action: ActionConfig) -> ActionConfig | None:
        """The same action as it was; None where there was none of this name."""
        actions = self._actions.state.config.actions if self._actions is not None else ()
        return next((other for other in actions if other.name == action.name), None)

    def measured(self, action: ActionConfig) -> Measured | None:
        """An action as it was; None where there was none of this name, or, with a note, where it cannot be traced."""
        same = self._same(action)
        if self.tracked is None or self._actions is None or same is None:
            return None
        try:
            return self._actions.measured(same)
        except AuditError as error:
            self._note_untraced(self.tracked, error)
            return None

    def seen(self, action: ActionConfig) -> Seen | None:
        """An action that was measured, with what says where things were; None where it was not."""
        same = self._same(action)
        return None if self._actions is None or same is None else self._actions.seen(same)

    def asked(self) -> Asked:
        """What all that was measured depends on."""
        # where nothing was measured, nobody listed its files, and this is no reason to
        actions = self._actions if "_actions" in self.__dict__ else None
        return Asked() if actions is None else actions.asked()

    def data(self, folder: str, action: str) -> bytes | None:
        """The bytes of the baseline that an action had; None where there was none that can be read."""
        try:
            return None if self._baselines is None else self._baselines.baseline(folder, action)
        except AuditError:
            return None

    @cached_property
    def _baselines(self) -> GitState | None:
        """The state with the configuration of now, which says where baselines are."""
        return None if self.tracked is None else GitState(self.tracked, self.now.state.config, self.prefix)

    def baseline(self, folder: str, action: str) -> Baseline | None:
        """The baseline that an action had; None where there was none, or, with a note, where it is of no use."""
        data = self.data(folder, action)
        if data is None:
            return None
        try:
            return with_accepted(parse_baseline(data, "the baseline before the change", action), self.accepted(folder))
        except AuditError as error:
            self.notes.append(f"the baseline before the change is of no use: {error}")
            return None

    @cached_property
    def _merged(self) -> tuple[GitState, ...]:
        """What the state that is checked merges, and, last, where that parted; () for no merge."""
        if self.tracked is None:
            return ()
        state, repository = self.now.state, self.tracked.repository
        commit = state.tracked.state if isinstance(state, GitState) and state.tracked.state != git.INDEX else ""
        try:
            sides = git.merged(repository, commit)
            commits = (*sides, git.merge_base(repository, sides[0], sides[1])) if sides else ()
        except AuditError:
            return ()
        return tuple(GitState(GitFiles(repository, found), state.config, self.prefix) for found in commits)

    def merged(self, folder: str, action: str) -> tuple[tuple[Baseline, ...], Baseline | None]:
        """The baselines of an action on the sides of a merge, with what each accepts, and where they parted; none where
        one cannot be read."""
        found: list[Baseline | None] = []
        for state in self._merged:
            try:
                data = state.baseline(folder, action)
                if data is None:
                    found.append(None)
                    continue
                accepted = parse_acceptances(state.accepted(folder), "acceptances that were merged")
                found.append(with_accepted(parse_baseline(data, "a baseline that was merged", action), accepted))
            except AuditError:
                return (), None
        sides = tuple(side for side in found[:-1] if side is not None)
        return sides, found[-1] if found else None

    def accepted(self, folder: str) -> Accepted:
        """The acceptances that there were."""
        data = None if self._baselines is None else self._baselines.accepted(folder)
        return parse_acceptances(data, "the acceptances before the change")

    def text(self, path: str) -> str:
        """A small file of the project as it was, "" where there was none that can be read."""
        try:
            data = None if self.tracked is None else self.tracked.read(self.prefix + path, MAX_CONFIG_BYTES)
        except AuditError:
            data = None
        return (data or b"").decode("utf-8", "replace")

    @cached_property
    def reweighed(self) -> bool:
        """Whether the change touches what ops are weighed by."""
        if self.tracked is None:
            return False
        try:
            config = self._config(self.tracked)
            state = GitState(self.tracked, config, self.tracked.prefix(config))
            return CostInputs(state).parts != self.now.by.parts
        except (AuditError, OSError):
            return True
