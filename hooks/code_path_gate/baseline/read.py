"""Text to a baseline. Everything in a committed file is checked: a wrong one is an error, never a pass."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, TypeVar

from code_path_audit.callgraph.model import EVIDENCE
from code_path_audit.costs.identity import op_id
from code_path_audit.costs.model import LOOP_AMPLIFIED, SIZE_SOURCES
from code_path_audit.costs.weights import weight
from code_path_audit.errors import AuditError
from code_path_audit.facts.rows import CONDITIONS
from code_path_gate.baseline.model import (
    FORMAT,
    NOT_IN_FILES,
    Acceptance,
    Baseline,
    BaselineOp,
    CostRow,
    MutationRow,
    UnresolvedRow,
)
from code_path_gate.baseline.upgrades import STEPS, Step, upgrade

MAX_BYTES = 20_000_000
"""Larger files are refused unread."""

LARGEST = 10**60
"""Greater than any number in a baseline, which are products of a few of at most 10^15; still a float."""

END = "end"
"""The last element of every list in a file, so that adding the last row changes no other line."""

ACCEPTED = "accepted"
"""What older formats had in the same file."""

KEYS = ("format", "action", "analysis", "model", "costs", "ops", "unresolved", "mutations")
CONFLICT = re.compile(rb"^(<{7}|={7}|>{7}|\|{7})( |\r?$)", re.MULTILINE)


def parse_baseline(data: bytes, where: str, action: str, steps: Mapping[int, Step] = STEPS) -> Baseline:
    """The baseline of `action` that a file holds; `where` names the file in messages.

    AuditError: `baseline-too-large`, `baseline-conflict`, `baseline-truncated`, `baseline-syntax`, `baseline-newer`,
    `baseline-older`, `baseline-schema`, `baseline-identity`, `baseline-weight`.
    """
    table = _decode(data, where, action)
    table = _current_format(table, where, action, steps)
    reader = Reader(where, action)
    baseline = reader.baseline(table)
    if baseline.action != action:
        reader.wrong("action", f"the action is {baseline.action!r}, but the file is that of {action!r}")
    _check_weights(baseline, reader)
    return baseline


def _decode(data: bytes, where: str, action: str) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise too_large(where, action)
    marker = CONFLICT.search(data)
    if marker:
        line = data.count(b"\n", 0, marker.start()) + 1
        raise AuditError(
            "baseline-conflict",
            "the baseline has the conflict markers of a merge in it",
            where=f"{where}:{line}",
            todo=f"Resolve it by making it anew: code-path-gate refresh --action {action}",
        )
    try:
        text = data.decode("utf-8")
        table = json.loads(text, object_pairs_hook=_no_repeats, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
            raise AuditError(
                "baseline-truncated",
                "the baseline ends before its end" if text.strip() else "the baseline is empty",
                where=f"{where}:{error.lineno}",
                todo=restore(action),
            ) from None
        raise _syntax(f"{error.msg}, column {error.colno}", f"{where}:{error.lineno}", action) from None
    except UnicodeDecodeError as error:
        raise _syntax(f"not UTF-8 at byte {error.start}", where, action) from None
    except RecursionError:
        raise _syntax("nested too deeply", where, action) from None
    except ValueError as error:
        raise _syntax(str(error), where, action) from None
    if not isinstance(table, dict):
        raise _syntax("not an object", where, action)
    return table


def restore(action: str) -> str:
    """What to do about a file that cannot be believed."""
    return f"Take it back from git, or make it anew: code-path-gate refresh --action {action}"


def too_large(where: str, action: str) -> AuditError:
    """The error for a file that is not even read."""
    return AuditError(
        "baseline-too-large", f"the baseline is larger than {MAX_BYTES:,} bytes", where=where, todo=restore(action)
    )


def _syntax(reason: str, where: str, action: str) -> AuditError:
    return AuditError("baseline-syntax", f"the baseline is not valid JSON: {reason}", where=where, todo=restore(action))


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) == len(pairs):
        return table
    if "format" not in table:
        raise ValueError("a key stands twice in one object")
    # a merge kept what two branches say of the whole file: what it was made by is not known, so it is out of date
    values: dict[str, list[Any]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    for name, several in values.items():
        if any(other != several[0] for other in several):
            if name not in ("format", "analysis", "model"):
                raise ValueError("a key stands twice in one object")
            table[name] = min(several) if name == "format" and all(type(one) is int for one in several) else several[0]
            table["analysis"] = UNKNOWN
    return table


UNKNOWN = 1
"""The version of the analysis that stands for any that is not this one."""


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _current_format(table: dict[str, Any], where: str, action: str, steps: Mapping[int, Step]) -> dict[str, Any]:
    found = table.get("format")
    if type(found) is not int or found < 1:
        raise AuditError(
            "baseline-schema", "the baseline has no format version", where=f"{where}: format", todo=restore(action)
        )
    if found > FORMAT:
        raise AuditError(
            "baseline-newer",
            f"the baseline has format {found}, this version knows formats up to {FORMAT}",
            where=where,
            todo="Upgrade code-path-audit to the version that wrote it.",
        )
    upgraded = upgrade(table, found, FORMAT, steps)
    if upgraded is None:
        raise AuditError(
            "baseline-older",
            f"the baseline has format {found}, which this version no longer reads",
            where=where,
            todo=f"Make it anew: code-path-gate refresh --action {action}",
        )
    return upgraded


Row = TypeVar("Row")


class Reader:
    """Decoded JSON to rows, with the place of what is wrong."""

    def __init__(self, where: str, action: str) -> None:
        self.where = where
        self.action = action

    def wrong(self, place: str, what: str, slug: str = "baseline-schema") -> NoReturn:
        raise AuditError(
            slug, f"the baseline was damaged or edited by hand: {what}", f"{self.where}: {place}", restore(self.action)
        )

    def baseline(self, table: dict[str, Any]) -> Baseline:
        odd = sorted((set(table) - {ACCEPTED}) ^ set(KEYS))
        if odd:
            self.wrong("the file", f"keys that are missing or unknown: {', '.join(odd)[:200]}")
        return Baseline(
            action=self.text(table["action"], "action"),
            analysis=self.whole(table["analysis"], "analysis", 1),
            model=self.text(table["model"], "model"),
            costs=tuple(sorted(set(self.rows(table, "costs", self.cost)))),
            ops=tuple(
                sorted(merged(self.rows(table, "ops", self.op), lambda op: op.id, lambda op: op.weight), key=_in_file)
            ),
            accepted=tuple(sorted(self.rows(table, ACCEPTED, self.acceptance))) if ACCEPTED in table else (),
            unresolved=tuple(sorted(merged(self.rows(table, "unresolved", self.unresolved), lambda row: row[:2]))),
            mutations=tuple(sorted(merged(self.rows(table, "mutations", self.mutation), lambda row: row[:3]))),
        )

    def rows(self, table: dict[str, Any], name: str, read: Callable[[dict[str, Any], str], Row]) -> Iterable[Row]:
        values = table[name]
        if not isinstance(values, list) or not values or values[-1] != END:
            self.wrong(name, f'expected a list that ends with "{END}"')
        for number, value in enumerate(values[:-1], 1):
            place = f"{name}, row {number}"
            if not isinstance(value, dict):
                self.wrong(place, "expected an object")
            yield read(value, place)

    def cost(self, row: dict[str, Any], place: str) -> CostRow:
        self.keys(row, CostRow._fields, place)
        constants = (self.number(row[name], f"{place}, {name}") for name in CostRow._fields[1:])
        return CostRow(self.text(row["name"], f"{place}, name"), *constants)

    def op(self, row: dict[str, Any], place: str) -> BaselineOp:
        self.keys(row, OP_FIELDS, place)
        values: dict[str, Any] = {name: self.text(row[name], f"{place}, {name}") for name in OP_TEXTS}
        values |= {name: self.whole(row[name], f"{place}, {name}", least) for name, least in OP_NUMBERS.items()}
        op = BaselineOp(**values, size=self.number(row["size"], f"{place}, size"))
        if op.cost_class not in (op.base_class, LOOP_AMPLIFIED):
            self.wrong(f"{place}, cost_class", f"expected {op.base_class} or {LOOP_AMPLIFIED}")
        if op.size_source not in SIZE_SOURCES:
            self.wrong(f"{place}, size_source", f"expected one of {', '.join(SIZE_SOURCES)}")
        if op.evidence not in ("", *EVIDENCE):
            self.wrong(f"{place}, evidence", f"expected one of {', '.join(EVIDENCE)}")
        if op.condition not in ("", *CONDITIONS):
            self.wrong(f"{place}, condition", f"expected one of {', '.join(CONDITIONS)}")
        return op

    def acceptance(self, row: dict[str, Any], place: str) -> Acceptance:
        """Of a malformed acceptance only the op must be whole: the rest makes it count as none."""
        op = self.op({name: value for name, value in row.items() if name in OP_FIELDS}, place)
        reason, until = row.get("reason"), row.get("until", "")
        odd = sorted(set(row) - {*OP_FIELDS, "reason", "until"})
        fault = ""
        if odd:
            fault = f"unknown keys: {', '.join(odd)[:100]}"
        elif not isinstance(reason, str) or not isinstance(until, str):
            fault = "its reason or its expiry date is not a text"
        return Acceptance(op, reason if isinstance(reason, str) else "", until if isinstance(until, str) else "", fault)

    def unresolved(self, row: dict[str, Any], place: str) -> UnresolvedRow:
        self.keys(row, UnresolvedRow._fields, place)
        function, reason = (self.text(row[name], f"{place}, {name}") for name in ("function", "reason"))
        return UnresolvedRow(function, reason, self.whole(row["calls"], f"{place}, calls", 1))

    def mutation(self, row: dict[str, Any], place: str) -> MutationRow:
        self.keys(row, MUTATION_FIELDS, place)
        return MutationRow(*(self.text(row[name], f"{place}, {name}") for name in MUTATION_FIELDS))

    def keys(self, row: dict[str, Any], names: Iterable[str], place: str) -> None:
        if set(row) != set(names):
            self.wrong(place, f"keys that are missing or unknown: {', '.join(sorted(set(row) ^ set(names)))[:200]}")

    def text(self, value: object, place: str) -> str:
        return value if isinstance(value, str) else self.wrong(place, "expected a text")

    def whole(self, value: object, place: str, least: int) -> int:
        if type(value) is not int or not least <= value <= LARGEST:
            self.wrong(place, f"expected a whole number of at least {least}")
        return value

    def number(self, value: object, place: str) -> float:
        # an integer may be too large for a float: it is compared without becoming one
        if type(value) not in (int, float) or not 0 <= value <= LARGEST:  # type: ignore[operator]
            self.wrong(place, "expected a number of at least 0, and none that nothing costs")
        return value  # type: ignore[return-value]


OP_FIELDS = tuple(name for name in BaselineOp._fields if name not in NOT_IN_FILES)
MUTATION_FIELDS = ("function", "kind", "target")
OP_TEXTS = (
    "id",
    "function",
    "callee",
    "cost_class",
    "base_class",
    "size_source",
    "evidence",
    "runs",
    "condition",
)
OP_NUMBERS = {"ordinal": 1, "amplification": 1, "open_loops": -1, "weight": 0}


def _op_id(op: BaselineOp) -> str:
    return op.id


def _weight(op: BaselineOp) -> int:
    return op.weight


def _in_file(op: BaselineOp) -> tuple[str, str, BaselineOp]:
    return (op.function, op.callee, op)


def merged(
    rows: Iterable[Row], key: Callable[[Row], object], weight: Callable[[Row], int] = lambda row: 0
) -> Iterable[Row]:
    """One row for each key: where a merge of two branches kept both, the lighter one, so that nothing passes by it."""
    found: dict[object, Row] = {}
    for row in rows:
        other = found.setdefault(key(row), row)
        if (weight(row), row) < (weight(other), other):
            found[key(row)] = row
    return found.values()


def rows_of(op: BaselineOp, costs: Iterable[CostRow]) -> list[CostRow]:
    """The constants that may have weighed an op: those of its class, then those of each kind of its work."""
    return [row for row in sorted(costs) if row.name == op.base_class or row.name.startswith(op.base_class + ".")]


def weights_of(op: BaselineOp, row: CostRow) -> tuple[int, int]:
    """What an op of this class, size and amplification weighs, and what it weighs if it starts warm."""
    cost = row.as_class()
    return (weight(cost, op.amplification, op.size), weight(cost, op.amplification, op.size, light=True))


def _check_weights(baseline: Baseline, reader: Reader) -> None:
    classes = {row.name for row in baseline.costs}
    for op in (*baseline.ops, *(acceptance.op for acceptance in baseline.accepted)):
        if op.id != op_id(op.function, op.callee, op.base_class, op.ordinal):
            reader.wrong(f"op {op.id[:40]}", "the id does not follow from the rest of the row", "baseline-identity")
        if op.base_class not in classes:
            reader.wrong(f"op {op.id}", f"its class {op.base_class[:100]!r} has no row in costs")
        rows = rows_of(op, baseline.costs)
        due, _ = weights_of(op, rows[0])
        if not any(op.weight in weights_of(op, row) for row in rows):
            reader.wrong(
                f"op {op.id}",
                f"the weight is given as {op.weight:,}, but follows as {due:,} from class, size and amplification",
                "baseline-weight",
            )
