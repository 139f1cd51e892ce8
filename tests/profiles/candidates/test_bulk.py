"""Single requests of which the library has a form that takes many, and those that it does not stand for."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.profiles.candidates.told import LINE, told

# source, kinds and titles

PROPOSED = {
    "statements of which nobody asks what they did": (
        """\
        import sqlite3
        def main(rows):
            db = sqlite3.connect("a.db")
            cur = db.cursor()
            for row in rows:
                cur.execute("UPDATE t SET v = 1 WHERE n = ?", (row,))
        """,
        ['bulk: Use executemany for all at once, in place of sqlite3.Cursor.execute per row'],
    ),
    "objects of one bucket": (
        """\
        import boto3
        def main(bucket, keys):
            s3 = boto3.client("s3")
            for key in keys:
                s3.delete_object(Bucket=bucket, Key=key)
        """,
        ['bulk: Use delete_objects for all at once, in place of botocore.client.BaseClient.delete_object per key'],
    ),
    "messages to one queue, in a function": (
        """\
        import boto3
        def main(url, rows):
            for row in rows:
                send(url, row)
        def send(url, text):
            QUEUE.send_message(QueueUrl=url, MessageBody=text)
        QUEUE = boto3.client("sqs")
        """,
        ["bulk: Use send_message_batch for all at once, in place of botocore.client.BaseClient.send_message per row"],
    ),
    "a statement for each": (
        LINE + dedent("""\
        def main(session: Session, names):
            found = []
            for name in names:
                found.append(session.scalar(select(Line).where(Line.state == name)))
            return found
        """),
        [
            "bulk: Use select().where(....in_(...)), before the loop, for all at once, "
            "in place of sqlalchemy.orm.Session.scalar per name"
        ],
    ),
    "objects that pages list, one after the other": (
        """\
        import boto3
        s3 = boto3.client("s3")
        def old(bucket):
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
                yield from page["Contents"]
        def main(bucket):
            for row in old(bucket):
                s3.delete_object(Bucket=bucket, Key=row["Key"])
        """,
        ["bulk: Use delete_objects for all at once, in place of botocore.client.BaseClient.delete_object per old"],
    ),
    "keys of a list of an object, whose other list is added to": (
        """\
        import redis
        r = redis.Redis()
        class Quote:
            def __init__(self, names):
                self.names = names
                self.missing = []
            def prices(self):
                found = []
                for name in self.names:
                    price = r.get(name)
                    if price is None:
                        self.missing.append(name)
                        continue
                    found.append(price)
                return found
        def main(names):
            return Quote(names).prices()
        """,
        ["bulk: Use mget for all at once, in place of redis.Redis.get per name"],
    ),
    "rows that SQLAlchemy's core inserts, by a helper": (
        """\
        from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert
        rows = Table("rows", MetaData(), Column("id", Integer))
        def store(connection, found):
            for row in found:
                connection.execute(insert(rows).values(**row))
        def main(found):
            with create_engine("sqlite://").begin() as connection:
                store(connection, found)
        """,
        ["bulk: Use execute(insert(...), rows) for all at once, in place of sqlalchemy.Connection.execute per found"],
    ),
    "a statement of text": (
        """\
        from sqlalchemy import create_engine, text
        def main(found):
            with create_engine("sqlite://").begin() as connection:
                for row in found:
                    connection.execute(text("INSERT INTO rows VALUES (:id)"), row)
        """,
        ["bulk: Use execute(insert(...), rows) for all at once, in place of sqlalchemy.Connection.execute per found"],
    ),
    "keys that the same server names": (
        """\
        import redis
        r = redis.Redis()
        def main():
            for key in r.smembers("old"):
                r.delete(key)
        """,
        ["bulk: Use a pipeline (redis.Redis.pipeline) for all at once, in place of redis.Redis.delete per smember"],
    ),
    "documents of a collection that is an item of an item": (
        """\
        from pymongo import MongoClient
        class Log:
            rows = MongoClient("mongodb://a")["a"]["b"]
            def add(self, row):
                self.rows.insert_one(row)
        def main(rows):
            log = Log()
            for row in rows:
                log.add(row)
        """,
        ["bulk: Use insert_many for all at once, in place of pymongo.collection.Collection.insert_one per row"],
    ),
    "items of a table of DynamoDB": (
        """\
        import boto3
        table = boto3.resource("dynamodb").Table("a")
        def main(rows):
            for row in rows:
                table.put_item(Item=row)
        """,
        ["bulk: Use its batch_writer() for all at once, in place of boto3.resources.factory.dynamodb.Table.put_item "
         "per row"],
    ),
}  # fmt: skip

# source

LEFT_ALONE = {
    "an INSERT that is asked for its key": """\
        from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert
        rows = Table("rows", MetaData(), Column("id", Integer))
        def main(found):
            with create_engine("sqlite://").begin() as connection:
                for row in found:
                    print(connection.execute(insert(rows).values(**row)).inserted_primary_key)
        """,
    "an INSERT of what was selected": """\
        from sqlalchemy import create_engine, insert
        from tables import new, old
        def main(found):
            with create_engine("sqlite://").begin() as connection:
                for row in found:
                    connection.execute(insert(new).from_select(["id"], old.select().where(old.c.id == row)))
        """,
    "keys that are named by what takes each away": """\
        import redis
        r = redis.Redis()
        def taken():
            while key := r.lpop("old"):
                yield key
        def main():
            for key in taken():
                r.delete(key)
        """,
    "a statement that says how many rows it changed": """\
        import sqlite3
        def main(rows):
            db = sqlite3.connect("a.db")
            cur = db.cursor()
            for row in rows:
                cur.execute("UPDATE t SET v = 1 WHERE n = ?", (row,))
                if cur.rowcount == 0:
                    print(row)
        """,
    "some rows of each": LINE
    + dedent("""\
        def main(session: Session, keys):
            found = []
            for key in keys:
                found.append(session.scalars(select(Line).where(Line.order_id == key).order_by(Line.id).limit(3)).all())
            return found
        """),
    "how many rows of each": LINE
    + dedent("""\
        def main(session: Session, keys):
            return [session.scalar(select(func.count()).select_from(Line).where(Line.order_id == key)) for key in keys]
        """),
    "how many rows of each, by a statement": """\
        import sqlite3
        def main(rows):
            db = sqlite3.connect("a.db")
            return [db.execute("SELECT count(*) FROM t WHERE n = ?", (row,)).fetchone() for row in rows]
        """,
    "objects of several buckets": """\
        import boto3
        def main(rows):
            s3 = boto3.client("s3")
            for bucket, key in rows:
                s3.delete_object(Bucket=bucket, Key=key)
        """,
    "messages to several queues": """\
        import boto3
        def main(rows):
            q = boto3.client("sqs")
            for url, body in rows:
                q.send_message(QueueUrl=url, MessageBody=body)
        """,
    "an object of a bucket, in a function": """\
        import boto3
        def main(rows):
            for bucket, key in rows:
                remove(bucket, key)
        def remove(bucket, key):
            S3.delete_object(Bucket=bucket, Key=key)
        S3 = boto3.client("s3")
        """,
}


@pytest.mark.parametrize("case", PROPOSED)
def test_proposed(case: str, tmp_path: Path) -> None:
    source, expected = PROPOSED[case]
    assert told(source, tmp_path) == expected


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_left_alone(case: str, tmp_path: Path) -> None:
    assert told(LEFT_ALONE[case], tmp_path) == []
