"""Candidates in whole programs, by the rules and the tables that ship: what well-known libraries are asked for."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from code_path_audit.config import ActionConfig, default_config
from code_path_audit.pipeline import load, trace

# source, kinds and titles

PROPOSED = {
    "requests for each product, by an f-string": (
        """\
        import requests
        URL = "http://prices"

        def main(products):
            prices = {}
            for p in products:
                response = requests.get(f"{URL}/{p.pk}", timeout=2)
                response.raise_for_status()
                prices[p.pk] = response.json()
            return prices
        """,
        ["concurrent: Run requests.get for several products at a time, with a pool of threads"],
    ),
    "a commit for each row, and a statement": (
        """\
        import sqlite3

        def main(rows):
            db = sqlite3.connect("a.db")
            for row in rows:
                db.execute("INSERT INTO t VALUES (?)", (row,))
                db.commit()
        """,
        [
            "commit: Call sqlite3.Connection.commit once, after the loop in line 5",
        ],
    ),
    "a statement for each row": (
        """\
        import sqlite3

        def main(rows):
            db = sqlite3.connect("a.db")
            for row in rows:
                db.execute("INSERT INTO t VALUES (?)", (row,))
            db.commit()
        """,
        ["bulk: Use executemany for all at once, in place of sqlite3.Connection.execute per row"],
    ),
    "a client for each call of a function, of a program that starts here": (
        """\
        import boto3

        def main(orders):
            for order in orders:
                send(order)

        def send(order):
            client = boto3.client("s3")
            client.put_object(Bucket="b", Key=order.name, Body=order.text)
        """,
        [],
    ),
    "a client for each file, in the loop": (
        """\
        import boto3

        def main(orders):
            for order in orders:
                client = boto3.client("s3")
                client.put_object(Bucket="b", Key=order.name, Body=order.text)
        """,
        ["client: Make the boto3 client once, before the loop in line 4"],
    ),
    "a count of what is deep-copied as a whole": (
        """\
        import copy

        BADGES = {"new": {"label": "New"}, "sale": {"label": "Sale"}}

        def main(rows):
            return [copy.deepcopy(BADGES).get(row) for row in rows]
        """,
        ["copy: Copy what is asked for, not all of BADGES"],
    ),
    "keys one by one": (
        """\
        import redis

        def main(names):
            r = redis.Redis()
            found = []
            for name in names:
                found.append(r.get(name))
            return found
        """,
        ["bulk: Use mget for all at once, in place of redis.Redis.get per name"],
    ),
    "objects that are deleted one by one": (
        """\
        import boto3

        def main(keys):
            s3 = boto3.client("s3")
            for key in keys:
                s3.delete_object(Bucket="b", Key=key)
        """,
        ["bulk: Use delete_objects for all at once, in place of botocore.client.BaseClient.delete_object per key"],
    ),
    "a file that is read for each line": (
        """\
        import json

        def main(lines):
            found = []
            for line in lines:
                with open("settings.json") as stream:
                    found.append(json.load(stream)[line])
            return found
        """,
        ["hoist: Read the file of builtins.open once, before the loop in line 5"],
    ),
    "a log that is opened for each line": (
        """\
        def main(lines):
            for line in lines:
                with open("log.txt", "a") as stream:
                    stream.write(line)
        """,
        ["open: Open the file of builtins.open once, around the loop in line 2"],
    ),
    "a table that a helper reads each time": (
        """\
        import json

        def main(orders):
            return [price(order) for order in orders]

        def price(order):
            return rates()[order.currency]

        def rates():
            with open("rates.json") as stream:
                return json.load(stream)
        """,
        ["cache: Keep what json.load gives in m.rates"],
    ),
}

# source

LEFT_ALONE = {
    "a client of a session that the function was given": """\
        import boto3

        def load(session):
            return store(session)

        def store(session):
            return session.client("s3").list_buckets()

        def main():
            return load(boto3.Session())
        """,
    "a parser that was made of another function": """\
        import functools, yaml

        load = functools.partial(yaml.load, Loader=yaml.CSafeLoader)

        def main(names):
            return [load(open(name)) for name in names]
        """,
    "what is read by a path that is given: it may be there to see what has changed": """\
        def main():
            return stamp("a"), stamp("b"), stamp("a"), stamp("b")

        def stamp(name):
            with open(name, "rb") as stream:
                return stream.read()
        """,
    "a request that is tried again": """\
        import requests

        def main():
            for attempt in range(3):
                try:
                    return requests.get("http://a")
                except requests.ConnectionError:
                    pass
        """,
    "a process for each step of a pipeline": """\
        import subprocess

        def main(commands):
            last = None
            for command in commands:
                last = subprocess.Popen(command, stdin=last and last.stdout, stdout=subprocess.PIPE)
            return last.communicate()
        """,
    "objects that are put one by one: there is no form for many": """\
        import boto3

        def main(files):
            s3 = boto3.client("s3")
            for file in files:
                s3.put_object(Bucket="b", Key=file.name, Body=file.body)
        """,
    "files that are written one by one": """\
        from pathlib import Path

        def main(pages):
            for page in pages:
                Path(page.name).write_text(page.text)
        """,
    "a commit that another request waits for": """\
        import sqlite3, requests

        def main(rows):
            db = sqlite3.connect("a.db")
            for row in rows:
                db.execute(f"INSERT INTO {row.table} VALUES (1)")
                db.commit()
                requests.post("http://a", json={"id": row.id})
        """,
    "a statement that needs what the one before it wrote": """\
        import sqlite3

        def main(rows):
            db = sqlite3.connect("a.db")
            for row in rows:
                found = db.execute("SELECT max(n) FROM t").fetchone()
                db.execute("INSERT INTO t VALUES (?)", (found[0] + row,))
        """,
    "a log that the loop also reads": """\
        def main(lines):
            for line in lines:
                with open("log.txt", "a") as stream:
                    stream.write(line)
                with open("log.txt") as stream:
                    print(stream.read())
        """,
    "a file that the loop writes": """\
        from pathlib import Path

        def main(lines):
            for line in lines:
                text = Path("a").read_text()
                Path("a").write_text(text + line)
        """,
}


def told(source: str, folder: Path) -> list[str]:
    """The candidates of a program's `main`, as kind and title."""
    (folder / "m.py").write_text(dedent(source), encoding="utf-8")
    config = default_config(folder)
    profile = trace(load(config), ActionConfig("main", ("m.main",)), config)
    return [f"{row.kind}: {row.title}" for row in profile.candidates]


@pytest.mark.parametrize("case", PROPOSED)
def test_proposed(case: str, tmp_path: Path) -> None:
    source, expected = PROPOSED[case]
    assert told(source, tmp_path) == expected


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_left_alone(case: str, tmp_path: Path) -> None:
    assert told(LEFT_ALONE[case], tmp_path) == []
