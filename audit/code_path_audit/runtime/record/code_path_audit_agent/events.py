"""Ops that are seen as they are called, and not timed: methods of immutable C types, and what is too light for a
stand-in.

The edge pass asks here what a callee is; where it was called from is found as for any op.
"""

from __future__ import annotations

from types import BuiltinFunctionType, FrameType, FunctionType, MethodDescriptorType

from .core import OP, Recorder, clock

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing would cost every recorded process
    from typing import Any

Op = tuple[str, str]
"""(callee, cost class)."""


class Events:
    """Callables by what an event shows of them. `names` are those of all functions and methods written in C."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.names: set[str] = set()
        self.objects: dict[Any, Op] = {}
        self.codes: dict[int, Op] = {}
        self.methods: dict[tuple[type, str], Op | None] = {}

    def function(self, raw: Any, callee: str, cost_class: str) -> None:
        """A function of a module."""
        if isinstance(raw, FunctionType):
            self.recorder.mark(raw.__code__, OP)
            self.codes[id(raw.__code__)] = callee, cost_class
        elif isinstance(raw, BuiltinFunctionType):
            self.names.add(raw.__name__)
            self.objects[raw] = callee, cost_class

    def method(self, owner: type, name: str, raw: Any, callee: str, cost_class: str) -> None:
        """A method of a class, as it is stored in it or in a base."""
        if isinstance(raw, staticmethod | classmethod):
            raw = raw.__func__
        if isinstance(raw, FunctionType):
            self.function(raw, callee, cost_class)
        elif isinstance(raw, MethodDescriptorType):
            self.names.add(name)
            # a base may have it first, and under its own name
            self.objects.setdefault(raw, (callee, cost_class))
            self.methods[owner, name] = callee, cost_class

    def kind(self, owner: type, callee: str, cost_class: str) -> None:
        """A class whose instances C code makes."""
        self.objects[owner] = callee, cost_class

    def in_c(self, called: Any) -> Op | None:
        """What a function, method or class written in C is."""
        try:
            found = self.objects.get(called)
        except TypeError:
            return None
        if found is None and type(called) is BuiltinFunctionType:
            return self.bound(type(called.__self__), called.__name__)
        return found

    def bound(self, owner: type, name: str) -> Op | None:
        """What the method of an object of a class is."""
        key = (owner, name)
        if key not in self.methods:
            base = next((base for base in owner.__mro__ if name in vars(base)), owner)
            raw = vars(base).get(name)
            # stored in the class itself: a subclass that has a method of its own is another matter
            self.methods[key] = self.methods.get((base, name)) or (
                self.objects.get(raw) if isinstance(raw, MethodDescriptorType) else None
            )
        return self.methods[key]

    def note(self, op: Op, caller: FrameType | None) -> None:
        """Count one call of an op made by `caller`."""
        recorder = self.recorder
        near = recorder.locate(caller)
        if near is not None:
            site = recorder.site(near, near is caller, *op, "event")
            site.count += 1
            site.taken += 1
            if site.taken == 1 or clock() > recorder.flush_at:
                recorder.flush()
