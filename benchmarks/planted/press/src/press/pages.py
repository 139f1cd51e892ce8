"""Pages of books."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from press.books import Book
from press.settings import footer

TEMPLATES = Path(__file__).with_name("templates")


class Site:
    """A site: templates, and what all pages share."""

    def __init__(self, folder: Path, config: dict) -> None:
        self.folder = folder
        self.config = config
        self.env = Environment(loader=FileSystemLoader(TEMPLATES))
        self.style = (folder / "style.css").read_text(encoding="utf-8")

    def pages(self, books: Iterable[Book]) -> Iterator[tuple[str, str]]:
        """Name and text of each page."""
        last = footer()
        for book in books:
            yield f"{book.isbn}.html", self.page(book, last)

    def page(self, book: Book, last: str) -> str:
        """One page."""
        body = self.body(book)
        return f"<style>{self.style}</style>{body}<p>{last}</p>"

    def body(self, book: Book) -> str:
        """What a page says of a book."""
        return self.env.get_template("book.html").render(book=book, names=self.names(book))

    def names(self, book: Book) -> list[str]:
        """Its tags, as they are shown."""
        words = self.config["tags"]
        return [words.get(tag, tag) for tag in book.tags]
