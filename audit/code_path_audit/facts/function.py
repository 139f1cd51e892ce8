"""One function as plain values: its header, and a body that may be read late.

Most functions of a program are never reached. So the body of one may be read when somebody first asks for it; what it
says does not depend on when that is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from code_path_audit.facts.rows import Arm, Body, CallSite, Loop, Mutation, Param, Positions, Reset, Statement, Type

FUNCTION_FIELDS = ("name", "kind", "parent", "is_async", "is_generator", "params", "returns", "registers", "code",
                   "key_params", "sites", "loops", "arms", "statements", "mutations", "resets", "globals_written",
                   "line", "end_line", "positions")  # fmt: skip


class FunctionFacts:
    """Anything with a body: function, method, lambda, class body, module body.

    `name` is the qualified name within the module, without `<locals>`, "" for the module body. `kind` is "module",
    "class", "function" or "lambda". `parent` is the index of the function around it in `ModuleFacts.functions` (-1 for
    the module). `key_params` are the parameters that the function calls or returns, or that a function inside captures;
    ~i for one that it only hands to the call whose result it returns. `code` is a tuple of instructions, each a tuple
    that begins with one of the numbers of `facts.opcodes`.

    Immutable, and equal where all fields are. The fields of `Body` are there from the beginning, or from the first time
    that one of them is asked for: `late` makes a function of the second sort.
    """

    __slots__ = (*FUNCTION_FIELDS, "_read")

    name: str
    kind: str
    parent: int
    is_async: bool
    is_generator: bool
    params: tuple[Param, ...]
    returns: Type | None
    registers: int
    code: tuple[tuple[Any, ...], ...]
    key_params: tuple[int, ...]
    sites: tuple[CallSite, ...]
    loops: tuple[Loop, ...]
    arms: tuple[Arm, ...]
    statements: tuple[Statement, ...]
    mutations: tuple[Mutation, ...]
    resets: tuple[Reset, ...]
    globals_written: tuple[str, ...]
    line: int
    end_line: int
    positions: Positions
    _read: Callable[[], Body]

    def __init__(
        self,
        name: str,
        kind: str,
        parent: int,
        is_async: bool,
        is_generator: bool,
        params: tuple[Param, ...],
        returns: Type | None,
        registers: int,
        code: tuple[tuple[Any, ...], ...],
        key_params: tuple[int, ...],
        sites: tuple[CallSite, ...],
        loops: tuple[Loop, ...],
        arms: tuple[Arm, ...],
        statements: tuple[Statement, ...],
        mutations: tuple[Mutation, ...],
        resets: tuple[Reset, ...],
        globals_written: tuple[str, ...],
        line: int,
        end_line: int,
        positions: Positions,
    ) -> None:
        values = (name, kind, parent, is_async, is_generator, params, returns, registers, code, key_params, sites,
                  loops, arms, statements, mutations, resets, globals_written, line, end_line, positions)  # fmt: skip
        for field, value in zip(FUNCTION_FIELDS, values, strict=True):
            _set(self, field, value)

    @classmethod
    def late(
        cls, name: str, kind: str, parent: int, is_async: bool, line: int, end_line: int, read: Callable[[], Body]
    ) -> FunctionFacts:
        """A function whose body `read` gives. It raises ValueError where what it reads is damaged."""
        made = cls.__new__(cls)
        _set(made, "name", name)
        _set(made, "kind", kind)
        _set(made, "parent", parent)
        _set(made, "is_async", is_async)
        _set(made, "line", line)
        _set(made, "end_line", end_line)
        _set(made, "_read", read)
        return made

    def __getattr__(self, field: str) -> Any:
        # only called for a field that is not there yet
        if field not in Body._fields:
            raise AttributeError(field)
        body = self._read()
        for name, value in zip(Body._fields, body, strict=True):
            _set(self, name, value)
        return getattr(body, field)

    def __setattr__(self, field: str, value: object) -> None:
        raise AttributeError(f"facts do not change: {field}")

    @property
    def body(self) -> Body:
        """The fields that may be read late, together."""
        return Body(*[getattr(self, field) for field in Body._fields]) if self.is_read else self._read()

    @property
    def is_read(self) -> bool:
        """Whether the fields of `Body` are there."""
        try:
            _code_of(self)
        except AttributeError:
            return False
        return True

    def _values(self) -> tuple[Any, ...]:
        return tuple([getattr(self, field) for field in FUNCTION_FIELDS])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FunctionFacts) and (self is other or self._values() == other._values())

    def __hash__(self) -> int:
        return hash((self.name, self.kind, self.line, self.end_line))

    def __reduce__(self) -> tuple[Any, ...]:
        return FunctionFacts, self._values()

    def __repr__(self) -> str:
        return f"FunctionFacts({self.name!r}, {self.kind!r}, line {self.line})"


_set = object.__setattr__

_code_of = vars(FunctionFacts)["code"].__get__
