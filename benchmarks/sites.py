"""The table of sites: how many callees are named where a recorded run called something, by evidence, and what is missed
without a word. Measured by `sites.py` of the truth folder, which says what its figures mean.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from benchmarks.predict import Prediction, callable_body, spoken

HEADER = (
    "application", "certain: told", "precision", "recall", "and likely: told", "precision", "recall",
    "silent of missed", "silent of direct",
)  # fmt: skip

Named = tuple[int, int, int, int]
"""At the lines that have an answer: callees named that ran, callees named, callees that ran; and all that ran."""


class Sites(NamedTuple):
    """One line of the table. `certain` has the callees that are certain alone, `likely` these and the likely ones;
    `silent` is (in no list, missed), of calls in functions that the prediction reaches, and `direct` of direct ones."""

    name: str
    certain: Named
    likely: Named
    silent: tuple[int, int]
    direct: tuple[int, int]


class Place(NamedTuple):
    """A line where much more is named than ran: what is named there, by kind and evidence."""

    named: int
    ran: int
    name: str
    caller: str
    line: int
    kinds: str


def measured(name: str, scorer: Any, truth: dict[str, Any], prediction: Prediction) -> tuple[Sites, list[Place]]:
    """The row of one application, and its places, the worst first. `scorer` is the module `sites` of the truth."""
    (certain, likely, _), silent, worst = scorer.measure(truth, prediction.data)
    direct = {**truth, "edges": [edge for edge in truth["edges"] if edge["kind"] == "direct"]}
    row = Sites(name, tuple(certain), tuple(likely), tuple(silent), tuple(scorer.measure(direct, prediction.data)[1]))
    kinds = kinds_of(prediction)
    places = [
        Place(named, ran, name, caller, line, kinds.get((scorer.clean(caller), line), ""))
        for named, ran, caller, line in worst
    ]
    return row, places


def kinds_of(prediction: Prediction) -> dict[tuple[str, int], str]:
    """What is named at each line, in words: "12 callback likely, 1 call certain"."""
    found: dict[tuple[str, int], Counter[tuple[str, str]]] = {}
    program = prediction.program
    for edge in dict.fromkeys(
        edge._replace(site=program.line(edge.caller, edge.site)) for edge in prediction.graph.edges
    ):
        if callable_body(program, edge.callee):
            found.setdefault((spoken(edge.caller), edge.site), Counter())[edge.kind, edge.evidence] += 1
    return {
        place: ", ".join(f"{count} {kind} {evidence}" for (kind, evidence), count in counts.most_common())
        for place, counts in found.items()
    }


def nothing(name: str, scorer: Any, truth: dict[str, Any]) -> Sites:
    """The row of an application that could not be traced."""
    (certain, likely, _), _, _ = scorer.measure(truth, {"calls": []})
    return Sites(name, tuple(certain), tuple(likely), (0, 0), (0, 0))


def pooled(rows: Sequence[Sites]) -> Sites:
    """All rows as one."""

    def added(field: str) -> Any:
        return tuple(map(sum, zip(*(getattr(row, field) for row in rows), strict=True)))

    return Sites("pooled", *map(added, Sites._fields[1:]))


def cells(row: Sites) -> tuple[str, ...]:
    """A row as text."""
    texts = [row.name]
    for hit, named, ran, total in (row.certain, row.likely):
        texts += [f"{named / max(1, ran):.2f}", f"{hit / max(1, named):.3f}", f"{hit / max(1, total):.3f}"]
    for silent, missed in (row.silent, row.direct):
        texts.append(f"{silent / missed:.2f} ({silent}/{missed})" if missed else "-")
    return tuple(texts)


def markdown(rows: Sequence[Sites]) -> Iterator[str]:
    """The table for docs/accuracy.md, the pooled row last."""
    yield "| " + " | ".join(HEADER) + " |"
    yield "|---|" + "---:|" * (len(HEADER) - 1)
    for row in [*rows, pooled(rows)]:
        yield "| " + " | ".join(cells(row)) + " |"


def told(place: Place) -> str:
    """A place in one line."""
    return f"{place.named:4} named, {place.ran:2} ran  {place.name}: {place.caller}:{place.line}  {place.kinds}"
