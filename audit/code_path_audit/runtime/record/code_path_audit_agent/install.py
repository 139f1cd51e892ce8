"""Puts the stand-ins in place: in modules that are there already, and in others as soon as they have been imported.

Names that other modules took with `from x import y` are rebound too, in every module that is loaded by then. What
cannot be replaced (methods of C types that are immutable), and what is too light to be timed, is left to the events of
the edge pass.
"""

from __future__ import annotations

import sys
from types import BuiltinFunctionType, FunctionType, MethodDescriptorType, MethodType, ModuleType

from .core import BELOW, ENTRY, IMPORT, PROJECT, Recorder, clock, getframe
from .events import Events
from .table import LEFT_ALONE, Row, Table, excluded, fits
from .wrappers import stand_in

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing would cost every recorded process
    from typing import Any

_IMMUTABLE, _HEAP = 1 << 8, 1 << 9
_COMPILED = frozenset({"cython_function_or_method", "fused_cython_function", "_lru_cache_wrapper", "nb_func"})


class Installer:
    """The rows and hooks of each module, and the finder that waits for the modules."""

    def __init__(self, recorder: Recorder, hooks: dict[str, Any], events: Events | None) -> None:
        self.recorder = recorder
        self.hooks = hooks
        self.events = events
        self.table = Table(dict(recorder.config["ops"]))
        self.done: set[str] = set()
        self.made: dict[int, tuple[Any, Any]] = {}

    def start(self) -> None:
        """Patch what is loaded, and wait for the rest."""
        for name, module in sorted(sys.modules.items()):
            if self.waits_for(name):
                self.patch(name, module)
        self.rebind("")
        sys.meta_path.insert(0, Finder(self))

    def waits_for(self, name: str) -> bool:
        return name not in self.done and (name in self.hooks or self.table.names(name))

    def patch(self, name: str, module: ModuleType) -> None:
        """Wrap the rows of one module and run its hook; what is not there in this version is passed over."""
        if name in self.done:
            return
        self.done.add(name)
        try:
            # a module of the source is followed by a trace, and none of its functions is an op
            if name not in LEFT_ALONE and not any(self.recorder.place(getattr(module, "__file__", None) or "")):
                for row in self.table.of(name):
                    self.find(name, module, row)
            hook = self.hooks.get(name)
            if hook is not None:
                hook(module)
        except Exception as error:
            self.recorder.problem("record-failed", f"{name}: {error!a}")

    def find(self, name: str, module: ModuleType, row: Row) -> None:
        """Replace what a row names in a module. Looked up without asking for attributes: that could run code."""
        *owners, last = row.path
        owner: Any = module
        for part in owners:
            owner = held(owner, part)
            if not isinstance(owner, ModuleType | type):
                return
        if "*" not in last:
            self.replace(owner, last, row, row.callee)
            return
        for member in sorted(names_in(owner)):
            parts = [*row.callee.split(".")[:-1], member]
            if not member.startswith("_") and fits(last.replace("**", "*"), member) and not excluded(row.unless, parts):
                found = held(owner, member)
                if isinstance(found, FunctionType | BuiltinFunctionType | MethodDescriptorType):
                    self.replace(owner, member, row, ".".join(parts))

    def replace(self, owner: Any, name: str, row: Row, callee: str) -> None:
        """Put a stand-in where a callable is, or leave it to events."""
        raw = held(owner, name)
        if raw is None or id(raw) in self.recorder.stand_ins:
            return
        if isinstance(owner, type):
            self.replace_method(owner, name, raw, row, callee)
        elif isinstance(raw, type):
            self.replace_class(raw, row, callee)
        elif row.light:
            if self.events is not None:
                self.events.function(raw, callee, row.cost_class)
        elif (
            isinstance(raw, FunctionType | BuiltinFunctionType | MethodType) or type(raw).__name__ in _COMPILED
        ) and id(raw) not in self.made:
            made = stand_in(self.recorder, raw, callee, row.cost_class, row.sizer)
            setattr(owner, name, made)
            # a function in C may be taken straight from where it is defined
            home = getattr(raw, "__module__", None)
            other = None if home in LEFT_ALONE else sys.modules.get(home) if isinstance(home, str) else None
            if isinstance(other, ModuleType) and vars(other).get(name) is raw:
                setattr(other, name, made)
            self.made[id(raw)] = (raw, made)

    def replace_method(self, owner: type, name: str, raw: Any, row: Row, callee: str) -> None:
        fixed = owner.__flags__ & _IMMUTABLE or not owner.__flags__ & _HEAP
        if row.light or fixed:
            if self.events is not None:
                self.events.method(owner, name, raw, callee, row.cost_class)
        elif isinstance(raw, staticmethod | classmethod):
            if id(raw.__func__) in self.recorder.stand_ins:
                return
            inner = stand_in(
                self.recorder, raw.__func__, callee, row.cost_class, row.sizer, method=isinstance(raw, classmethod)
            )
            setattr(owner, name, type(raw)(inner))
        elif callable(raw) and not isinstance(raw, type):
            setattr(owner, name, stand_in(self.recorder, raw, callee, row.cost_class, row.sizer, method=True))

    def replace_class(self, owner: type, row: Row, callee: str) -> None:
        """Calling a class is the op: where it is Python's, its `__init__` is what is timed."""
        raw = held(owner, "__init__")
        if isinstance(raw, FunctionType) and not row.light:
            if id(raw) not in self.recorder.stand_ins and not owner.__flags__ & _IMMUTABLE:
                self.replace_method(owner, "__init__", raw, row, callee)
        elif self.events is not None:
            self.events.kind(owner, callee, row.cost_class)

    def rebind(self, package: str) -> None:
        """Give the stand-ins made since the last time to every module of a package ("": to all) that holds an original.

        A module that has just been imported can only have been read by its own package: nobody else had it yet.
        """
        made, self.made = self.made, {}
        if not made:
            return
        inner = (package + ".", package) if package else ("",)
        for name, module in [row for row in list(sys.modules.items()) if row[0].startswith(inner)]:
            if name in LEFT_ALONE or name.startswith("code_path_audit_agent") or not isinstance(module, ModuleType):
                continue
            space = vars(module)
            if made.keys().isdisjoint(map(id, list(space.values()))):
                continue
            for key in [key for key, value in list(space.items()) if id(value) in made]:
                original, replacement = made[id(space[key])]
                if space[key] is original and key != "__wrapped__":
                    space[key] = replacement


def held(owner: Any, name: str) -> Any:
    """What a module or a class has under a name, as it is stored."""
    if isinstance(owner, type):
        return next((vars(base)[name] for base in owner.__mro__ if name in vars(base)), None)
    return vars(owner).get(name)


def names_in(owner: Any) -> set[str]:
    if isinstance(owner, type):
        return {name for base in owner.__mro__ if base is not object for name in vars(base)}
    return set(vars(owner))


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
            site = None if local.importing else self.asked(outside_of_imports(getframe(1)))
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

    def asked(self, frame: Any) -> tuple[int, int] | None:
        """(code, instruction) of the project that asked for an import below an entry point. An import inside of another
        one is looked for no further than that one: what holds for it was found out when it began."""
        recorder = self.installer.recorder
        kinds, local, near = recorder.kinds, recorder.local, None
        while frame is not None:
            code = frame.f_code
            if id(code) not in kinds:
                recorder.learn(code)
            kind = kinds[id(code)]
            if kind:
                if kind & IMPORT:
                    break
                if near is None and kind & PROJECT:
                    near = (id(code), frame.f_lasti)
                if kind & ENTRY:
                    return near
            frame = frame.f_back
        if frame is None:
            local.import_below = recorder.below_all or BELOW.get()
        return near if local.import_below else None


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
