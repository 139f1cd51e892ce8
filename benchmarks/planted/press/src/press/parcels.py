"""Parcels, by way of queues and buckets."""

from __future__ import annotations

import boto3
import redis

CLIENT = boto3.client("s3")


def bucket():
    """The client for all parcels."""
    return CLIENT


class Parcels:
    """What is sent."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.store = redis.Redis()

    def addresses(self, names: list[str]) -> dict[str, str]:
        """Where parcels go."""
        return dict(zip(names, self.store.mget(names), strict=True))

    def send(self, names: list[str]) -> None:
        """Send some parcels."""
        for name, address in self.addresses(names).items():
            self.upload(name, address)

    def upload(self, name: str, address: str) -> None:
        """Upload the list of a parcel."""
        bucket().upload_file(f"{name}.txt", self.name, address)
