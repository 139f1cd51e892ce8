"""The stock, in SQLite."""

from __future__ import annotations

import sqlite3


class Stock:
    """The items of a depot."""

    def __init__(self, path: str) -> None:
        self.db = sqlite3.connect(path)

    def add(self, items: list[dict]) -> None:
        """Add items, all or none."""
        self.db.executemany("INSERT INTO items VALUES (?, ?)", [(item["sku"], item["count"]) for item in items])
        self.db.commit()

    def counts(self, skus: list[str]) -> dict[str, int]:
        """How many there are of each."""
        marks = ",".join("?" * len(skus))
        return dict(self.db.execute(f"SELECT sku, count FROM items WHERE sku IN ({marks})", skus).fetchall())
