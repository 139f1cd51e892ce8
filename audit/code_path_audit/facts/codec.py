"""Facts to bytes and back, without loss; what is not reached stays bytes.

    line 1      "code-path-audit facts", versions of this format and of Python, size of the head, checksum of the rest
    head        JSON, one line: names, places, digests, imports of the module, and the size of each body
    strings     JSON: the string constants
    bodies      one behind the other: the text of a function from its `def` on, nothing for what is defined in it, or
                JSON of `facts.model.Body`

JSON, since nothing that is loaded may run code or harm the interpreter (marshal and pickle promise neither). The
checksum guards against damage. What is decoded is checked in its shape, as far as that costs next to nothing: whatever
bytes there are, the answer is facts or ValueError, be it when they are opened or when a body is first asked for.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import accumulate, chain, starmap
from operator import lt
from typing import Any, NoReturn, overload
from zlib import crc32

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.header import dump, groups_of
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.facts.rows import (
    Argument,
    Arm,
    Body,
    CallSite,
    Header,
    Loop,
    Mutation,
    Param,
    Positions,
    Reset,
    Statement,
)

VERSION = 42
"""Goes up with every change of `facts.model`, of `facts.code`, of what extraction finds, or of this format."""

MAGIC = b"code-path-audit facts %d %d.%d " % (VERSION, *sys.version_info[:2])

Kept = Callable[[], Mapping[int, memoryview]]
"""The bodies that somebody has read from the text before (`kept_bodies`), by the index of the function."""
_KINDS = ("module", "class", "function", "lambda", "async function")

SHAPES = {
    op.STR: "rt", op.INT: "ri", op.PRIM: "rt?", op.FUNC: "rfn", op.CLASS: "rfunS", op.COPY: "rr", op.GLOBAL: "rt",
    op.FREE: "rfc", op.STORE_GLOBAL: "tr", op.STORE_FREE: "fcr", op.STORE_NAME: "tr", op.ATTR: "rrtS",
    op.STORE_ATTR: "rtrS", op.ITEM: "rrrS", op.STORE_ITEM: "rrrS", op.DEL_ITEM: "rrS", op.CALL: "rrukS",
    op.BINARY: "rtrrS", op.UNARY: "rtrS", op.COMPARE: "rtrrS", op.FORMAT: "trS", op.TRUTH: "rS", op.ITER: "rrbS",
    op.UNPACK: "rpiS", op.ENTER: "rrbS", op.AWAIT: "rrS", op.YIELD: "rr", op.YIELD_FROM: "rrS", op.RETURN: "r",
    op.RAISE: "rS", op.CATCH: "rr", op.LIST: "ru", op.TUPLE: "ru", op.SET: "ru", op.DICT: "rd", op.IMPORT: "rtbS",
    op.IMPORT_FROM: "rttS", op.IMPORT_STAR: "tS", op.NARROW: "rrtR", op.TYPED: "rRT", op.SLICE: "rrRRRS",
    op.MATCH_ATTR: "rr#r", op.DELETE_ATTR: "rtS", op.COMPREHENSION: "rtRr",
    op.MAIN: "i", op.ONLY: "tt", op.LEAVE: "SS", op.JOINED: "rtp",
}  # fmt: skip
"""The fields of each instruction, a letter each.

r register; R register or -1; p registers; u registers, ~r for an unpacked one; n (name, register) pairs; k the same,
None for `**`; d (register or -1, register) pairs; c register of the function named by the f before it; f function;
S site or -1; t text; i integer; b bool; T type; # text or integer; ? none, one integer or one text.
"""

_LENGTHS = [len(SHAPES[number]) + 1 for number in range(len(SHAPES))]
_NESTED = [any(letter in "punkdT" for letter in SHAPES[number]) for number in range(len(SHAPES))]


# the three functions that others call


def extract_bytes(data: bytes, module: str, is_package: bool = False) -> bytes:
    """The facts of one file as bytes. Raises `facts.extract.Unparsable`. Same file, same bytes."""
    from code_path_audit.facts.extract import extract_module

    return encode(extract_module(data, module, is_package))


def open_facts(data: bytes, kept: Kept = dict) -> ModuleFacts:
    """The facts that `encode` was given, their bodies still bytes; `kept` is asked for those that are kept as text.

    ValueError for anything else: another version of this format or of Python, damaged bytes, facts of a wrong shape;
    for the last also later, when a body is first asked for.
    """
    size, rest = unframed(MAGIC, data)
    try:
        row = loads(rest[:size])
        module, is_package, exports, hints, kinds, parents, lines, numbers, named, digests, sizes, texts = row
        header = Header(*[tuple(names) for names in named])
        places = list(accumulate(sizes, initial=size))
        count = len(header.names)
        if not (
            len(kinds) == len(parents) == len(lines) == len(numbers) == len(digests) == len(texts) == count > 0
            and len(places) == count + 2
            and places[-1] == len(rest)
            and min(sizes) >= 0
            and set(map(type, (*parents, *lines, *numbers, *sizes))) == {int}
            and set(map(type, (module, kinds, texts, *filter(None, digests), *chain(*header), *(exports or ()))))
            == {str}
            and set(kinds) <= set("01234")
            and set(texts) <= set("-ti")
            and ("i" not in texts or all(map(partial(_inside, texts, parents, sizes), range(count))))
            and parents[0] == -1 <= min(parents)
            and all(map(lt, parents, range(count)))
            and type(is_package) is bool
        ):
            raise ValueError("facts of a wrong shape")
        # most of a large program is never asked for: numbers take a ninth of the room in arrays
        functions = Functions(
            rest, _compact(places), (module, is_package), header.names, kinds, _compact(parents), _compact(lines),
            _compact(numbers), texts, kept,
        )  # fmt: skip
        return ModuleFacts(
            module, is_package, functions, exports if exports is None else tuple(exports),
            tuple([(line, kind, amount) for line, kind, amount in hints]), _Sources(functions), header,
            partial(_strings, rest, *places[:2]), digests if any(digests) else None,
        )  # fmt: skip
    except (TypeError, IndexError, AttributeError, RecursionError) as error:
        raise ValueError(f"facts of a wrong shape: {type(error).__name__}: {error}") from None


def head_of(data: bytes | memoryview) -> bytes:
    """The part of encoded facts that has the name of each function, as text in quotes; b"" for what are no facts."""
    line = bytes(data[:100]).partition(b"\n")[0]
    try:
        size = int(line.removeprefix(MAGIC).split(b" ")[0])
    except ValueError:
        return b""
    return bytes(data[len(line) + 1 : len(line) + 1 + size])


def encode(facts: ModuleFacts, as_read: bool = False) -> bytes:
    """The facts as bytes. Equal facts give equal bytes, but for `as_read`. ValueError for a value that no facts have.

    A function that has its text is kept as text. With `as_read`, those whose body somebody has asked for are kept as
    what was read, so that the next one to open the facts need not read the text again.
    """
    functions, sources = facts.functions, facts.sources
    read = _read(facts) if as_read else frozenset()
    bodies = []
    digests: list[str | None] = []
    texts = ""
    for index in range(len(functions)):
        source = sources[index]
        if source is None or index in read:
            body = functions[index].body
            dumped = dump(body[:-1])
            # of a text the digest is found when it is asked for
            digests.append(facts.digest_of(index, dumped))
            source = body_bytes(body, dumped)
            texts += "-"
        else:
            digests.append(None)
            texts += "t" if source else "i"
        bodies.append(source)
    strings = dump(facts.strings)
    kinds = "".join([str(_KINDS.index(f.kind) + 2 * f.is_async) for f in functions])
    head = dump([
        facts.module, facts.is_package, facts.exports, facts.hints, kinds, [f.parent for f in functions],
        [f.line for f in functions], [f.end_line - f.line for f in functions], facts.header, digests,
        [len(strings), *map(len, bodies)], texts,
    ])  # fmt: skip
    return framed(MAGIC, head, [strings, *bodies])


def framed(magic: bytes, head: bytes, parts: Iterable[bytes]) -> bytes:
    """A head and what is behind it, below a line that says what they are."""
    rest = b"".join([head, *parts])
    return magic + b"%d %08x\n" % (len(head), crc32(rest)) + rest


def unframed(magic: bytes, data: bytes) -> tuple[int, memoryview]:
    """The size of the head, and all that is below the line of `framed`; ValueError for anything else."""
    end = data.find(b"\n", 0, 200)
    line, rest = data[:end], memoryview(data)[end + 1 :]
    size, checksum = line.removeprefix(magic).split(b" ")
    if end < 0 or not line.startswith(magic) or b"%08x" % crc32(rest) != checksum:
        raise ValueError("of another version, or damaged")
    return int(size), rest


def body_bytes(body: Body, dumped: bytes | None = None) -> bytes:
    """A body as bytes; `dumped` is all of it but its positions, where somebody has written that down already."""
    return b"[%b,%b]" % (dumped or dump(body[:-1]), dump(_flat(body.positions)))


def _inside(texts: str, parents: Sequence[int], sizes: Sequence[int], index: int) -> bool:
    """Whether what is inside of another has no text of its own, and the other has one."""
    return texts[index] != "i" or (sizes[index + 1] == 0 and index > 0 and texts[parents[index]] != "-")


def _read(facts: ModuleFacts) -> frozenset[int]:
    """The functions that somebody has read, with all that are in the text of the same one."""
    groups = groups_of([function.parent for function in facts.functions], facts.sources)
    read = [index for index, function in enumerate(facts.functions) if function.is_read]
    return frozenset(number for index in read for number in groups.get(index, [index]))


class Functions(Sequence[FunctionFacts]):
    """The functions of an opened module, each made when it is first asked for."""

    __slots__ = (
        "about", "groups", "inner", "is_text_read", "kept", "kept_by", "kinds", "lines", "made", "names", "numbers",
        "parents", "places", "rest", "texts",
    )  # fmt: skip

    def __init__(
        self,
        rest: memoryview,
        places: Sequence[int],
        about: tuple[str, bool],
        names: tuple[str, ...],
        kinds: str,
        parents: Sequence[int],
        lines: Sequence[int],
        numbers: Sequence[int],
        texts: str,
        kept: Kept,
    ) -> None:
        self.rest, self.places, self.about, self.names, self.kinds = rest, places, about, names, kinds
        self.parents, self.lines, self.numbers, self.texts = parents, lines, numbers, texts
        self.made: list[FunctionFacts | None] = [None] * len(names)
        self.groups: dict[int, list[int]] | None = None if "i" in texts else {}
        self.inner: dict[int, Body] = {}
        self.kept_by, self.is_text_read = kept, False
        self.kept: Mapping[int, memoryview] | None = None

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, index: int) -> FunctionFacts: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[FunctionFacts, ...]: ...
    def __getitem__(self, index: int | slice) -> FunctionFacts | tuple[FunctionFacts, ...]:
        if isinstance(index, slice):
            return tuple([self[place] for place in range(*index.indices(len(self.names)))])
        found = self.made[index]
        if found is None:
            index %= len(self.names)
            kind = _KINDS[int(self.kinds[index])]
            is_async = kind == "async function"
            line = self.lines[index]
            found = self.made[index] = FunctionFacts.late(
                _plain(self.names[index]), "function" if is_async else kind, self.parents[index], is_async, line,
                line + self.numbers[index], partial(self.read, index),
            )  # fmt: skip
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def source(self, index: int) -> bytes | None:
        """The text of a function, None where it is not kept as text."""
        return bytes(self.rest[self.places[index + 1] : self.places[index + 2]]) if self.texts[index] != "-" else None

    def read(self, index: int) -> Body:
        """The body of a function."""
        if index in self.inner:
            return self.inner.pop(index)
        if self.texts[index] == "-":
            return _checked(self.rest[self.places[index + 1] : self.places[index + 2]])
        if self.kept is None:
            self.kept = self.kept_by()
        kept = self.kept.get(index)
        if kept is not None:
            with suppress(ValueError):
                return _checked(kept)
        return self._read_text(index)

    def _read_text(self, index: int) -> Body:
        """The body of a function that stands in a text; those of the others there are kept until they are asked for."""
        from code_path_audit.facts.deferred.bodies import bodies_of

        self.is_text_read = True
        if self.groups is None:
            self.groups = groups_of(self.parents, _Sources(self))
        group = self.groups.get(index, [index])
        root = group[0]
        data = bytes(self.rest[self.places[root + 1] : self.places[root + 2]])
        end = self.lines[root] + self.numbers[root]
        bodies = dict(zip(group, bodies_of(*self.about, data, end - data.count(b"\n"), group), strict=True))
        self.inner.update(bodies)
        return self.inner.pop(index)


class _Sources(Sequence[bytes | None]):
    """The texts of the functions of an opened module."""

    __slots__ = ("functions",)

    def __init__(self, functions: Functions) -> None:
        self.functions = functions

    def __len__(self) -> int:
        return len(self.functions)

    @overload
    def __getitem__(self, index: int) -> bytes | None: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[bytes | None, ...]: ...
    def __getitem__(self, index: int | slice) -> bytes | tuple[bytes | None, ...] | None:
        if isinstance(index, slice):
            return tuple([self[place] for place in range(*index.indices(len(self)))])
        return self.functions.source(index)


# reading


def _compact(numbers: list[int]) -> Sequence[int]:
    try:
        return array("i", numbers)
    except OverflowError:
        raise ValueError("facts of a wrong shape: numbers too large") from None


def _refuse(value: object) -> NoReturn:
    raise ValueError(f"in no facts: {str(value)[:60]!r}")


_decoder = json.JSONDecoder(object_pairs_hook=_refuse, parse_float=_refuse, parse_constant=_refuse)


def loads(data: memoryview) -> Any:
    return _decoder.decode(str(data, "utf-8", "surrogatepass"))


def _strings(rest: memoryview, begin: int, end: int) -> tuple[str, ...]:
    return tuple(loads(rest[begin:end]))


def _plain(name: str) -> str:
    """The name of a function without the numbers that make it unique."""
    if "#" not in name:
        return name
    return ".".join([part.partition("#")[0] for part in name.split(".")])


def _frozen(value: Any) -> Any:
    return tuple([_frozen(item) if type(item) is list else item for item in value])


def _flat(positions: Positions) -> list[Any]:
    return [[number for place in positions.sites for number in place], *positions[1:]]


def _positions(row: Any) -> Positions:
    flat, mutations, loops, statements = row
    sites = tuple(zip(flat[0::4], flat[1::4], flat[2::4], flat[3::4], strict=True))
    return Positions(sites, tuple(mutations), tuple(loops), tuple(statements))


def _checked(data: memoryview) -> Body:
    """A body; ValueError for bytes that are none."""
    try:
        return _body(data)
    except (TypeError, IndexError, AttributeError, RecursionError) as error:
        raise ValueError(f"facts of a wrong shape: {type(error).__name__}: {error}") from None


def _body(data: memoryview) -> Body:
    row, places = loads(data)
    generator, params, returns, registers, code, keys, sites, loops, arms, statements, mutations, resets, written = row
    rows = []
    for instruction in code:
        kind = instruction[0]
        if kind < 0 or (len(instruction) != _LENGTHS[kind] and (kind != op.PRIM or len(instruction) != 3)):
            raise ValueError("facts of a wrong shape: not an instruction")
        rows.append(_frozen(instruction) if _NESTED[kind] else tuple(instruction))
    body = Body(
        generator,
        tuple([Param(name, kind, default, stated and _frozen(stated)) for name, kind, default, stated in params]),
        returns and _frozen(returns),
        registers,
        tuple(rows),
        tuple(keys),
        tuple([_site(site) for site in sites]),
        tuple([Loop(a, kind, over, given and tuple(given), *rest) for a, kind, over, given, *rest in loops]),
        tuple(starmap(Arm, arms)),
        tuple([Statement(a, b, tuple(reads), tuple(writes), c, d) for a, b, reads, writes, c, d in statements]),
        tuple(starmap(Mutation, mutations)),
        tuple(starmap(Reset, resets)),
        tuple(written),
        _positions(places),
    )
    if (len(body.sites), len(body.mutations), len(body.loops), len(body.statements)) != tuple(map(len, body.positions)):
        raise ValueError("facts of a wrong shape: positions of something else")
    return body


def _site(row: Any) -> CallSite:
    kind, text, arguments, loop, conditional, awaited, arm = row
    if arguments:
        return CallSite(kind, text, tuple(starmap(Argument, arguments)), loop, conditional, awaited, arm)
    return CallSite(kind, text, (), loop, conditional, awaited, arm)
