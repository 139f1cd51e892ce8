"""Editions, as a library knows them."""

from __future__ import annotations

import asyncio

import httpx


class Editions:
    """A client of a library."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.client = httpx.AsyncClient()

    async def __aenter__(self) -> Editions:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def asked(self, path: str) -> dict:
        """An answer of the library."""
        answer = await self.client.get(f"{self.base}/{path}")
        return answer.json()

    async def edition(self, isbn: str) -> dict:
        """One edition, with its authors and places."""
        authors, places = await asyncio.gather(self.asked(f"authors/{isbn}"), self.asked(f"places/{isbn}"))
        return {"authors": authors, "places": places}

    async def of_all(self, isbns: list[str]) -> dict[str, dict]:
        """Editions of some books."""
        found = await asyncio.gather(*[self.edition(isbn) for isbn in isbns])
        return dict(zip(isbns, found, strict=True))
