"""Facts to bytes and back, without loss: JSON behind a line that names the format and a checksum of the rest.

JSON, since nothing that is loaded may run code or harm the interpreter (marshal and pickle promise neither). What is
decoded is checked down to each instruction, so that no later stage can meet a register, a call site or a function that
is not there: whatever bytes there are, the answer is facts of the right shape, or ValueError.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NoReturn
from zlib import crc32

from code_path_audit.facts import code as op
from code_path_audit.facts.model import (
    Argument,
    CallSite,
    FunctionFacts,
    Loop,
    ModuleFacts,
    Mutation,
    Param,
    Positions,
    Statement,
)

VERSION = 1
"""Goes up with every change of `facts.model`, of `facts.code` or of this format."""

_HEAD = b"code-path-audit facts %d %08x\n"
_MAX_TYPE_DEPTH = 60
_PARAM_KINDS = frozenset(("pos", "normal", "star", "kwonly", "starstar"))
_FUNCTION_KINDS = frozenset(("module", "class", "function", "lambda"))

SHAPES = {
    op.STR: "rt", op.INT: "ri", op.PRIM: "rt?", op.FUNC: "rfn", op.CLASS: "rfunS", op.COPY: "rr", op.GLOBAL: "rt",
    op.FREE: "rfc", op.STORE_GLOBAL: "tr", op.STORE_FREE: "fcr", op.STORE_NAME: "tr", op.ATTR: "rrtS",
    op.STORE_ATTR: "rtrS", op.ITEM: "rrrS", op.STORE_ITEM: "rrrS", op.DEL_ITEM: "rrS", op.CALL: "rrukS",
    op.BINARY: "rtrrS", op.UNARY: "rtrS", op.COMPARE: "rtrrS", op.FORMAT: "trS", op.TRUTH: "rS", op.ITER: "rrbS",
    op.UNPACK: "rpiS", op.ENTER: "rrbS", op.AWAIT: "rrS", op.YIELD: "rr", op.YIELD_FROM: "rrS", op.RETURN: "r",
    op.RAISE: "rS", op.CATCH: "rr", op.LIST: "ru", op.TUPLE: "ru", op.SET: "ru", op.DICT: "rd", op.IMPORT: "rtbS",
    op.IMPORT_FROM: "rttS", op.IMPORT_STAR: "tS", op.NARROW: "rrtR", op.TYPED: "rRT", op.SLICE: "rrRRRS",
    op.MATCH_ATTR: "rr#r", op.DELETE_ATTR: "rtS", op.COMPREHENSION: "rtRr",
}  # fmt: skip
"""The fields of each instruction, a letter each.

r register; R register or -1; p registers; u registers, ~r for an unpacked one; n (name, register) pairs; k the same,
None for `**`; d (register or -1, register) pairs; c register of the function named by the f before it; f function;
S site or -1; t text; i integer; b bool; T type; # text or integer; ? none, one integer or one text.
"""


def encode(facts: ModuleFacts) -> bytes:
    """The facts as bytes; equal facts give equal bytes. ValueError for a value that no facts have."""
    try:
        text = json.dumps(facts, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, RecursionError) as error:
        raise ValueError(f"not facts of a module: {error}") from None
    # lone surrogates are legal in Python's literals
    payload = text.encode("utf-8", "surrogatepass")
    return _HEAD % (VERSION, crc32(payload)) + payload


def decode(data: bytes) -> ModuleFacts:
    """What `encode` was given. ValueError for anything else: another version, damaged bytes, facts of a wrong shape."""
    head, _, payload = data.partition(b"\n")
    if head + b"\n" != _HEAD % (VERSION, crc32(payload)):
        raise ValueError("not facts of this version, or damaged")
    try:
        text = payload.decode("utf-8", "surrogatepass")
        value = json.loads(text, object_pairs_hook=_refuse, parse_float=_refuse, parse_constant=_refuse)
        return _module(_frozen(value))
    except (TypeError, IndexError, KeyError, RecursionError) as error:
        raise ValueError(f"facts of a wrong shape: {type(error).__name__}: {error}") from None


def _frozen(value: Any) -> Any:
    return tuple([_frozen(item) if type(item) is list else item for item in value])


def _wrong(what: str, value: object) -> ValueError:
    return ValueError(f"facts of a wrong shape: {what}: {str(value)[:60]!r}")


def _refuse(value: object) -> NoReturn:
    raise _wrong("in no facts", value)


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


def _module(row: Any) -> ModuleFacts:
    module = ModuleFacts(*row)
    _of(str, module.module)
    _of(bool, module.is_package)
    if module.exports is not None:
        _each(str, module.exports)
    _of(tuple, module.functions, module.hints)
    for line, kind, amount in module.hints:
        _of(int, line, amount)
        if kind not in ("bound", "size"):
            raise _wrong("not a hint", kind)
    functions = tuple([_function(index, function) for index, function in enumerate(module.functions)])
    if not functions:
        raise _wrong("no module body", module.module)
    sizes = [function.registers for function in functions]
    for function in functions:
        _Checker(function, sizes).code()
    return module._replace(functions=functions)


def _function(index: int, row: Any) -> FunctionFacts:
    facts = FunctionFacts(*row)
    _of(str, facts.name)
    _of(bool, facts.is_async, facts.is_generator)
    _of(tuple, facts.code, facts.key_params)
    _within(-1 if index == 0 else 0, max(index, 1), facts.parent)
    if facts.kind not in _FUNCTION_KINDS or (facts.kind == "module") != (facts.parent < 0):
        raise _wrong("not a function", facts.kind)
    params = tuple([_param(param) for param in facts.params])
    sites = tuple([CallSite(*site) for site in facts.sites])
    loops = tuple([Loop(*loop) for loop in facts.loops])
    statements = tuple([Statement(*statement) for statement in facts.statements])
    mutations = tuple([Mutation(*mutation) for mutation in facts.mutations])
    facts = facts._replace(
        params=params, sites=tuple([_site(site, facts.registers, len(loops)) for site in sites]), loops=loops,
        statements=statements, mutations=mutations, positions=Positions(*facts.positions),
    )  # fmt: skip
    if facts.returns is not None:
        _type(facts.returns)
    _each(str, facts.globals_written)
    _of(int, facts.line, facts.end_line)
    _within(len(params), 1 << 40, facts.registers)
    _within(-len(params), len(params), *facts.key_params)
    _rows(facts)
    _positions(facts)
    return facts


def _param(row: Any) -> Param:
    param = Param(*row)
    _of(str, param.name)
    _of(bool, param.default)
    if param.kind not in _PARAM_KINDS:
        raise _wrong("not a parameter", param.kind)
    if param.annotation is not None:
        _type(param.annotation)
    return param


def _site(site: CallSite, registers: int, loops: int) -> CallSite:
    arguments = tuple([Argument(*argument) for argument in site.arguments])
    _of(str, site.kind, site.text)
    _of(bool, site.conditional, site.awaited)
    _within(-1, loops, site.loop)
    for argument in arguments:
        _of(str, argument.shape, argument.text)
        if argument.keyword is not None:
            _of(str, argument.keyword)
        _within(0, registers, argument.reg)
    return site._replace(arguments=arguments)


def _rows(facts: FunctionFacts) -> None:
    sites, loops, registers = len(facts.sites), len(facts.loops), facts.registers
    for index, loop in enumerate(facts.loops):
        _within(-1, index, loop.parent)
        _of(str, loop.kind)
        _within(-1, registers, loop.over)
        if loop.range_args is not None:
            _of(tuple, loop.range_args)
            _within(0, registers, *loop.range_args)
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
