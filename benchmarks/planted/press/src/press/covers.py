"""Covers of books."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from press.books import Book


class Covers:
    """A service that has covers, and the folder for them."""

    def __init__(self, base: str, folder: Path) -> None:
        self.base = base
        self.folder = folder
        self.session = requests.Session()

    def url(self, book: Book) -> str:
        """Where a cover is."""
        return f"{self.base}/{book.isbn}.jpg"

    def image(self, book: Book) -> bytes:
        """A cover."""
        return self.session.get(self.url(book), timeout=10).content

    def fetch_all(self, books: list[Book]) -> None:
        """Fetch some covers."""
        with ThreadPoolExecutor(8) as pool:
            images = list(pool.map(self.image, books))
        for book, image in zip(books, images, strict=True):
            (self.folder / f"{book.isbn}.jpg").write_bytes(image)
