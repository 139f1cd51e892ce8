"""What a depot is asked to do. The loops are here, and what they need is asked for in the other modules."""

from __future__ import annotations

import sys
from pathlib import Path

from depot.archive import Archive
from depot.labels import Labels
from depot.letters import Letters
from depot.prices import Prices
from depot.report import heading, line, settings
from depot.stock import Stock
from depot.suppliers import Suppliers


def intake(path: str, items: list[dict]) -> int:
    """Put items into the stock; how many of them there were before."""
    stock = Stock(path)
    known = stock.counts([item["sku"] for item in items])
    stock.add(items)
    return sum(known.values())


def quote(skus: list[str]) -> dict[str, float]:
    """The prices of some items."""
    prices = Prices("https://prices.example.org")
    return prices.of_all(skus)


def letters(orders: list[dict]) -> None:
    """Write to all customers."""
    writer = Letters("mail.example.org")
    writer.send([(order["email"], writer.text(order)) for order in orders])


def labels(items: list[dict]) -> list[str]:
    """The labels of some items."""
    printer = Labels(Path("data"))
    found = []
    for item in items:
        found.append(printer.label(item))
    return found


async def ask(skus: list[str]) -> dict[str, dict]:
    """What suppliers say of some items."""
    async with Suppliers("https://supply.example.org") as suppliers:
        return await suppliers.offers(skus)


def clean(names: list[str]) -> None:
    """Remove what is not needed from the archive, and tell who wants to know."""
    archive = Archive("depot")
    archive.remove(names)
    archive.tell(names)


def report(rows: list[dict], verbose: bool = False) -> None:
    """The stock as a text."""
    config = settings()
    sys.stdout.write(heading(config))
    for row in rows:
        sys.stdout.write(line(row, config))
