"""What is true of all facts: every register, call site and function that an instruction mentions is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.codec import SHAPES
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.facts.rows import CAPTURED, CallSite, Param

_MAX_TYPE_DEPTH = 60
_PARAM_KINDS = frozenset(("pos", "normal", "star", "kwonly", "starstar"))
_FUNCTION_KINDS = frozenset(("module", "class", "function", "lambda"))


def check(module: ModuleFacts) -> None:
    """ValueError for facts of a wrong shape."""
    _of(str, module.module)
    _of(bool, module.is_package)
    if module.exports is not None:
        _each(str, module.exports)
    for line, kind, amount in module.hints:
        _of(int, line, amount)
        if kind not in ("bound", "size"):
            raise _wrong("not a hint", kind)
    functions = tuple(module.functions)
    sizes = [function.registers for function in functions]
    for index, function in enumerate(functions):
        _function(index, function)
        _Checker(function, sizes).code()
    if not len(functions) == len(module.header.names) == len(module.digests) == len(set(module.header.names)):
        raise _wrong("not a name and a digest for each function", module.header.names)
    for names in (*module.header[1:], module.strings):
        _each(str, names)
        if list(names) != sorted(set(names)):
            raise _wrong("not sorted", names)


def _wrong(what: str, value: object) -> ValueError:
    return ValueError(f"facts of a wrong shape: {what}: {str(value)[:60]!r}")


def _of(kind: type, *values: object) -> None:
    for value in values:
        if type(value) is not kind:
            raise _wrong(f"not a {kind.__name__}", value)


def _each(kind: type, values: Any) -> None:
    _of(tuple, values)
    _of(kind, *values)


def _within(low: int, high: int, *values: object) -> None:
    for value in values:
        if type(value) is not int or not low <= value < high:
            raise _wrong(f"not in [{low}, {high})", value)


def _function(index: int, facts: FunctionFacts) -> None:
    _of(str, facts.name)
    _of(bool, facts.is_async, facts.is_generator)
    _of(tuple, facts.code, facts.key_params)
    _within(-1 if index == 0 else 0, max(index, 1), facts.parent)
    if facts.kind not in _FUNCTION_KINDS or (facts.kind == "module") != (facts.parent < 0):
        raise _wrong("not a function", facts.kind)
    for param in facts.params:
        _param(param)
    for site in facts.sites:
        _site(site, facts.registers, len(facts.loops), len(facts.arms))
    if facts.returns is not None:
        _type(facts.returns)
    _each(str, facts.globals_written)
    _of(int, facts.line, facts.end_line)
    _within(len(facts.params), 1 << 40, facts.registers)
    _within(-len(facts.params), len(facts.params), *facts.key_params)
    _rows(facts)
    _positions(facts)


def _param(param: Param) -> None:
    _of(str, param.name)
    _of(bool, param.default)
    if param.kind not in _PARAM_KINDS:
        raise _wrong("not a parameter", param.kind)
    if param.annotation is not None:
        _type(param.annotation)


def _site(site: CallSite, registers: int, loops: int, arms: int) -> None:
    _of(str, site.kind, site.text)
    _of(bool, site.conditional, site.awaited)
    _within(-1, loops, site.loop)
    _within(-1, arms, site.arm)
    for argument in site.arguments:
        _of(str, argument.shape, argument.text)
        if argument.keyword is not None:
            _of(str, argument.keyword)
        _within(0, registers, argument.reg)


def _rows(facts: FunctionFacts) -> None:
    sites, loops, registers = len(facts.sites), len(facts.loops), facts.registers
    for index, loop in enumerate(facts.loops):
        _within(-1, index, loop.parent)
        _of(str, loop.kind, loop.name)
        _of(bool, loop.first, loop.once)
        _within(-1, registers, loop.over)
        if loop.range_args is not None:
            _of(tuple, loop.range_args)
            _within(0, registers, *loop.range_args)
    for index, arm in enumerate(facts.arms):
        _within(-1, index, arm.parent)
        _of(int, arm.choice)
        _within(0, 3, arm.condition)
        _within(-1, loops, arm.loop)
        _within(-1, loops + 1, arm.left)
        _within(-1, registers, arm.key)
        _within(CAPTURED - max(facts.parent, 0), registers, arm.holder)
        _of(str, arm.per, arm.target)
    for reset in facts.resets:
        _of(str, reset.target)
        _of(bool, reset.own)
        _within(0, sites + 1, reset.site)
        _within(-1, loops, reset.loop)
        _within(-1, len(facts.arms), reset.arm)
    for statement in facts.statements:
        _within(0, 1 << 40, statement.block, statement.index)
        _each(str, statement.reads)
        _each(str, statement.writes)
        _within(0, statement.last + 1, statement.first)
        _within(0, sites + 1, statement.last)
    for mutation in facts.mutations:
        _of(str, mutation.kind, mutation.target)
        _within(-1, loops, mutation.loop)
        _within(-1, sites, mutation.site)
        _within(-1, registers, mutation.reg)


def _positions(facts: FunctionFacts) -> None:
    places = facts.positions
    _of(tuple, *places)
    for place in places.sites:
        _each(int, place)
        if len(place) != 4:
            raise _wrong("not a position", place)
    for lines, rows in (
        (places.sites, facts.sites),
        (places.mutations, facts.mutations),
        (places.loops, facts.loops),
        (places.statements, facts.statements),
    ):
        if len(lines) != len(rows):
            raise _wrong("positions of something else", len(lines))
        if lines is not places.sites:
            _each(int, lines)


def _type(row: Any, depth: int = 0) -> None:
    """A type expression, as `facts.model.Type` describes it."""
    if depth > _MAX_TYPE_DEPTH:
        raise _wrong("too deep a type", row)
    match row:
        case ("name", str()) | ("none",) | ("unknown",) | ("const", None | str() | int()):
            return
        case ("attr", inner, str()):
            inner_types: tuple[Any, ...] = (inner,)
        case ("sub", inner, tuple() as items):
            inner_types = (inner, *items)
        case ("or" | "list", tuple() as items):
            inner_types = items
        case _:
            raise _wrong("not a type", row)
    for inner in inner_types:
        _type(inner, depth + 1)


class _Checker:
    """Checks the instructions of one function against `SHAPES`."""

    def __init__(self, facts: FunctionFacts, sizes: list[int]) -> None:
        self.facts, self.sizes = facts, sizes
        self.owner = 0
        self.checks: dict[str, Callable[[Any], None]] = {
            "r": lambda v: _within(0, facts.registers, v),
            "R": lambda v: _within(-1, facts.registers, v),
            "p": self.registers,
            "u": self.unpacked,
            "n": self.named,
            "k": self.keywords,
            "d": self.pairs,
            "f": self.function,
            "c": lambda v: _within(0, self.sizes[self.owner], v),
            "S": lambda v: _within(-1, len(facts.sites), v),
            "t": lambda v: _of(str, v),
            "i": lambda v: _of(int, v),
            "b": lambda v: _of(bool, v),
            "T": _type,
            "#": _text_or_number,
            "?": _text_or_number,
        }

    def code(self) -> None:
        """Every instruction."""
        checks = self.checks
        for row in self.facts.code:
            shape = SHAPES[row[0]]
            if shape[-1] == "?" and len(row) == len(shape):
                shape = shape[:-1]
            if len(row) != len(shape) + 1:
                raise _wrong(f"not an instruction {op.NAMES[row[0]]}", row)
            for letter, value in zip(shape, row[1:], strict=True):
                if letter in "punkd":
                    _of(tuple, value)
                checks[letter](value)

    def function(self, value: Any) -> None:
        """The index of a function of the module."""
        _within(0, len(self.sizes), value)
        self.owner = value

    def registers(self, values: Any) -> None:
        """A tuple of registers."""
        _within(0, self.facts.registers, *values)

    def unpacked(self, values: Any) -> None:
        """A tuple of registers, some of them unpacked."""
        _within(-self.facts.registers, self.facts.registers, *values)

    def named(self, rows: Any) -> None:
        """Pairs of name and register."""
        for name, reg in rows:
            _of(str, name)
            _within(0, self.facts.registers, reg)

    def keywords(self, rows: Any) -> None:
        """Pairs of name or None and register."""
        for name, reg in rows:
            if name is not None:
                _of(str, name)
            _within(0, self.facts.registers, reg)

    def pairs(self, rows: Any) -> None:
        """Pairs of key and value."""
        for key, value in rows:
            _within(-1, self.facts.registers, key)
            _within(0, self.facts.registers, value)


def _text_or_number(value: Any) -> None:
    if type(value) not in (str, int):
        raise _wrong("neither text nor number", value)
