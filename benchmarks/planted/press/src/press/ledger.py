"""The ledger, in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from press.books import Book


class Ledger:
    """What is known of books."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.db = sqlite3.connect(path)

    def row(self, book: Book) -> tuple[str, str, float]:
        """A book as a row."""
        return book.isbn, book.title, book.price

    def add(self, books: list[Book]) -> None:
        """Add books."""
        self.db.executemany("INSERT INTO books VALUES (?, ?, ?)", [self.row(book) for book in books])
        self.db.commit()

    def known(self, isbns: list[str]) -> list[str]:
        """Those of some books that are there."""
        return list(self.titles(isbns))

    def titles(self, isbns: list[str]) -> Iterator[str]:
        """The titles of some books."""
        marks = ",".join("?" * len(isbns))
        for row in self.db.execute(f"SELECT title FROM books WHERE isbn IN ({marks})", isbns):
            yield row[0]
