"""Which callees of libraries wait on an event loop, so that others go on meanwhile: by their names."""

from __future__ import annotations

ASYNCHRONOUS = frozenset((
    "aiobotocore", "aioboto3", "aiofiles", "aiohttp", "aiokafka", "aiomysql", "aioredis", "aiosmtplib", "aiosqlite",
    "anyio", "arq", "asyncio", "asyncpg", "asyncssh", "beanie", "databases", "motor", "nats", "ormar", "tortoise",
    "trio", "websockets",
))  # fmt: skip
"""Packages whose functions wait on the loop."""

ADDED = "sqlalchemy.orm.Session.insert."
"""How the ops begin of rows that a session is given, and writes with its next question or commit."""


def is_asynchronous(callee: str) -> bool:
    """Whether a callee of a library waits on the loop, by its name."""
    parts = callee.removesuffix("()").split(".")
    return parts[0] in ASYNCHRONOUS or any("async" in part.lower() or part == "aio" for part in parts)
