"""The archive, and the queue of those who follow it."""

from __future__ import annotations

import json

import boto3

STORE = boto3.client("s3")
QUEUE = boto3.client("sqs")


class Archive:
    """A bucket of files."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket

    def remove(self, names: list[str]) -> None:
        """Remove some files."""
        for start in range(0, len(names), 1000):
            part = [{"Key": name} for name in names[start : start + 1000]]
            STORE.delete_objects(Bucket=self.bucket, Delete={"Objects": part})

    def tell(self, names: list[str]) -> None:
        """Say that files were removed."""
        QUEUE.send_message(QueueUrl=self.bucket, MessageBody=json.dumps(names))
