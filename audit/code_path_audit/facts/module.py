"""What one source file says, as plain values: the only thing later stages know of the source.

Everything here is built of tuples, strings, integers, booleans and None, so that a module's facts can be stored and
reloaded without loss (`facts.codec`), and compared with `==`. Positions stand apart from the rest: an edit that only
moves lines changes `FunctionFacts.positions` and `FunctionFacts.line`, and nothing else.

Most functions of a program are never reached. So the body of one may be read late, when somebody first asks for it;
what it says does not depend on when that is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Reg = int
"""A register: one value of one function, numbered from 0. A local variable has one for each of its versions."""

Type = tuple[Any, ...]
"""A type expression, as in an annotation: ("name", n), ("attr", type, n), ("sub", type, (type, ...)),
("or", (type, ...)), ("none",), ("const", value), ("list", (type, ...)) for the parameters in Callable[[...], r], or
("unknown",)."""


class Param(NamedTuple):
    """One parameter; `kind` is one of "pos", "normal", "star", "kwonly", "starstar"."""

    name: str
    kind: str
    default: bool
    annotation: Type | None


class Loop(NamedTuple):
    """A loop of a function: a for, a while, or one generator of a comprehension.

    `parent` is the index of the loop around it, -1 at the top. `over` is the register of what is iterated (-1 for a
    while); `range_args` holds the registers of range()'s arguments where it iterates a range, else None.
    """

    parent: int
    kind: str
    over: Reg
    range_args: tuple[Reg, ...] | None


class Argument(NamedTuple):
    """The shape of one argument of a call: `keyword` is None for a positional one, "*" and "**" for unpacked ones.

    `shape` is "literal", "container", "name", "attribute", "call", "lambda" or "other"; `text` is its source, at most
    60 characters, with names as written.
    """

    keyword: str | None
    shape: str
    text: str
    reg: Reg


class CallSite(NamedTuple):
    """One place where something is called, also implicitly. Its index in `FunctionFacts.sites` names it.

    `kind` is one of the edge kinds of the design (call, property, context, iterate, operator, decorator, import);
    `text` is what is called, as written ("self.store.load"), at most 80 characters. `loop` is the index of the
    innermost loop around it, -1 outside of loops; `conditional` says that it need not run every time the function, or
    the body of its innermost loop, does. `awaited` says that the call stands directly below an `await`.
    """

    kind: str
    text: str
    arguments: tuple[Argument, ...]
    loop: int
    conditional: bool
    awaited: bool


class Statement(NamedTuple):
    """One simple statement that holds a call site: what the pipelining analysis reasons over.

    `block` numbers the statement lists of the function (0 is its body); `index` is the place in the block. `reads` and
    `writes` are names and dotted attribute paths ("self.rows"); `first`..`last` are the call sites in it (last
    excluded).
    """

    block: int
    index: int  # type: ignore[assignment]  # a row is never asked for tuple.index
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    first: int
    last: int


class Mutation(NamedTuple):
    """A place where state changes, as the syntax shows it; `kind` is attr_write, container_mutate or global_write.

    (file_write and ipc_emit follow from what is called: see `costs`.) `site` is the call site of a mutating method such
    as `append`, else -1; `reg` is the register of the object that changes, -1 for a global.
    """

    kind: str
    target: str
    loop: int
    site: int
    reg: Reg


class Positions(NamedTuple):
    """Where things are in the file: one row for each site, mutation, loop and statement.

    Lines count from 1, columns from 0 and in UTF-8 bytes.
    """

    sites: tuple[tuple[int, int, int, int], ...]
    mutations: tuple[int, ...]
    loops: tuple[int, ...]
    statements: tuple[int, ...]


class Body(NamedTuple):
    """What is read of a function only when it is asked for; `FunctionFacts` says what each field is."""

    is_generator: bool
    params: tuple[Param, ...]
    returns: Type | None
    registers: int
    code: tuple[tuple[Any, ...], ...]
    key_params: tuple[int, ...]
    sites: tuple[CallSite, ...]
    loops: tuple[Loop, ...]
    statements: tuple[Statement, ...]
    mutations: tuple[Mutation, ...]
    globals_written: tuple[str, ...]
    positions: Positions


FUNCTION_FIELDS = ("name", "kind", "parent", "is_async", "is_generator", "params", "returns", "registers", "code",
                   "key_params", "sites", "loops", "statements", "mutations", "globals_written", "line", "end_line",
                   "positions")  # fmt: skip


class FunctionFacts:
    """Anything with a body: function, method, lambda, class body, module body.

    `name` is the qualified name within the module, without `<locals>`, "" for the module body. `kind` is "module",
    "class", "function" or "lambda". `parent` is the index of the function around it in `ModuleFacts.functions` (-1 for
    the module). `key_params` are the parameters that the function calls or returns, or that a function inside captures;
    ~i for one that it only hands to the call whose result it returns. `code` is a tuple of instructions, each a tuple
    that begins with one of the numbers of `facts.code`.

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
    statements: tuple[Statement, ...]
    mutations: tuple[Mutation, ...]
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
        statements: tuple[Statement, ...],
        mutations: tuple[Mutation, ...],
        globals_written: tuple[str, ...],
        line: int,
        end_line: int,
        positions: Positions,
    ) -> None:
        values = (name, kind, parent, is_async, is_generator, params, returns, registers, code, key_params, sites,
                  loops, statements, mutations, globals_written, line, end_line, positions)  # fmt: skip
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


class Header(NamedTuple):
    """What linking, imports and the gate ask of a whole module, so that they need no body.

    `names` is the name of each function within its module, made unique with `#2`, `#3` ...; "" for the module body.
    `imports` are the dotted names that import statements may load, `bound` the globals that are bound, `stars` the
    modules that are star-imported at the top; all sorted. Of functions whose body may be read late, imports in code
    that never runs count too.
    """

    names: tuple[str, ...]
    imports: tuple[str, ...]
    bound: tuple[str, ...]
    stars: tuple[str, ...]


MAX_STRING = 200
"""Characters; longer strings name no module and no file."""


class ModuleFacts:
    """All that one file says. `functions[0]` is the module body. `path` is not in here: facts belong to the content.

    `hints` are the comments `# audit: bound=N` and `# audit: size=N`, as (line, "bound" or "size", N).
    `exports` is `__all__` where it is a literal, else None.
    """

    __slots__ = ("_digests", "_header", "_strings", "exports", "functions", "hints", "is_package", "module", "sources")

    module: str
    is_package: bool
    functions: Sequence[FunctionFacts]
    exports: tuple[str, ...] | None
    hints: tuple[tuple[int, str, int], ...]
    sources: Sequence[bytes | None]
    """The text of each function whose body can be read from it: from the line of its `def` to its end; empty for one
    inside of such a function; else None."""

    def __init__(
        self,
        module: str,
        is_package: bool,
        functions: Sequence[FunctionFacts],
        exports: tuple[str, ...] | None,
        hints: tuple[tuple[int, str, int], ...],
        sources: Sequence[bytes | None] | None = None,
        header: Header | None = None,
        strings: Callable[[], tuple[str, ...]] | None = None,
        digests: Sequence[str | None] | None = None,
    ) -> None:
        self.module, self.is_package, self.functions, self.exports = module, is_package, functions, exports
        self.hints, self.sources = hints, sources if sources is not None else (None,) * len(functions)
        self._header, self._strings, self._digests = header, strings, digests or ()

    @property
    def header(self) -> Header:
        """What is known of the module without reading bodies."""
        if self._header is None:
            from code_path_audit.facts.header import header_of

            self._header = header_of(self.functions)
        return self._header

    @property
    def strings(self) -> tuple[str, ...]:
        """The string constants of at most `MAX_STRING` characters, sorted.

        Of functions whose body may be read late there may be more of them than their code has.
        """
        if self._strings is None:
            from code_path_audit.facts.header import strings_of

            found = strings_of(self.functions)
            self._strings = lambda: found
        return self._strings()

    def digest_of(self, index: int, dumped: bytes | None = None) -> str:
        """What tells the facts of one function from others, positions apart: same digest, same facts.

        Moving lines and changing comments leaves it alone, where no comment speaks of lines. The reverse does not hold:
        the digest of a function that is kept as text may change where its facts do not, as when a line is wrapped.
        `dumped` is its body without positions (`header.dump`), where somebody has written it down already.
        """
        from code_path_audit.facts.header import digest_of

        return (self._digests[index] if self._digests else None) or digest_of(self, index, dumped)

    @property
    def digests(self) -> tuple[str, ...]:
        """Those of all functions."""
        from code_path_audit.facts.header import digests_of

        return digests_of(self, self._digests)

    @property
    def outline(self) -> str:
        """What tells apart what the module says without any body: its header, the shape of its functions, `exports`,
        `hints`. Lines are no part of it, but those of the hints."""
        from code_path_audit.facts.header import outline_of

        return outline_of(self)

    def _values(self) -> tuple[Any, ...]:
        return self.module, self.is_package, tuple(self.functions), self.exports, self.hints

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ModuleFacts) and (self is other or self._values() == other._values())

    def __hash__(self) -> int:
        return hash((self.module, len(self.functions)))

    def __reduce__(self) -> tuple[Any, ...]:
        return ModuleFacts, self._values()

    def __repr__(self) -> str:
        return f"ModuleFacts({self.module!r}, {len(self.functions)} functions)"
