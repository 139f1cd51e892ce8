"""Suppliers, asked side by side."""

from __future__ import annotations

import asyncio

import httpx


class Suppliers:
    """A service that knows offers."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.client = httpx.AsyncClient()

    async def __aenter__(self) -> Suppliers:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def offer(self, sku: str) -> dict:
        """What is offered for an item."""
        answer = await self.client.get(f"{self.base}/offers/{sku}")
        return answer.json()

    async def offers(self, skus: list[str]) -> dict[str, dict]:
        """The same of some."""
        found = await asyncio.gather(*(self.offer(sku) for sku in skus))
        return dict(zip(skus, found))
