"""Books, as their list has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

KINDS = Path(__file__).with_name("kinds.json")


@cache
def kinds() -> dict[str, str]:
    """The names of kinds of books."""
    return json.loads(KINDS.read_text(encoding="utf-8"))


@dataclass
class Book:
    """A book."""

    isbn: str
    title: str
    kind: str
    price: float
    tags: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """What its kind is called."""
        return kinds()[self.kind]

    def share(self, config: dict) -> float:
        """The part of its price that its author gets."""
        return config["shares"].get(self.kind, 0.1)

    def royalty(self, config: dict) -> float:
        """What its author gets."""
        return self.price * self.share(config)


def book_of(row: dict) -> Book:
    """The book of a row."""
    return Book(**row)


def title_of(book: Book) -> str:
    """What books are sorted by."""
    return book.title


def read_books(path: Path) -> Iterator[Book]:
    """The books of a list."""
    rows = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for row in rows:
        yield Book(**row)
