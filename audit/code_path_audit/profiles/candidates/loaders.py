"""What an action loads with rows anywhere: of what is loaded by one query, another one may be given the rows."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from code_path_audit.profiles.candidates.proposal import Traced

LOADERS = frozenset((
    "select_related", "prefetch_related", "prefetch_related_objects", "aprefetch_related_objects", "Prefetch",
    "selectinload", "joinedload", "subqueryload", "immediateload", "contains_eager",
))  # fmt: skip
"""Calls that load what belongs to rows, of Django and of SQLAlchemy, by the last part of their names."""

ANYTHING = "*"
"""Loaded by a name that is not written where it is loaded."""


def loaded_somewhere(traced: Traced) -> frozenset[str]:
    """The relations that any call of an action loads with rows, by their own names; `ANYTHING` for those that it does
    not name."""
    return frozenset(name for function in traced.reach.depths for name in loaded_by(traced, function))


def loaded_by(traced: Traced, function: str) -> Iterator[str]:
    """The same of one function."""
    for site in traced.reach.program.facts(function).sites:
        last = site.text.rpartition(".")[2]
        if last not in LOADERS or site.kind != "call":
            continue
        given = site.arguments[:1] if last == "Prefetch" else site.arguments
        for row in given[1:] if last.endswith("_objects") else given:
            if row.keyword == "*" or row.shape not in ("literal", "attribute", "call"):
                yield ANYTHING
            elif row.shape == "literal":
                text = ast.literal_eval(row.text) if row.text[:1] in "'\"" and row.text[-1:] in "'\"" else ""
                yield from text.split("__") if isinstance(text, str) else ()
            elif row.shape == "attribute":
                yield row.text.rpartition(".")[2]


def is_loaded(loaded: frozenset[str], name: str) -> bool:
    """Whether a relation may be loaded already, by whatever query gave the rows."""
    return ANYTHING in loaded or name in loaded
