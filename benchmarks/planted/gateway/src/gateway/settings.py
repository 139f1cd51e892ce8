"""What is set for a deployment."""

import tomllib
from functools import lru_cache


@lru_cache(maxsize=1)
def limits():
    with open("limits.toml", "rb") as stream:
        return tomllib.load(stream)
