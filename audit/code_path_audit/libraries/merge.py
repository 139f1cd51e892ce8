"""Models into one: the union of their rows, a person's before the generator's, a project's before those that ship."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from code_path_audit.callgraph.behaviours import COSTS, DOTTED, WORDS, Behaviours, canonical
from code_path_audit.libraries.model import GENERATOR, Libraries, LibraryModel

Row = tuple[str, str]
"""A word and a name: what stands once in all."""


class Merged(NamedTuple):
    """All models as one, as plain values: what `Libraries` are made of. `rows`: word to name to values."""

    aliases: Mapping[str, str]
    returns: Mapping[str, str]
    costs: Mapping[str, str]
    rows: Mapping[str, Mapping[str, tuple[str, ...]]]


def merge(models: Sequence[LibraryModel]) -> Libraries:
    """All models, later ones over earlier ones row by row.

    What a person wrote of a function stands for all that the generator read off it.
    """
    return libraries_from(merged(models))


def libraries_from(found: Merged) -> Libraries:
    """Those that a merge gives."""
    return Libraries(found.aliases, found.returns, found.costs, Behaviours(found.rows, found.aliases, found.returns))


def merged(models: Sequence[LibraryModel]) -> Merged:
    """The rows of all models, as `merge` has them."""
    aliases = {name: target for model in _by_rank(models) for name, target in model.aliases.items()}
    rows: dict[Row, tuple[str, ...]] = {}
    known: set[str] = set()
    for model in models:
        if model.by != GENERATOR:
            for key, values in rows_of(model, aliases):
                rows[key] = values
                known.add(key[1])
    for model in models:
        if model.by == GENERATOR:
            for key, values in rows_of(model, aliases):
                if key[1] not in known:
                    rows[key] = values
                elif key[0] == "bases":
                    rows.setdefault(key, values)
    by_word: dict[str, dict[str, tuple[str, ...]]] = {word: {} for word in WORDS}
    for (word, name), values in sorted(rows.items()):
        by_word[word][name] = values
    returns = {name: values[0] for name, values in by_word["returns"].items() if DOTTED.fullmatch(values[0])}
    by_word["returns"] = {name: values for name, values in by_word["returns"].items() if name not in returns}
    costs = {name: values[0] for word in COSTS for name, values in by_word[word].items()}
    return Merged(dict(sorted(aliases.items())), returns, costs, by_word)


def rows_of(model: LibraryModel, aliases: dict[str, str]) -> Iterable[tuple[Row, tuple[str, ...]]]:
    """The rows of a model, by the names that aliases lead to."""
    for word, names in model.rows.items():
        for name, values in names.items():
            yield (word, canonical(aliases, name)), values


def _by_rank(models: Sequence[LibraryModel]) -> list[LibraryModel]:
    return sorted(models, key=lambda model: model.by != GENERATOR)
