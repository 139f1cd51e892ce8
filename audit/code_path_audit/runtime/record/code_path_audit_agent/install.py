"""Puts the stand-ins in place: in modules that are there already, and in others as soon as they have been imported.

Names that other modules took with `from x import y` are rebound too, in every module that is loaded by then.
"""

from __future__ import annotations

import sys
from types import ModuleType

from .core import Recorder, clock, getframe
from .table import COPIES, LEFT_ALONE, TABLE, Row
from .wrappers import stand_in

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing would cost every recorded process
    from typing import Any


class Installer:
    """The rows and hooks of each module, and the finder that waits for the modules."""

    def __init__(self, recorder: Recorder, hooks: dict[str, Any]) -> None:
        self.recorder = recorder
        self.hooks = hooks
        self.rows: dict[str, list[Row]] = {module: list(rows) for module, rows in TABLE.items()}
        known = {row[1] for rows in TABLE.values() for row in rows}
        for callee, cost_class in recorder.config.get("callees", ()):
            parts = callee.split(".")
            for cut in range(1, len(parts)):
                if callee not in known:
                    module = ".".join(parts[:cut])
                    self.rows.setdefault(module, []).append((".".join(parts[cut:]), callee, cost_class, "none"))
        self.done: set[str] = set()
        self.made: dict[int, tuple[Any, Any]] = {}

    def start(self) -> None:
        """Patch what is loaded, and wait for the rest."""
        for name in sorted({*self.rows, *self.hooks}):
            module = sys.modules.get(name)
            if module is not None:
                self.patch(name, module)
        self.rebind("")
        sys.meta_path.insert(0, Finder(self))

    def waits_for(self, name: str) -> bool:
        return (name in self.rows or name in self.hooks) and name not in self.done

    def patch(self, name: str, module: ModuleType) -> None:
        """Wrap the rows of one module and run its hook; what is not there in this version is passed over."""
        if name in self.done:
            return
        self.done.add(name)
        try:
            for path, callee, cost_class, sizer in self.rows.get(name, ()):
                self.wrap(module, path, callee, cost_class, sizer)
            hook = self.hooks.get(name)
            if hook is not None:
                hook(module)
        except Exception as error:
            self.recorder.problem("record-failed", f"{name}: {error!a}")

    def wrap(self, module: ModuleType, path: str, callee: str, cost_class: str, sizer: str) -> None:
        *owners, name = path.split(".")
        owner: Any = module
        for part in owners:
            owner = getattr(owner, part, None)
        original = getattr(owner, name, None)
        if original is None or not callable(original) or isinstance(original, type):
            return
        if isinstance(owner, type):
            raw = next((vars(cls)[name] for cls in owner.__mro__ if name in vars(cls)), None)
            if isinstance(raw, staticmethod | classmethod):
                return
            setattr(owner, name, stand_in(self.recorder, raw, callee, cost_class, sizer, method=True))
            return
        made = stand_in(self.recorder, original, callee, cost_class, sizer)
        setattr(owner, name, made)
        for other in COPIES.get(callee, ()):
            copy = sys.modules.get(other)
            if copy is not None and getattr(copy, name, None) is original:
                setattr(copy, name, made)
        self.made[id(original)] = (original, made)

    def rebind(self, package: str) -> None:
        """Give the stand-ins made since the last time to every module of a package ("": to all) that holds an original.

        A module that has just been imported can only have been read by its own package: nobody else had it yet.
        """
        made, self.made = self.made, {}
        if not made:
            return
        inner = package + "."
        for name, module in list(sys.modules.items()):
            if package and name != package and not name.startswith(inner):
                continue
            if name in LEFT_ALONE or name.startswith("code_path_audit_agent") or not isinstance(module, ModuleType):
                continue
            space = vars(module)
            for key in [key for key, value in list(space.items()) if id(value) in made]:
                original, replacement = made[id(space[key])]
                if space[key] is original and key != "__wrapped__":
                    space[key] = replacement


class Finder:
    """First on sys.meta_path: finds nothing itself, but sees what is imported, and follows up on what it waits for."""

    def __init__(self, installer: Installer) -> None:
        self.installer = installer
        self.finding: set[str] = set()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """None, so that the next finder is asked; or that finder's spec, with a loader that reports back."""
        installer = self.installer
        recorder, local = installer.recorder, installer.recorder.local
        try:
            if name in self.finding:
                return None
            site = None
            if not local.importing:
                found = recorder.locate(outside_of_imports(getframe(1)))
                site = None if found is None else (id(found[0].code), found[1])
            if site is None and not installer.waits_for(name):
                return None
            self.finding.add(name)
            try:
                spec = next_spec(self, name, path, target)
            finally:
                self.finding.discard(name)
            if spec is not None and hasattr(spec.loader, "exec_module"):
                spec.loader = Loader(spec.loader, installer, site)
        except Exception as error:
            recorder.problem("record-failed", ascii(error))
            return None
        return spec


def next_spec(own: Finder, name: str, path: Any, target: Any) -> Any:
    for finder in list(sys.meta_path):
        find = getattr(finder, "find_spec", None)
        if finder is not own and find is not None:
            spec = find(name, path, target)
            if spec is not None:
                return spec
    return None


def outside_of_imports(frame: Any) -> Any:
    """The frame that asked for the import: the nearest one that is not the import system's."""
    while frame is not None and frame.f_code.co_filename.startswith("<frozen importlib"):
        frame = frame.f_back
    return frame


class Loader:
    """Runs the real loader, out of sight before the module's code begins; then patches, and notes the import."""

    def __init__(self, real: Any, installer: Installer, site: tuple[int, int] | None) -> None:
        self._real, self._installer, self._site = real, installer, site

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def create_module(self, spec: Any) -> Any:
        create = getattr(self._real, "create_module", None)
        return None if create is None else create(spec)

    def exec_module(self, module: ModuleType) -> None:
        __tracebackhide__ = True
        recorder = self._installer.recorder
        spec: Any = module.__spec__
        if spec is not None and spec.loader is self:
            spec.loader = self._real
        if getattr(module, "__loader__", None) is self:
            module.__loader__ = self._real
        outermost = self._site is not None and not recorder.local.importing
        if outermost:
            recorder.local.importing = True
        began = clock()
        try:
            self._real.exec_module(module)
        finally:
            if outermost and self._site is not None:
                recorder.local.importing = False
                with recorder.lock:
                    recorder.imports.append((*self._site, module.__name__, clock() - began))
        self._installer.patch(module.__name__, module)
        self._installer.rebind(module.__name__.partition(".")[0])
