"""The services behind."""

import httpx

client = httpx.AsyncClient(timeout=5)


async def account(user):
    answer = await client.get(f"http://accounts/{user}")
    return answer.json()


async def orders(user):
    answer = await client.get("http://orders/", params={"user": user})
    return answer.json()


async def recommendations(user):
    answer = await client.get(f"http://recommend/{user}")
    return answer.json()


async def price(sku):
    answer = await client.get(f"http://prices/{sku}")
    return answer.json()["price"]
