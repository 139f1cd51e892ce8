"""What a press is asked to do on the command line."""

from __future__ import annotations

import sys
from pathlib import Path

from press.books import Book, book_of, read_books, title_of
from press.covers import Covers
from press.editions import Editions
from press.ledger import Ledger
from press.lines import Lines
from press.pages import Site
from press.parcels import Parcels
from press.settings import settings


def build(folder: str) -> int:
    """Write the pages of all books; how many there are."""
    site = Site(Path(folder), settings())
    written = 0
    for name, text in site.pages(read_books(Path(folder, "books.yaml"))):
        Path(folder, "out", name).write_text(text, encoding="utf-8")
        written += 1
    return written


def index(folder: str, rows: list[dict]) -> list[str]:
    """A line for each book."""
    lines = Lines(Path(folder))
    books = sorted(map(book_of, rows), key=title_of)
    return [lines.line(book) for book in lines.ranked(books)]


async def editions(isbns: list[str]) -> dict[str, dict]:
    """What libraries know of some books."""
    async with Editions("https://library.example.org") as found:
        return await found.of_all(isbns)


def fetch(books: list[Book]) -> None:
    """Fetch the covers that are missing."""
    Covers("https://covers.example.org", Path("covers")).fetch_all(books)


def load(path: str, books: list[Book]) -> int:
    """Put books into the ledger; how many are known there."""
    ledger = Ledger(path)
    ledger.add(books)
    return len(ledger.known([book.isbn for book in books]))


def ship(names: list[str]) -> None:
    """Send parcels."""
    parcels = Parcels("press")
    parcels.send(names)


def royalties(books: list[Book], verbose: bool = False) -> float:
    """What authors get."""
    config = settings()
    sys.stdout.write(f"{config['name']}\n")
    return sum(book.royalty(config) for book in books)
