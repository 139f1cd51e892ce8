import json
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import httpx

from hotels.models import Room
from hotels.settings import get_settings


@lru_cache
def seasons() -> list[dict]:
    return json.loads(Path(get_settings().seasons_path).read_text())


def factor(day: date) -> Decimal:
    for season in seasons():
        if season["from"] <= day.isoformat() <= season["to"]:
            return Decimal(str(season["factor"]))
    return Decimal(1)


def room_price(room: Room, arrives: date, leaves: date) -> Decimal:
    return room.price * factor(arrives) * (leaves - arrives).days


async def exchange_rate(client: httpx.AsyncClient, currency: str) -> Decimal:
    response = await client.get(f"{get_settings().rates_url}/{currency}")
    response.raise_for_status()
    return Decimal(str(response.json()["rate"]))
