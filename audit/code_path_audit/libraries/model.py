"""A library model: one file of rows, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from code_path_audit.callgraph.behaviours import Behaviours

PERSON, GENERATOR = "person", "generator"
"""Who writes models."""


class LibraryModel(NamedTuple):
    """One file. `rows`: word to name to values, as written; `aliases`: other names to those that the rows have.

    `versions` maps a distribution to the versions that the rows are for, as a requirement says it ("" for any);
    `by` is one of `PERSON` and `GENERATOR`. `unread` are notes of the generator: what it could not read.
    """

    where: str
    by: str = PERSON
    versions: Mapping[str, str] = MappingProxyType({})
    aliases: Mapping[str, str] = MappingProxyType({})
    rows: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    unread: tuple[str, ...] = ()


class Libraries(NamedTuple):
    """All models, merged: `aliases`, the class of what functions return (`returns`), what they cost by class
    (`costs`), and what they do with what they are given (`behaviours`)."""

    aliases: Mapping[str, str]
    returns: Mapping[str, str]
    costs: Mapping[str, str]
    behaviours: Behaviours
