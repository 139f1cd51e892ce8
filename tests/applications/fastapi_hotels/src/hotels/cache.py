import json

import redis

from hotels.settings import get_settings

client = redis.Redis.from_url(get_settings().redis_url)


def cached_quotes(key: str):
    found = client.get(key)
    return json.loads(found) if found else None


def store_quotes(key: str, quotes: list[dict]) -> None:
    client.set(key, json.dumps(quotes, default=str), ex=300)


def count_views(hotel_ids: list[int]) -> None:
    with client.pipeline() as pipe:
        for hotel_id in hotel_ids:
            pipe.incr(f"views:{hotel_id}")
        pipe.execute()
