"""Loops over the pieces of something, and the loops that go through one piece: together they go through all of it.

`for batch in batched(rows, 100): for row in batch: save(row)` runs `save` per row, not per batch and row. A piece is
what a slice has from a place up to the one that the next begins with, in a loop here or in a function that gives all of
them, or what a function of a library gives that is known for it. The two loops are counted apart, by kinds of their
own, until all ways are: what stands in the outer one alone runs per batch, which is told as that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.loop_names import singular
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.runs.model import Around, Place
from code_path_audit.profiles.runs.terms import LoopName, Runs, Term, runs_of
from code_path_audit.profiles.values import Values, ValuesOf

OUTER, INNER = "pieces", "piece"
"""The kinds of the loop over pieces, and of the one through a piece."""

BATCH_OF = "batch of "
"""What stands before the name of what pieces are of."""

BATCHING = frozenset((
    "itertools.batched", "more_itertools.batched", "more_itertools.chunked", "more_itertools.ichunked",
    "more_itertools.sliced", "more_itertools.grouper", "toolz.partition_all", "cytoolz.partition_all",
    "boltons.iterutils.chunked", "boltons.iterutils.chunked_iter", "funcy.chunks", "funcy.ichunks",
))  # fmt: skip
"""What gives the pieces of its argument."""

TAKING = frozenset(("islice", "itertools.islice"))
"""What takes the next ones of an iterator, by the text of the call: where a function gives them, those are pieces."""

SAME = frozenset(("enumerate", "list", "tuple", "sorted", "reversed", "iter", "set"))
"""Functions that go through what they are given, by the text of the call."""


class Pieces(NamedTuple):
    """The loops over pieces, and those through one, each by its place with its kind, and what it is named for, "" for
    what it is named for anyway."""

    kinds: Mapping[Place, LoopName]

    def marked(self, loops: tuple[Around, ...]) -> tuple[Around, ...]:
        """Loops around something, those of pieces by their kinds."""
        if not self.kinds:
            return loops
        return tuple(
            row._replace(name=LoopName(self.kinds[row.place].kind, self.kinds[row.place].name or row.name.name))
            if row.place in self.kinds and row.name is not None and row.name.kind == "loop"
            else row
            for row in loops
        )


def settled(runs: Runs) -> Runs:
    """Runs in which a loop through a piece goes on where the loop over pieces does: one loop. What is in that alone
    runs for each piece."""
    if not any(kind == INNER for term in runs for kind, _ in term.loops):
        return runs
    return runs_of(Term(tuple(sorted(_settled(term.loops))), term.count) for term in runs)


def _settled(loops: tuple[LoopName, ...]) -> Iterator[LoopName]:
    spared = sum(kind == INNER for kind, _ in loops)
    for loop in loops:
        if loop.kind == OUTER and spared:
            spared -= 1
        else:
            yield LoopName("loop", loop.name) if loop.kind == INNER else loop


def pieces_of(reach: Reach, values_of: ValuesOf) -> Pieces:
    """The loops over pieces of an action."""
    cutting = frozenset(name for name in reach.depths if _cuts(reach, name))
    giving = frozenset(name for name in cutting if gives_pieces(values_of(name)))
    kinds: dict[Place, LoopName] = {}
    for name in sorted(reach.depths):
        loops = [(index, loop) for index, loop in enumerate(reach.facts(name).loops) if loop.over >= 0]
        given = {edge.site for edge in reach.callees.get(name, ()) if edge.callee in giving}
        given.update(row.site for row in reach.externals.get(name, ()) if row.callee in BATCHING)
        if not loops or not (given or name in cutting):
            continue
        values = values_of(name)
        for cut in values.facts.code:
            if cut[0] == op.SLICE and (outer := _cut_in(values, cut)) >= 0 and not _is_one(values, cut):
                kinds[name, outer] = LoopName(OUTER, _batch_of(values, outer))
        for index, loop in loops:
            row = values.making(loop.over)
            if row is not None and row[0] == op.SLICE and (outer := _cut_in(values, row)) >= 0:
                kinds[name, index] = LoopName(INNER, "")
                kinds.setdefault((name, outer), LoopName(OUTER, ""))
            elif _is_list_of_pieces(values, loop.over) or (row is not None and row[0] == op.CALL and row[5] in given):
                whole = _whole(values, loop.over)
                kinds[name, index] = LoopName(OUTER, f"{BATCH_OF}{whole}" if whole else "")
    for name in sorted({name for name, _ in kinds}):
        kinds.update(_through(reach, values_of, name, kinds))
    return Pieces(kinds)


def _batch_of(values: Values, index: int) -> str:
    """A name for a loop over places, where what its range ends with says of what: `range(0, len(rows), 10)`."""
    steps = values.facts.loops[index].range_args or ()
    row = values.making(steps[1]) if len(steps) > 1 and steps[1] >= 0 else None
    if row is None or row[0] != op.CALL or values.facts.sites[row[5]].text != "len":
        return ""
    whole = _given_to(values, row)
    return f"{BATCH_OF}{whole}" if whole else ""


def gives_pieces(values: Values) -> bool:
    """Whether a function gives pieces of something: by `yield`, in a list that it fills, or in one that it makes."""
    for row in values.facts.code:
        if row[0] == op.YIELD and _is_piece(values, row[2]):
            return True
        if row[0] == op.CALL and len(row[3]) == 1 and row[3][0] >= 0 and _is_piece(values, row[3][0]):
            made = values.making(row[2])
            if made is not None and made[0] == op.ATTR and made[3] == "append":
                return True
        if row[0] == op.RETURN and _is_list_of_pieces(values, row[1]):
            return True
    return False


def _cuts(reach: Reach, name: str) -> bool:
    """Whether a function has loops, and slices or their like, at all."""
    facts = reach.facts(name)
    return bool(facts.loops) and (
        any(row[0] == op.SLICE for row in facts.code) or any(site.text in TAKING for site in facts.sites)
    )


def _is_list_of_pieces(values: Values, reg: int) -> bool:
    """Whether a value is a comprehension of pieces."""
    made = values.origin(reg)
    return any(row[0] == op.COMPREHENSION and row[1] == made and _is_piece(values, row[4]) for row in values.facts.code)


def _is_piece(values: Values, reg: int) -> bool:
    row = values.making(reg)
    if row is not None and row[0] == op.CALL and values.facts.sites[row[5]].text in ("list", "tuple") and row[3]:
        row = values.making(row[3][0]) if row[3][0] >= 0 else None
    if row is not None and row[0] == op.CALL:
        return values.facts.sites[row[5]].text in TAKING and len(row[3]) == 2
    return row is not None and row[0] == op.SLICE and (_cut_in(values, row) >= 0 or _goes_on(values, row))


def _cut_in(values: Values, row: op.Row) -> int:
    """The loop over a range whose steps are as long as a slice; -1 for none."""
    lower, length = _bounds(values, row)
    made = values.making(lower) if lower >= 0 else None
    if made is None or made[0] != op.ITER:
        return -1
    for index, loop in enumerate(values.facts.loops):
        steps = loop.range_args
        if loop.over == made[2] and steps is not None and len(steps) == 3 and _is_same(values, steps[2], length):
            return index
    return -1


def _is_one(values: Values, row: op.Row) -> bool:
    """Whether a slice has one element, as it is written: no batch of several."""
    _, length = _bounds(values, row)
    made = values.making(length) if length >= 0 else None
    return made is not None and made[0] == op.INT and made[2] == 1


def _goes_on(values: Values, row: op.Row) -> bool:
    """Whether the place that a slice begins at goes on by the length of it: `start = start + size`, `start += size`."""
    lower, length = _bounds(values, row)
    if lower < 0:
        return False
    steps = [
        made
        for made in values.facts.code
        if made[0] == op.BINARY and made[2] in ("add", "iadd") and values.origin(made[3]) == values.origin(lower)
    ]
    return sum(_is_same(values, made[4], length) for made in steps) > 1


def _bounds(values: Values, row: op.Row) -> tuple[int, int]:
    """Where a slice begins, and its length: the registers, -1 and -1 where they are not said so."""
    lower, upper = row[3], row[4]
    made = values.making(upper) if lower >= 0 and upper >= 0 else None
    if made is not None and made[0] == op.CALL and values.facts.sites[made[5]].text == "min":
        made = next(
            (found for reg in made[3] if reg >= 0 and (found := values.making(reg)) and found[0] == op.BINARY), None
        )
    if made is None or made[0] != op.BINARY or made[2] != "add":
        return -1, -1
    return (lower, made[4]) if values.origin(made[3]) == values.origin(lower) else (-1, -1)


def _is_same(values: Values, one: int, other: int) -> bool:
    if values.origin(one) == values.origin(other):
        return True
    rows = (values.making(one), values.making(other))
    return (
        all(row is not None and row[0] in (op.INT, op.GLOBAL) for row in rows)
        and len({row and row[2] for row in rows}) == 1
    )


def _through(
    reach: Reach, values_of: ValuesOf, name: str, kinds: Mapping[Place, LoopName]
) -> Iterator[tuple[Place, LoopName]]:
    """The loops that go through a piece: of a function with a loop over pieces, and of what it hands one to."""
    values = values_of(name)
    loops = values.facts.loops
    over = {
        loop.over: LoopName(INNER, _whole(values, loop.over))
        for index, loop in enumerate(loops)
        if (name, index) in kinds and kinds[name, index].kind == OUTER
    }

    def piece(reg: int) -> LoopName | None:
        row = values.making(reg) if reg >= 0 else None
        return over.get(row[2]) if row is not None and row[0] == op.ITER else None

    for index, loop in enumerate(loops):
        found = piece(_gone_through(values, loop.over))
        if found is not None:
            yield (name, index), found
    for edge in reach.callees.get(name, ()):
        call = values.calls.get(edge.site) if edge.kind == "call" else None
        if call is None:
            continue
        inside = values_of(edge.callee)
        names = [param.name for param in inside.facts.params]
        given = dict(zip(names[names[:1] in (["self"], ["cls"]) :], map(piece, call[3]), strict=False))
        given.update((key, piece(reg)) for key, reg in call[4] if key is not None)
        for index, loop in enumerate(inside.facts.loops if any(given.values()) else ()):
            reg = inside.origin(_gone_through(inside, loop.over))
            found = given.get(names[reg]) if 0 <= reg < len(names) else None
            if found is not None:
                yield (edge.callee, index), found


def _whole(values: Values, reg: int) -> str:
    """What pieces are of, as the source says it where it asks for them: "row" of `batched(rows, 100)`."""
    row = values.making(reg)
    return _given_to(values, row) if row is not None and row[0] == op.CALL else ""


def _given_to(values: Values, row: op.Row) -> str:
    """What a call is given first, by the name of one of it; "" where it has none."""
    given = values.facts.sites[row[5]].arguments[:1]
    text = given[0].text.rpartition(".")[2] if given else ""
    return singular(text) if text.isidentifier() else ""


def _gone_through(values: Values, reg: int) -> int:
    """What a loop goes through, without what only counts or orders it: `enumerate(batch)`."""
    row = values.making(reg) if reg >= 0 else None
    if row is not None and row[0] == op.CALL and row[3] and row[3][0] >= 0 and values.facts.sites[row[5]].text in SAME:
        return int(row[3][0])
    return reg
