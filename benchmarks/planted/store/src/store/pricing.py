"""Prices, rates and what is shown beside them."""

import copy
import json
from functools import cache
from pathlib import Path

import requests

DATA = Path(__file__).parent / "data"
SERVICE = "http://prices.internal"
BADGES = {"book": {"label": "Book", "colour": "green"}, "game": {"label": "Game", "colour": "red"}}


def prices(skus):
    answer = requests.get(f"{SERVICE}/prices", params={"sku": skus}, timeout=5)
    answer.raise_for_status()
    return answer.json()


@cache
def rates():
    return json.loads((DATA / "rates.json").read_text(encoding="utf-8"))


def converted(amount, currency):
    return round(amount * rates()[currency], 2)


@cache
def layout():
    with open(DATA / "layout.json", encoding="utf-8") as stream:
        return json.load(stream)


def badge(category):
    return copy.copy(BADGES.get(category))


def badges(categories):
    return [badge(category) for category in categories]
