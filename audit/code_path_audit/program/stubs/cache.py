"""Stubs whose tables are in the store: parsed once on a machine, not once in each process.

To parse the stubs that a small program needs, and to list which there are, takes longer than to solve it.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from code_path_audit.program.stubs import tables
from code_path_audit.program.stubs.names import INDEX
from code_path_audit.program.stubs.queries import Stubs
from code_path_audit.store.pack import Store, digest

Table = tuple[Any, ...]


class KeptTables:
    """Tables of stub modules by name, as a store has them; `Stubs` makes those that it has not."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.known: dict[str, Table] = {}
        self.paths: dict[str, str] = {}

    def get(self, name: str) -> Table | None:
        """The table of a stub module, of "" the list of all; None where none is kept, or one that is damaged."""
        if not self.store.folder:
            return None
        key = self.key(name)
        data = None if key is None else self.store.get(key)
        table = None if data is None else _decoded(bytes(data))
        if table is None or not _is_table(name, table):
            return None
        self.known[name] = table
        return table

    def keep(self, used: dict[str, Table]) -> None:
        """Writes those tables down that were made anew, at once: a copy of the process may end any time."""
        new = {name: table for name, table in used.items() if name not in self.known}
        if not new or not self.store.folder:
            return
        self.known.update(new)
        store = self.store.again()
        for name, table in new.items():
            data = json.dumps(table, separators=(",", ":")).encode()
            key = self.key(name)
            if key is not None and _decoded(data) == table:
                store.put(key, data)
        store.commit()

    def key(self, name: str) -> bytes | None:
        """Made of what a table is made of; None for what is no stub module."""
        if name == INDEX:
            return digest("stub index", _maker(), tables.version().encode())
        if not self.paths:
            self.paths = {row[0]: row[2] for row in self.known.get(INDEX, ())}
        path = self.paths.get(name)
        if path is None:
            return None
        try:
            return digest("stub table", _maker(), name.encode(), (tables.folder() / path).read_bytes())
        except OSError:
            return None


class KeptStubs(Stubs):
    """The stubs of the standard library, with a store that has their tables: the same for every program."""

    def __init__(self, store: Store) -> None:
        self._kept = KeptTables(store)
        super().__init__(self._kept)

    def keep(self) -> None:
        """Writes down the tables that were needed and had not been kept."""
        self._kept.keep(self.used())


def _is_table(name: str, table: Table) -> bool:
    """Whether it has the outer form of the table of a module, or of the list of all."""
    if name == INDEX:
        return all(isinstance(row, tuple) and len(row) == 3 and isinstance(row[0], str) for row in table)
    return len(table) == 5 and table[0] == name


def _decoded(data: bytes) -> Table | None:
    try:
        found = json.loads(data)
    except ValueError:
        return None
    return _frozen(found) if isinstance(found, list) else None


def _frozen(rows: list[Any]) -> Table:
    return tuple([_frozen(row) if type(row) is list else row for row in rows])


@cache
def _maker() -> bytes:
    """The bytes of the modules that make tables: another version of them makes others."""
    from code_path_audit.facts import annotations

    return digest("stub reader", *(Path(module.__file__ or "").read_bytes() for module in (tables, annotations)))
