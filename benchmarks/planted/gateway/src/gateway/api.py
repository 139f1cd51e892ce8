"""The gateway, with FastAPI."""

import asyncio

from fastapi import FastAPI

from gateway.clients import account, orders, price, recommendations
from gateway.settings import limits

app = FastAPI()


@app.get("/dashboard/{user}")
async def dashboard(user: int):
    who, bought, more = await asyncio.gather(account(user), orders(user), recommendations(user))
    return {"account": who, "orders": bought[: limits()["orders"]], "more": more}


@app.get("/prices")
async def prices(skus: list[str]):
    found = await asyncio.gather(*(price(sku) for sku in skus))
    return dict(zip(skus, found, strict=True))
