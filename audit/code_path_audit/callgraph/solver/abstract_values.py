"""Abstract values: what a variable may hold. Each is interned as a number; its row says what it is.

Its kind comes first in a row; the other elements of a row are read by name (`Row`):

    FUNC, CLASS               function, env: a function or class of the source, a class by the function that is its
                              body; env is the activation that made it
    INST                      cls, context: an instance of a class of the source; context: 0, or where it was made, if
                              it is told apart from others of its class
    BOUND                     callable, receiver, evidence: a bound method; evidence says whether it is one for sure
    MODULE                    name: a module of the source
    EXT                       dotted: something outside the source, by name: a module, class or function
    XINST                     dotted, args, key: an instance of a class outside; args: its type arguments, tuples of
                              values; key: 0, or where it was made, if it may hold callables
    XMETHOD                   dotted, receiver: a method of a class outside, bound
    XRES                      dotted, key: what an unknown external returned, under a name like "requests.get()"
    BOX                       box_kind, key: a container made in the source (list, tuple, set, dict) at one allocation
                              site, the key
    BMETHOD                   name, box: a method of one
    STR, INT                  text, tag; number: constants; the tag "__name__" is for what a module says of itself
    GEN, CORO, CTX            activation: generator, coroutine, @contextmanager's result
    SUPER                     after, receiver: super(), behind a class in the order of the receiver's
    PARTIAL                   key: functools.partial; its fields hold what it calls and with what; the key of
                              functools.partialmethod says so (`PartialMethod`)
    PROPERTY                  key: property; its fields are fget, fset, fdel
    STATIC, CLASSM, CTXFUNC   callable: a static method, a class method, a function decorated with
                              contextlib.contextmanager
    UNKNOWN                   name: nothing is known; the attribute that was read of it, or ""
    NONE
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol, cast, overload

from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.ids import Activation, Function, Value

FUNC: Final = 0
CLASS: Final = 1
INST: Final = 2
BOUND: Final = 3
MODULE: Final = 4
EXT: Final = 5
XINST: Final = 6
XMETHOD: Final = 7
XRES: Final = 8
BOX: Final = 9
BMETHOD: Final = 10
STR: Final = 11
INT: Final = 12
GEN: Final = 13
CORO: Final = 14
CTX: Final = 15
SUPER: Final = 16
PARTIAL: Final = 17
PROPERTY: Final = 18
STATIC: Final = 19
CLASSM: Final = 20
CTXFUNC: Final = 21
UNKNOWN: Final = 22
NONE: Final = 23

CALLABLES = frozenset((FUNC, CLASS, BOUND, PARTIAL, CTXFUNC, STATIC, CLASSM))
"""Kinds that can be called and that the source makes: what escapes with them may be called back."""

CONSTANTS = frozenset((STR, INT))

LISTED: Final = (STR, "", "dir")
LISTED_UPPER: Final = (STR, "", "DIR")
"""What stands where a text would keep its constant beginning: it is one of the names that dir() gave, or of those in
capitals."""

Args = tuple[tuple[Value, ...], ...]
"""The type arguments of an object from outside."""


class Row(Protocol):
    """What a value is: each kind has some of these, and asking for another is an error."""

    @property
    def kind(self) -> int: ...

    @property
    def function(self) -> Function: ...

    @property
    def env(self) -> Activation: ...

    @property
    def cls(self) -> Value: ...

    @property
    def context(self) -> object: ...

    @property
    def callable(self) -> Value: ...

    @property
    def receiver(self) -> Value: ...

    @property
    def evidence(self) -> Evidence: ...

    @property
    def name(self) -> str: ...

    @property
    def dotted(self) -> str: ...

    @property
    def args(self) -> Args: ...

    @property
    def key(self) -> object: ...

    @property
    def box_kind(self) -> str: ...

    @property
    def box(self) -> Value: ...

    @property
    def text(self) -> str: ...

    @property
    def tag(self) -> str: ...

    @property
    def number(self) -> int: ...

    @property
    def activation(self) -> Activation: ...

    @property
    def after(self) -> Value: ...


class CodeRow(NamedTuple):
    kind: int
    function: Function
    env: Activation


class InstanceRow(NamedTuple):
    kind: int
    cls: Value
    context: object


class BoundRow(NamedTuple):
    kind: int
    callable: Value
    receiver: Value
    evidence: Evidence


class NamedRow(NamedTuple):
    kind: int
    name: str


class ExternalRow(NamedTuple):
    kind: int
    dotted: str


class ExternalInstanceRow(NamedTuple):
    kind: int
    dotted: str
    args: Args
    key: object


class ExternalMethodRow(NamedTuple):
    kind: int
    dotted: str
    receiver: Value


class ExternalResultRow(NamedTuple):
    kind: int
    dotted: str
    key: object


class BoxRow(NamedTuple):
    kind: int
    box_kind: str
    key: object


class BoxMethodRow(NamedTuple):
    kind: int
    name: str
    box: Value


class TextRow(NamedTuple):
    kind: int
    text: str
    tag: str = ""


class NumberRow(NamedTuple):
    kind: int
    number: int


class ActivationRow(NamedTuple):
    kind: int
    activation: Activation


class SuperRow(NamedTuple):
    kind: int
    after: Value
    receiver: Value


class KeyRow(NamedTuple):
    kind: int
    key: object


class WrappedRow(NamedTuple):
    kind: int
    callable: Value


class NoneRow(NamedTuple):
    kind: int


ROWS: tuple[type[Any], ...] = (
    CodeRow, CodeRow, InstanceRow, BoundRow, NamedRow, ExternalRow, ExternalInstanceRow, ExternalMethodRow,
    ExternalResultRow, BoxRow, BoxMethodRow, TextRow, NumberRow, ActivationRow, ActivationRow, ActivationRow,
    SuperRow, KeyRow, KeyRow, WrappedRow, WrappedRow, WrappedRow, NamedRow, NoneRow,
)  # fmt: skip
"""The class of the rows of each kind."""


class Values:
    """The table of values: `of(...)` gives the number of a row, `rows[number]` the row, `kinds[number]` its kind."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.kinds: list[int] = []
        self.ids: dict[tuple[Any, ...], Value] = {}

    if TYPE_CHECKING:

        @overload
        def of(self, kind: Literal[0, 1], function: Function, env: Activation, /) -> Value: ...

        @overload
        def of(self, kind: Literal[2], cls: Value, context: object, /) -> Value: ...

        @overload
        def of(self, kind: Literal[3], callable: Value, receiver: Value, evidence: Evidence, /) -> Value: ...

        @overload
        def of(self, kind: Literal[4, 5, 22], name: str, /) -> Value: ...

        @overload
        def of(self, kind: Literal[6], dotted: str, args: Args, key: object, /) -> Value: ...

        @overload
        def of(self, kind: Literal[7], dotted: str, receiver: Value, /) -> Value: ...

        @overload
        def of(self, kind: Literal[8], dotted: str, key: object, /) -> Value: ...

        @overload
        def of(self, kind: Literal[9], box_kind: str, key: object, /) -> Value: ...

        @overload
        def of(self, kind: Literal[10], name: str, box: Value, /) -> Value: ...

        @overload
        def of(self, kind: Literal[11], text: str, tag: str = ..., /) -> Value: ...

        @overload
        def of(self, kind: Literal[12], number: int, /) -> Value: ...

        @overload
        def of(self, kind: Literal[13, 14, 15], activation: Activation, /) -> Value: ...

        @overload
        def of(self, kind: Literal[16], after: Value, receiver: Value, /) -> Value: ...

        @overload
        def of(self, kind: Literal[17, 18], key: object, /) -> Value: ...

        @overload
        def of(self, kind: Literal[19, 20, 21], callable: Value, /) -> Value: ...

        @overload
        def of(self, kind: Literal[23], /) -> Value: ...

    def of(self, *row: Any) -> Value:
        """The number of a row, a new one where it is not known."""
        number = self.ids.get(row)
        if number is None:
            made = ROWS[row[0]](*row)
            # a row is equal to what it is asked for by, but where an element was left out
            number = self.ids[made if len(made) == len(row) else row] = Value(len(self.rows))
            self.rows.append(cast(Row, made))
            self.kinds.append(row[0])
        return number
