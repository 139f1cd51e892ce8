"""Lines of lists of books."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from press.books import Book


class Lines:
    """What is around the lines of a list."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.frame = (folder / "frame.txt").read_text(encoding="utf-8")

    def ranked(self, books: list[Book]) -> Iterator[Book]:
        """Books that are told of."""
        for book in books:
            if not book.tags:
                yield book

    def line(self, book: Book) -> str:
        """A line."""
        return self.frame.replace("{}", f"{book.title}, {book.label}")
