"""Candidates in whole programs, by the rules and the tables that ship: what well-known libraries are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from code_path_audit.config import ActionConfig, default_config
from code_path_audit.pipeline import load, trace
from code_path_audit.reports.priorities import Proposal, proposals
from code_path_audit.reports.summary import savings_text
from tests.profiles.candidates.told import told

# source, kinds and titles

PROPOSED = {
    "a text that two functions parse, by a module that is named like a class": (
        """\
        import xml.etree.ElementTree as ET

        def title(text):
            return ET.fromstring(text).findtext("title")

        def items(text):
            return [row.text for row in ET.fromstring(text).iter("item")]

        def main(path):
            with open(path) as lines:
                text = lines.read()
            return title(text), items(text)
        """,
        ["keep: Run xml.etree.ElementTree.fromstring once for text in m.items, and pass on what it gives"],
    ),
    "a table beside a process that only reads": (
        """\
        import subprocess
        import tomllib
        from pathlib import Path

        class Rules:
            def __init__(self, longest):
                self.longest = longest

            @classmethod
            def load(cls):
                with Path(__file__).with_name("rules.toml").open("rb") as lines:
                    return cls(tomllib.load(lines)["longest"])

        def main(span):
            told = subprocess.run(["git", "log", "--format=%s", span], capture_output=True, text=True).stdout
            return [line for line in told.splitlines() if len(line) > Rules.load().longest]
        """,
        ["cache: Keep what tomllib.load gives in m.Rules.load"],
    ),
    "commits that only a flag shows, whatever is written meanwhile": (
        """\
        import subprocess
        from pathlib import Path

        def main(version, verbose=False):
            commits = subprocess.check_output(["git", "-C", "here", "log", "--oneline"], text=True)
            Path("VERSION").write_text(version)
            if verbose:
                print(commits)
        """,
        ["lazy: Run subprocess.check_output only in the branch in line 7"],
    ),
    "a client for each element, by a helper that is given the address by the environment": (
        """\
        import os
        import redis

        def connected() -> redis.Redis:
            return redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://here"), decode_responses=True)

        def main(users):
            return [connected().lrange(f"unread:{user}", 0, 9) for user in users]
        """,
        ["client: Make the client once, when its module is loaded, not in each call of m.connected"],
    ),
    "messages of a queue, one at a time": (
        """\
        import boto3

        sqs = boto3.client("sqs")

        def main(url):
            answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        """,
        [
            "bulk: Use delete_message_batch for all at once, in place of botocore.client.BaseClient.delete_message "
            "per Message"
        ],
    ),
    "all that a list reads, for a log that is off": (
        """\
        import json
        import logging
        from pathlib import Path

        log = logging.getLogger(__name__)

        def main(folder: Path):
            history = [json.loads(path.read_text()) for path in folder.glob("*.json")]
            state = json.loads((folder / "state").read_text())
            if log.isEnabledFor(logging.DEBUG):
                log.debug("before: %s", history)
            return state
        """,
        ["lazy: Run pathlib.Path.read_text only in the branch in line 10"],
    ),
    "a table that a method reads by what its object has": (
        """\
        import json
        from pathlib import Path

        class Batch:
            def __init__(self, folder: Path) -> None:
                self.folder = folder

            def run(self, orders):
                for order in orders:
                    self.check(order)

            def check(self, order):
                schema = json.loads((self.folder / "order.json").read_text())
                assert order.keys() <= schema.keys()

        def main(orders):
            Batch(Path("schemas")).run(orders)
        """,
        ["cache: Keep what pathlib.Path.read_text gives in m.Batch.check, for each m.Batch"],
    ),
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
        [
            "concurrent: Run requests.get several at a time, not one after the other, with a pool of threads",
            "client: Ask by one requests.Session, in place of requests.get, which opens a connection per product",
        ],
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
        ["client: Make the boto3 client once, when its module is loaded, not in each call of m.send"],
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

BEHIND_CALLS = {
    "a statement in a helper": (
        """\
        import sqlite3

        def save(db: sqlite3.Connection, row):
            db.execute("INSERT INTO t VALUES (?, ?)", (row["a"], row["b"]))

        def main(rows):
            db = sqlite3.connect("x.db")
            for row in rows:
                save(db, row)
            db.commit()
        """,
        ["bulk: Use executemany for all at once, in place of sqlite3.Connection.execute per row"],
    ),
    "a row that a helper of a helper asks for": (
        """\
        import sqlite3

        def find(db: sqlite3.Connection, key):
            return db.execute("SELECT name FROM t WHERE id = ?", (key,)).fetchone()

        def name(db: sqlite3.Connection, key):
            return find(db, key)[0]

        def main(keys):
            db = sqlite3.connect("x.db")
            return {key: name(db, key) for key in keys}
        """,
        [
            "bulk: Use one SELECT with IN (or = ANY), before the loop, for all at once, in place of "
            "sqlite3.Connection.execute per key"
        ],
    ),
    "a key in a method": (
        """\
        import redis

        class Users:
            def __init__(self):
                self.store = redis.Redis()

            def name(self, key):
                return self.store.get(f"user:{key}")

        def main(keys):
            users = Users()
            return [users.name(key) for key in keys]
        """,
        ["bulk: Use mget for all at once, in place of redis.Redis.get per key"],
    ),
    "an answer that is read in the helper that asks": (
        """\
        import aiohttp

        async def fetch(session: aiohttp.ClientSession, url):
            async with session.get(url) as answer:
                return await answer.text()

        async def main(urls):
            found = []
            async with aiohttp.ClientSession() as session:
                for url in urls:
                    found.append(await fetch(session, url))
            return found
        """,
        ["concurrent: Run m.fetch several at a time, not one after the other, with asyncio.gather"],
    ),
    "a session for each call": (
        """\
        import requests

        def page(number):
            session = requests.Session()
            session.headers["Authorization"] = "x"
            return session.get("https://api.example.org/list", params={"page": number}).json()

        def main(numbers):
            rows = []
            for number in numbers:
                rows += page(number)
            return rows
        """,
        [
            "concurrent: Run m.page several at a time, not one after the other, with a pool of threads",
            "client: Make the session once, and hand it to m.page, which is called per number",
        ],
    ),
    "a session in a loop": (
        """\
        import requests

        def main(rows):
            for row in rows:
                session = requests.Session()
                session.post("https://api.example.org/list", json=row)
        """,
        ["client: Make the session once, before the loop in line 4"],
    ),
    "an environment of templates for each row": (
        """\
        import jinja2

        def render(row):
            env = jinja2.Environment(loader=jinja2.FileSystemLoader("templates"))
            return env.get_template("mail.html").render(row=row)

        def main(rows):
            return [render(row) for row in rows]
        """,
        ["client: Make the environment once, and hand it to m.render, which is called per row"],
    ),
    "a log that a helper opens": (
        """\
        def note(text):
            with open("log.txt", "a", encoding="utf-8") as log:
                log.write(text)

        def main(rows):
            for row in rows:
                note(row.name)
        """,
        ["open: Open the file of builtins.open once, around the loop in line 6 of m.main"],
    ),
    "a file that a method reads, by what its constructor was given": (
        """\
        import json
        from pathlib import Path

        class Shop:
            def __init__(self, folder: Path):
                self.folder = folder

            def rates(self):
                return json.loads((self.folder / "rates.json").read_text())

            def price(self, row):
                return row["net"] * self.rates()[row["kind"]]

        def main(rows):
            shop = Shop(Path("data"))
            return sum(shop.price(row) for row in rows)
        """,
        ["cache: Keep what pathlib.Path.read_text gives in m.Shop.rates, for each m.Shop"],
    ),
    "a file that fills an object of the function": (
        """\
        import configparser

        def setting(name):
            parser = configparser.ConfigParser()
            parser.read("app.ini")
            return parser["main"][name]

        def main(names):
            return [setting(name) for name in names]
        """,
        ["cache: Keep what configparser.ConfigParser.read gives in m.setting"],
    ),
}

WITH_OTHERS = {
    "a connection that a method makes of what its object has": (
        """\
        import smtplib

        class Letters:
            def __init__(self, server):
                self.server = server

            def send(self, message):
                with smtplib.SMTP(self.server) as server:
                    server.send_message(message)

        def main(messages):
            letters = Letters("mail.example.org")
            for message in messages:
                letters.send(message)
        """,
        ["client: Make the connection once, and hand it to m.Letters.send, which is called per message"],
    ),
    "a connection of what its object has, in the loop": (
        """\
        import smtplib

        class Letters:
            def __init__(self, server):
                self.server = server

            def main(self, messages):
                for message in messages:
                    with smtplib.SMTP(self.server) as server:
                        server.send_message(message)

        def main(messages):
            Letters("mail.example.org").main(messages)
        """,
        ["client: Make the connection once, before the loop in line 8"],
    ),
    "a file that a with of some rounds reads": (
        """\
        def main(rows):
            found = []
            for row in rows:
                text = row["text"]
                if row["fragile"]:
                    with open("fragile.txt", encoding="utf-8") as stream:
                        text += stream.read()
                found.append(text)
            return found
        """,
        ["hoist: Read the file of builtins.open once, the first time that the loop in line 3 needs it"],
    ),
    "awaits whose answers are added up": (
        """\
        import httpx

        async def price(client: httpx.AsyncClient, sku):
            return (await client.get(f"https://p.example.org/{sku}")).json()

        async def main(skus):
            found = {}
            async with httpx.AsyncClient() as client:
                for sku in skus:
                    found |= await price(client, sku)
            return found
        """,
        ["concurrent: Run m.price several at a time, not one after the other, with asyncio.gather"],
    ),
    "a copy that is handed to what makes a text of it": (
        """\
        import copy

        def main(rows, config):
            for row in rows:
                print(line(row, copy.deepcopy(config)))

        def line(row, config):
            return f"{row} {config['unit']}"
        """,
        ["copy: Read config itself, not a copy of it"],
    ),
    "a file that a parser is handed by a constant path, in a helper": (
        """\
        import json
        from pathlib import Path

        def words(path):
            return json.loads(Path(path).read_text(encoding="utf-8"))

        def label(item):
            return words("words.json")[item]

        def main(items):
            return [label(item) for item in items]
        """,
        ["cache: Keep what pathlib.Path.read_text gives in m.words"],
    ),
}

MORE = {
    "what is installed, asked for each row": (
        """\
        from importlib.metadata import entry_points, version

        def named(group, name):
            return entry_points(group=group).select(name=name)

        def head(row):
            return f"{row} {version('press')}"

        def main(rows):
            for row in rows:
                if row.is_new:
                    print(named("press.readers", row.kind), head(row))
        """,
        [
            "cache: Keep what importlib.metadata.entry_points gives in m.named",
            "cache: Keep what importlib.metadata.version gives in m.head",
        ],
    ),
    "what is installed, in a loop": (
        """\
        from importlib.metadata import entry_points

        def main(rows):
            for row in rows:
                for point in entry_points(group="press.readers"):
                    print(point.load()(row))
        """,
        ["hoist: Run importlib.metadata.entry_points once, before the loop in line 4"],
    ),
    "a text that is parsed for each name, by a parser that may also read a stream": (
        """\
        import yaml

        PREFIXES = "here: ./"

        def main(names):
            return [name.removeprefix(yaml.safe_load(PREFIXES)["here"]) for name in names]
        """,
        ["hoist: Run yaml.safe_load once, before the loop in line 6"],
    ),
    "a file that is opened in what a parser is given": (
        """\
        import json

        def main(names):
            found = []
            for name in names:
                found.append(json.load(open("codes.json")).get(name))
            return found
        """,
        ["hoist: Run json.load once, before the loop in line 5"],
    ),
    "a file whose text is parsed": (
        """\
        import json

        def main(names):
            found = []
            for name in names:
                with open("codes.json") as stream:
                    codes = json.loads(stream.read())
                found.append(codes.get(name))
            return found
        """,
        ["hoist: Read the file of builtins.open once, before the loop in line 5"],
    ),
    "a tree of XML that is only asked": (
        """\
        import xml.etree.ElementTree as ET

        def main(names):
            return [ET.parse("codes.xml").getroot().findtext(name) for name in names]
        """,
        ["hoist: Run xml.etree.ElementTree.parse once, before the loop in line 4"],
    ),
    "a revision that is asked for in each round": (
        """\
        import subprocess

        def main(names):
            found = []
            for name in names:
                revision = subprocess.check_output(["git", "rev-parse", "HEAD"], text=True).strip()
                found.append(f"{name}@{revision}")
            return found
        """,
        ["hoist: Run subprocess.check_output once, before the loop in line 5"],
    ),
    "a file that some rounds need": (
        """\
        import json
        from pathlib import Path

        def main(rows):
            total = 0
            for row in rows:
                if row["foreign"]:
                    rates = json.loads(Path("rates.json").read_text())
                    total += row["net"] * rates[row["currency"]]
            return total
        """,
        ["hoist: Run json.loads once, the first time that the loop in line 6 needs it"],
    ),
    "a copy of a whole table that is only read": (
        """\
        import copy
        RATES = {"a": {"b": 1}, "c": {"d": 2}}

        def main(rows):
            for row in rows:
                rates = copy.deepcopy(RATES)
                print(rates["a"]["b"] > row)
        """,
        ["copy: Read RATES itself, not a copy of it"],
    ),
    "a file that is read and written whole for each row": (
        """\
        import json
        from pathlib import Path

        KNOWN = Path("known.json")

        def main(rows):
            for row in rows:
                remember(row)

        def remember(row):
            known = json.loads(KNOWN.read_text())
            known[row.key] = row.value
            KNOWN.write_text(json.dumps(known))
        """,
        ["open: Read and write the file of m.remember once, not per row"],
    ),
    "a file for each of a kind of rows": (
        """\
        import json

        def main(rows):
            return [table(row.currency)["rate"] for row in rows]

        def table(kind):
            with open(f"{kind}.json") as stream:
                return json.load(stream)
        """,
        ["cache: Keep what json.load gives in m.table, for each currency"],
    ),
    "a file that two helpers load, by a variable that is read once": (
        """\
        import json, sys

        def load(path):
            with open(path) as stream:
                return json.load(stream)

        def version(path):
            return load(path)["version"]

        def names(path):
            return sorted(load(path)["names"])

        def main():
            path = sys.argv[1]
            print(version(path), names(path))
        """,
        ["keep: Call m.load once, and pass on what it gives"],
    ),
    "a file of a kind, by a text with a place": (
        """\
        import json, os

        def main(rows):
            return [table(row.currency)["rate"] for row in rows]

        def table(kind):
            with open(os.path.join("tables", "%s.json" % kind.lower())) as stream:
                return json.load(stream)
        """,
        ["cache: Keep what json.load gives in m.table, for each currency"],
    ),
    "a file of an object that one method reads, and another writes": (
        """\
        import json
        from pathlib import Path

        class State:
            def __init__(self, path):
                self.path = Path(path)

            def load(self):
                if self.path.exists():
                    return json.loads(self.path.read_text())
                return {}

            def mark(self, name):
                data = self.load()
                data[name] = True
                self.path.write_text(json.dumps(data))

        def main(rows, path):
            state = State(path)
            for row in rows:
                state.mark(row)
        """,
        ["open: Read and write the file of m.State.mark once, not per row"],
    ),
    "by a variable that is what a row says": (
        """\
        import json

        def main(messages):
            found = []
            for message in messages:
                kind = message.get("kind")
                found.append(table(kind)["rate"])
            return found

        def table(kind):
            with open(kind + ".json") as stream:
                return json.load(stream)
        """,
        ["cache: Keep what json.load gives in m.table, for each kind"],
    ),
    "the version of the sources, asked of git for each row": (
        """\
        import subprocess

        def main(rows):
            return [(row, revision()) for row in rows]

        def revision():
            return subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True).stdout
        """,
        ["cache: Keep what subprocess.run gives in m.revision"],
    ),
    "requests for messages, which nobody waits for together": (
        """\
        import requests

        def main(rows):
            for row in rows:
                requests.post("http://hooks.internal/rows", json=row)
        """,
        ["client: Ask by one requests.Session, in place of requests.post, which opens a connection per row"],
    ),
    "requests of a helper, by an address that is given": (
        """\
        import requests

        def main(addresses):
            return [page(address) for address in addresses]

        def page(address):
            return requests.get(address).text
        """,
        [
            "concurrent: Run m.page several at a time, not one after the other, with a pool of threads",
            "client: Ask by one requests.Session, in place of requests.get, which opens a connection per address",
        ],
    ),
    "a client for each request": (
        """\
        import httpx

        def main(rows):
            for row in rows:
                with httpx.Client() as client:
                    client.post("http://a", json=row)
        """,
        ["client: Make the session once, before the loop in line 4"],
    ),
    "a connection for each call of a helper": (
        """\
        import sqlite3

        def main(rows):
            for row in rows:
                store(row)

        def store(row):
            db = sqlite3.connect("a.db")
            db.execute("INSERT INTO t VALUES (?)", (row,))
            db.close()
        """,
        ["client: Make the database connection once, and hand it to m.store, which is called per row"],
    ),
    "a commit for each row, in a branch": (
        """\
        import sqlite3

        def main(rows, db: sqlite3.Connection):
            for row in rows:
                if row.is_new:
                    db.execute(f"INSERT INTO {row.table} VALUES (1)")
                    db.commit()
        """,
        ["commit: Call sqlite3.Connection.commit once, after the loop in line 4"],
    ),
    "a commit for each row, in a helper": (
        """\
        import sqlite3

        def main(rows, db: sqlite3.Connection):
            for row in rows:
                store(db, row)

        def store(db: sqlite3.Connection, row):
            db.execute(f"INSERT INTO {row.table} VALUES (1)")
            db.commit()
        """,
        ["commit: Call sqlite3.Connection.commit once, after the loop in line 4 of m.main"],
    ),
    "a session and a commit for each row": (
        """\
        from sqlalchemy import create_engine
        from sqlalchemy.orm import sessionmaker

        Session = sessionmaker(create_engine("sqlite://"))

        def main(rows):
            for row in rows:
                with Session() as session:
                    session.add(row)
                    session.commit()
        """,
        ["commit: Call sqlalchemy.orm.Session.commit once, after the loop in line 7, of one Session for all rounds"],
    ),
    "a query of SQLAlchemy's for each row": (
        """\
        from sqlalchemy import select
        from sqlalchemy.orm import Session

        def main(session: Session, names, Row):
            return [session.scalar(select(Row).where(Row.name == name)) for name in names]
        """,
        [
            "bulk: Use select().where(....in_(...)), before the loop, for all at once, "
            "in place of sqlalchemy.orm.Session.scalar per name"
        ],
    ),
    "awaits for each item": (
        """\
        import httpx

        client = httpx.AsyncClient()

        async def main(skus):
            found = {}
            for sku in skus:
                found[sku] = await price(sku)
            return found

        async def price(sku):
            answer = await client.get(f"http://prices/{sku}")
            return answer.json()
        """,
        ["concurrent: Run m.price several at a time, not one after the other, with asyncio.gather"],
    ),
    "a slow parser": (
        """\
        import yaml

        def main(pages):
            return [yaml.safe_load(page.head) for page in pages]
        """,
        ["parser: Use yaml.load(..., Loader=yaml.CSafeLoader) in place of yaml.safe_load"],
    ),
    "a slow loader": (
        """\
        import yaml

        def main(pages):
            return [yaml.load(page.head, Loader=yaml.SafeLoader) for page in pages]
        """,
        ["parser: Use yaml.load(..., Loader=yaml.CSafeLoader), or the C form of its loader, in place of yaml.load"],
    ),
    "a slow writer": (
        """\
        import yaml

        def main(pages):
            return [yaml.safe_dump(page.head) for page in pages]
        """,
        ["parser: Use yaml.dump(..., Dumper=yaml.CSafeDumper) in place of yaml.safe_dump"],
    ),
    "a slow loader of several documents": (
        """\
        import yaml

        def main(paths):
            found = []
            for path in paths:
                with open(path) as stream:
                    for document in yaml.safe_load_all(stream):
                        found.append(document["kind"])
            return found
        """,
        ["parser: Use yaml.load_all(..., Loader=yaml.CSafeLoader) in place of yaml.safe_load_all"],
    ),
    "a table beside its module, read by the resources of its package": (
        """\
        import csv
        from importlib import resources

        def zone(country):
            with resources.files("shop").joinpath("zones.csv").open(newline="") as stream:
                zones = {row["country"]: row["zone"] for row in csv.DictReader(stream)}
            return zones.get(country, "world")

        def main(parcels):
            return [zone(parcel.country) for parcel in parcels]
        """,
        ["cache: Keep what csv.DictReader gives in m.zone"],
    ),
    "a connection by a variable of the environment, in a context manager": (
        """\
        import os
        import psycopg2
        from contextlib import contextmanager

        @contextmanager
        def cursor():
            connection = psycopg2.connect(os.environ["DATABASE_URL"])
            try:
                with connection.cursor() as made:
                    yield made
                connection.commit()
            finally:
                connection.close()

        def main(rows):
            for key, slug in rows:
                with cursor() as asked:
                    asked.execute("UPDATE item SET slug = upper(%s) WHERE id = %s", (slug, key))
        """,
        ["client: Make the database connection once, and hand it to m.cursor, which is called per row"],
    ),
    "a journal that a method opens, of one object": (
        """\
        from pathlib import Path

        class Journal:
            def __init__(self, path: Path):
                self.path = path

            def write(self, event):
                with self.path.open("a") as stream:
                    stream.write(f"{event}\\n")

        def main(events, path: Path):
            journal = Journal(path)
            for event in events:
                if event:
                    journal.write(event)
        """,
        ["open: Open the file of pathlib.Path.open once, around the loop in line 13 of m.main"],
    ),
    "requests whose name a later list uses for its own element": (
        """\
        import requests

        def status(session, url):
            try:
                return url, session.head(url).status_code
            except requests.RequestException as error:
                return url, str(error)

        def main(urls):
            session = requests.Session()
            results = []
            for url in urls:
                results.append(status(session, url))
            return [url for url, why in results if why != 200]
        """,
        ["concurrent: Run m.status several at a time, not one after the other, with a pool of threads"],
    ),
    "what git says, which only a switch shows": (
        """\
        import subprocess

        def main(target, changelog=False):
            lines = subprocess.run(["git", "log", f"-{len(target)}"], capture_output=True, text=True)
            print(target)
            if changelog:
                print(lines.stdout)
        """,
        ["lazy: Run subprocess.run only in the branch in line 6"],
    ),
    "a schema for each kind, which another function hands on": (
        """\
        import json
        import os

        HERE = os.path.dirname(__file__)

        def schema(name):
            path = os.path.join(HERE, "schemas", name + ".json")
            with open(path) as stream:
                return json.load(stream)

        def missing(document, kind):
            return [key for key in schema(kind)["required"] if key not in document]

        def main(documents):
            return {document["id"]: missing(document, document["kind"]) for document in documents}
        """,
        ["cache: Keep what json.load gives in m.schema, for each kind"],
    ),
    "one op of a function is the same in each call of it, and the rest is not": (
        """\
        import json

        def table(name, rows):
            with open("words.json") as stream:
                words = json.load(stream)
            return [words[name], *rows]

        def main(first, second):
            return [*table("first", first), *table("second", second)]
        """,
        ["cache: Keep what json.load gives in m.table"],
    ),
    "the revision in each request": (
        """\
        import subprocess
        from flask import Flask

        app = Flask(__name__)

        def revision():
            return subprocess.check_output(["git", "rev-parse", "HEAD"], text=True).strip()

        @app.route("/")
        def main():
            return revision()
        """,
        ["cache: Keep what subprocess.check_output gives in m.revision"],
    ),
    "a table beside the module in each request": (
        """\
        import json
        from pathlib import Path
        from flask import Flask

        app = Flask(__name__)
        HERE = Path(__file__).parent

        def countries():
            return json.loads((HERE / "countries.json").read_text())

        @app.route("/<code>")
        def main(code):
            return countries()[code]
        """,
        ["cache: Keep what pathlib.Path.read_text gives in m.countries"],
    ),
}

# source

LEFT_ALONE = {
    "what a lambda of the class body asks for": """\
        import requests

        class Rates:
            load = lambda self: requests.get("https://rates")

        def main():
            return Rates().load()
        """,
    "what a group of tasks waits for": """\
        import asyncio
        import httpx

        async def main(client: httpx.AsyncClient, names):
            async with asyncio.TaskGroup() as tasks:
                started = [tasks.create_task(client.get(name)) for name in names]
            return [task.result() for task in started]
        """,
    "what is gathered behind the loop": """\
        import asyncio
        import httpx

        async def main(client: httpx.AsyncClient, names):
            asked = []
            for name in names:
                asked.append(client.get(name))
            return await asyncio.gather(*asked)
        """,
    "commits of before a commit": """\
        import subprocess

        def main(version, verbose=False):
            commits = subprocess.check_output(["git", "log", "--oneline"], text=True)
            subprocess.run(["git", "commit", "-am", version], check=True)
            if verbose:
                print(commits)
        """,
    "what differs of before a file is written": """\
        import subprocess
        from pathlib import Path

        def main(version, verbose=False):
            before = subprocess.check_output(["git", "diff", "--stat"], text=True)
            Path("VERSION").write_text(version)
            if verbose:
                print(before)
        """,
    "a statement of which a part is needed at once": """\
        import json
        import logging
        from pathlib import Path

        log = logging.getLogger(__name__)
        seen = []

        def noted(row):
            seen.append(row)
            return row

        def main(folder: Path):
            history = [noted(json.loads(path.read_text())) for path in folder.glob("*.json")]
            if log.isEnabledFor(logging.DEBUG):
                log.debug("before: %s", history)
            return seen
        """,
    "one client in one run": """\
        import redis

        def main(rows):
            client = redis.Redis(host="here")
            client.set("rows", len(rows))
        """,
    "a document of its own for each, which another function hands on": """\
        import json

        def loaded(name):
            with open(name + ".json") as stream:
                return json.load(stream)

        def titled(name):
            return loaded(name)["title"]

        def main(documents):
            return [titled(document["id"]) for document in documents]
        """,
    "the revision, which its function keeps by a way of its own": """\
        import subprocess
        import sys
        from flask import Flask

        app = Flask(__name__)

        def revision():
            found = getattr(sys.modules[__name__], "_revision", None)
            if found:
                return found
            found = subprocess.check_output(["git", "rev-parse", "HEAD"], text=True).strip()
            sys.modules[__name__]._revision = found
            return found

        @app.route("/")
        def main():
            return revision()
        """,
    "a file that is read for each beside what takes a hundred times as long": """\
        import requests
        from pathlib import Path

        session = requests.Session()

        def frame():
            return Path("frame.html").read_text()

        def main(accounts):
            for account in accounts:
                found = session.get("https://api.example.org/accounts", params={"after": account.last}).json()
                account.last = found["last"]
                print(frame(), found)
        """,
    "requests of servers that each have an address of their own": """\
        import requests

        def main(hosts):
            for host in hosts:
                requests.post(f"{host.url}/events", timeout=3)
        """,
    "the same, by a method that is named": """\
        import requests

        def main(hosts):
            for host in hosts:
                requests.request("POST", f"{host.url}/events", timeout=3)
        """,
    "a text of next to nothing": """\
        import json

        END = "end"

        def text(rows):
            return "".join(rows) + json.dumps(END)

        def main(groups):
            return [text(rows) for rows in groups]
        """,
    "a program that may change something, which only a switch shows": """\
        import subprocess

        def main(target, verbose=False):
            done = subprocess.run(["git", "pull", target], capture_output=True, text=True)
            print(target)
            if verbose:
                print(done.stdout)
        """,
    "settings of a folder that an operator may edit, in each request": """\
        import json
        from pathlib import Path
        from flask import Flask

        app = Flask(__name__)

        def settings():
            return json.loads(Path("/etc/shop/settings.json").read_text())

        @app.route("/")
        def main():
            return settings()["title"]
        """,
    "journals of different objects": """\
        from pathlib import Path

        class Journal:
            def __init__(self, path: Path):
                self.path = path

            def write(self, event):
                with self.path.open("a") as stream:
                    stream.write(f"{event}\\n")

        def main(events, folder: Path):
            for event in events:
                journal = Journal(folder / event)
                journal.write(event)
        """,
    "a journal whose path is changed meanwhile": """\
        from pathlib import Path

        class Journal:
            def __init__(self, path: Path):
                self.path = path

            def write(self, event):
                with self.path.open("a") as stream:
                    stream.write(f"{event}\\n")

            def turn(self, path: Path):
                self.path = path

        def main(events, folder: Path):
            journal = Journal(folder)
            for event in events:
                journal.write(event)
                journal.turn(folder / event)
        """,
    "queries of one connection, which belongs to one thread": """\
        from django.shortcuts import get_object_or_404

        def main(key, other):
            order = get_object_or_404(Order, pk=key)
            customer = get_object_or_404(Customer, pk=other)
            return order, customer
        """,
    "a constant that is written as a text": """\
        import yaml
        from pathlib import Path

        def init(path):
            with path.open("w") as stream:
                stream.write(yaml.dump({"tasks": {}}))

        def main(paths):
            for path in paths:
                init(Path(path))
        """,
    "two calls of a client that blocks, in a coroutine": """\
        import boto3

        CLIENT = boto3.client("iam")

        async def main(name):
            role = CLIENT.get_role(RoleName=name)
            policies = CLIENT.list_attached_role_policies(RoleName=name)
            return role, policies
        """,
    "a configuration that is parsed where some folders have one": """\
        import os
        import yaml

        def main(root):
            found = {}
            for folder, _, names in os.walk(root):
                if "config.yaml" in names:
                    with open(os.path.join(folder, "config.yaml")) as stream:
                        found.update(yaml.safe_load(stream))
            return found
        """,
    "a file that a method reads, and another method writes": """\
        import json

        class Meta:
            def __init__(self, path):
                self.path = path

            def get(self):
                with open(self.path) as stream:
                    return json.load(stream)

            def put(self, found):
                with open(self.path, "w") as stream:
                    json.dump(found, stream)

        def name(meta, row):
            return meta.get()[row]

        def main(rows):
            meta = Meta("meta.json")
            return [name(meta, row) for row in rows]
        """,
    "a loader that is the class of an object of the source": """\
        import yaml

        class Loader(yaml.SafeLoader):
            def include(self, names):
                return [yaml.load(open(name), self.__class__) for name in names]

        def main(stream, names):
            return Loader(stream).include(names)
        """,
    "a list that a function fills in each call": """\
        import json
        from pathlib import Path

        def logs():
            rows = []
            for file in Path("x").glob("*.log"):
                with file.open() as stream:
                    rows.append({"name": file.name, "content": stream.readlines()})
            return json.dumps(rows)

        def main(names):
            return [logs() for name in names]
        """,
    "a connection that is made for others": """\
        import sqlite3

        def connect():
            return sqlite3.connect("a.db")

        def main(rows):
            return [connect() for row in rows]
        """,
    "a request on a condition, in a function that a loop calls": """\
        import requests

        def text(url):
            if url.startswith("https://share.example.org/"):
                return requests.get(url).text
            return ""

        def main(urls):
            while urls:
                print(text(urls.pop()))
        """,
    "awaits of which each needs what came before": """\
        import httpx

        async def price(client: httpx.AsyncClient, sku, so_far):
            return (await client.get(f"https://p.example.org/{sku}/{so_far}")).json()

        async def main(skus):
            total = 0
            async with httpx.AsyncClient() as client:
                for sku in skus:
                    total += await price(client, sku, total)
            return total
        """,
    "where a path leads to, asked twice": """\
        from pathlib import Path

        def main(path: Path):
            print(path.resolve())
            return path.resolve()
        """,
    "a statement in a helper, and a question that may see what it wrote": """\
        import sqlite3

        def save(db: sqlite3.Connection, row):
            db.execute("INSERT INTO t VALUES (?)", (row,))

        def main(rows):
            db = sqlite3.connect("x.db")
            for row in rows:
                save(db, row)
                print(db.execute("SELECT count(*) FROM t").fetchone())
        """,
    "rows that are asked for until there are no more": """\
        import sqlite3

        def parent(db: sqlite3.Connection, key):
            return db.execute("SELECT parent FROM t WHERE id = ?", (key,)).fetchone()

        def main(keys):
            db = sqlite3.connect("x.db")
            for key in keys:
                keys.append(parent(db, key)[0])
        """,
    "rows that are found by more than one column": """\
        import sqlite3

        def main(keys):
            db = sqlite3.connect("x.db")
            return [db.execute("SELECT a FROM t WHERE b > ?", (key,)).fetchall() for key in keys]
        """,
    "a session of each row's own": """\
        import requests

        def main(rows):
            for row in rows:
                session = requests.Session()
                session.auth = (row.name, row.word)
                session.post("https://api.example.org/list", json={})
        """,
    "a session that is given away": """\
        import requests

        def main(rows):
            made = []
            for row in rows:
                session = requests.Session()
                session.post("https://api.example.org/list", json=row)
                made.append(session)
            return made
        """,
    "a template of each row's own": """\
        import jinja2

        def render(row):
            env = jinja2.Environment(loader=jinja2.FileSystemLoader("templates"))
            return env.get_template(row.name).render(row=row)

        def main(rows):
            return [render(row) for row in rows]
        """,
    "a log that a helper opens, and the loop reads": """\
        def note(text):
            with open("log.txt", "a", encoding="utf-8") as log:
                log.write(text)

        def main(rows):
            for row in rows:
                note(row.name)
                with open("log.txt") as log:
                    print(log.read())
        """,
    "a log of each row's own, that a helper opens": """\
        def note(row):
            with open(f"{row.name}.txt", "a", encoding="utf-8") as log:
                log.write(row.text)

        def main(rows):
            for row in rows:
                note(row)
        """,
    "a file that a method reads, by what another method changes": """\
        import json
        from pathlib import Path

        class Shop:
            def __init__(self, folder: Path):
                self.folder = folder

            def move(self, folder):
                self.folder = folder

            def rates(self):
                return json.loads((self.folder / "rates.json").read_text())

        def main(rows):
            shop = Shop(Path("data"))
            for row in rows:
                shop.move(row.folder)
                print(shop.rates())
        """,
    "a stream that a parser may read on in": """\
        import json

        def main(stream, names):
            return [json.load(stream)[name] for name in names]
        """,
    "a stream that was opened before the loop": """\
        import json

        def main(names):
            stream = open("codes.json")
            return [json.load(stream)[name] for name in names]
        """,
    "a table that is read anew since each round changes it": """\
        import json

        def main(names):
            found = []
            for name in names:
                with open("codes.json") as stream:
                    codes = json.load(stream)
                codes["name"] = name
                found.append(codes)
            return found
        """,
    "a tree of XML that is changed": """\
        import xml.etree.ElementTree as ET

        def main(names):
            for name in names:
                root = ET.parse("codes.xml").getroot()
                root.set("name", name)
                print(ET.tostring(root))
        """,
    "a process that is asked for more than what stays as it is": """\
        import subprocess

        def main(names):
            for name in names:
                print(name, subprocess.check_output(["git", "status"], text=True))
        """,
    "a file that some rounds need, and the others write": """\
        import json
        from pathlib import Path

        def main(rows):
            for row in rows:
                if row["foreign"]:
                    print(json.loads(Path("rates.json").read_text())["a"])
                else:
                    Path("rates.json").write_text(row["text"])
        """,
    "requests that a session makes": """\
        import requests

        def main(rows):
            session = requests.Session()
            for row in rows:
                session.post("http://a", json=row)
        """,
    "one request": """\
        import requests

        def main():
            return requests.get("http://a").text
        """,
    "a client of other credentials each time": """\
        import httpx

        def main(rows):
            for row in rows:
                with httpx.Client(auth=(row.name, row.word)) as client:
                    client.post("http://a", json=row.data)
        """,
    "a commit in a helper that says what it stored": """\
        import sqlite3, requests

        def main(rows, db: sqlite3.Connection, shop: requests.Session):
            for row in rows:
                store(db, row)
                shop.post("http://a", json=row.id)

        def store(db: sqlite3.Connection, row):
            db.execute(f"INSERT INTO {row.table} VALUES (1)")
            db.commit()
        """,
    "a commit of a connection that a branch takes": """\
        import sqlite3

        def main(rows):
            for row in rows:
                db = sqlite3.connect(row.path)
                db.execute(f"INSERT INTO {row.table} VALUES (1)")
                db.commit()
        """,
    "a query that needs no row of the loop": """\
        from sqlalchemy import select
        from sqlalchemy.orm import Session

        def main(session: Session, names, Row):
            for name in names:
                row = session.scalar(select(Row).where(Row.place > name))
                if row is not None:
                    return row
        """,
    "awaits of which one needs the last": """\
        import httpx

        client = httpx.AsyncClient()

        async def main(skus):
            last = ""
            for sku in skus:
                last = await price(sku, last)
            return last

        async def price(sku, last):
            answer = await client.get(f"http://prices/{sku}/{last}")
            return answer.json()
        """,
    "a process that does something each time": """\
        import subprocess

        def main(rows):
            return [(row, commit()) for row in rows]

        def commit():
            return subprocess.run(["git", "commit", "--amend", "--no-edit"], capture_output=True).stdout
        """,
    "the parser that is written in C": """\
        import yaml

        def main(pages):
            return [yaml.load(page.head, Loader=yaml.CSafeLoader) for page in pages]
        """,
    "the C form by another name": """\
        import yaml
        try:
            from yaml import CSafeLoader as SafeLoader
        except ImportError:
            from yaml import SafeLoader

        def main(pages):
            return [yaml.load(page.head, SafeLoader) for page in pages]
        """,
    "a loader that the program derives": """\
        import yaml

        class Loader(yaml.SafeLoader):
            pass

        def main(pages):
            return [yaml.load(page.head, Loader=Loader) for page in pages]
        """,
    "a loader that another module of the program derives": """\
        import yaml
        from shop.loaders import DatelessLoader

        def main(pages):
            return [yaml.load(page.head, Loader=DatelessLoader) for page in pages]
        """,
    "how old a file is, asked twice for each": """\
        import os

        def main(names):
            for name in names:
                os.utime("a", (os.stat(name).st_atime, os.stat(name).st_mtime))
        """,
    "an index that is read and written where it is too old": """\
        import json
        from pathlib import Path

        INDEX = Path("index.json")

        def main(names):
            return [index(name) for name in names]

        def index(name):
            found = json.loads(INDEX.read_text())
            if name not in found:
                found[name] = 1
                INDEX.write_text(json.dumps(found))
            return found[name]
        """,
    "YAML that is read in a recursion, which may be one round": """\
        import yaml

        def main(node):
            found = yaml.safe_load(node.text)
            for child in found:
                return main(child)
        """,
    "YAML that is read once, of a size that nobody knows": """\
        import yaml

        def main(text):
            return yaml.safe_load(text)
        """,
    "a file that is read and written in each round, by a path of the round": """\
        from pathlib import Path

        def main(rows):
            for row in rows:
                add(row)

        def add(row):
            path = Path(row.name)
            path.write_text(path.read_text() + row.text)
        """,
    "a loader of the program's own": """\
        import yaml

        class Loader(yaml.SafeLoader):
            pass

        def main(text):
            return Loader(text).get_single_data()
        """,
    "JSON of a size that nobody knows": """\
        import json

        def main(text):
            return json.loads(text)
        """,
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

        def main(rows, shop: requests.Session):
            db = sqlite3.connect("a.db")
            for row in rows:
                db.execute(f"INSERT INTO {row.table} VALUES (1)")
                db.commit()
                shop.post("http://a", json={"id": row.id})
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


PROPOSED |= MORE | BEHIND_CALLS | WITH_OTHERS


@pytest.mark.parametrize("case", PROPOSED)
def test_proposed(case: str, tmp_path: Path) -> None:
    source, expected = PROPOSED[case]
    assert told(source, tmp_path) == expected


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_left_alone(case: str, tmp_path: Path) -> None:
    assert told(LEFT_ALONE[case], tmp_path) == []


LATE = {
    "used by a function that the action does not reach": (
        "from app import tables",
        "def show():\n    return tables.ALL",
        True,
    ),
    "by its own name": ("import app.tables", "def show():\n    return app.tables.ALL", True),
    "used by the action": ("from app import tables", "def main():\n    return tables.ALL", False),
    "used where the module is loaded": ("from app import tables", "SHOWN = tables.ALL", False),
    "used in a class body": ("from app import tables", "class Shown:\n    rows = tables.ALL", False),
    "what others may import from here": (
        "from app import tables",
        "__all__ = ['tables']\n\ndef show():\n    return tables",
        False,
    ),
    "used by nobody: it may be there for what it does": ("from app import tables", "", False),
    "beside another that is needed at once": (
        "from app import tables, words",
        "KNOWN = words.ALL\n\ndef show():\n    return tables.ALL",
        True,
    ),
    "relative, beside another": ("from . import words, tables as t", "def show():\n    return t.ALL, words.ALL", True),
    "beside another, and needed at once itself": (
        "from app import tables, words",
        "KNOWN = tables.ALL\n\ndef show():\n    return words.ALL",
        False,
    ),
    "two names of the module, of which one is needed at once": (
        "from app.tables import ALL, Path",
        "HERE = Path('.')\n\ndef show():\n    return ALL",
        False,
    ),
    "two names of the module": ("from app.tables import ALL, Path", "def show():\n    return ALL, Path('.')", True),
}
"""What imports the module, what else stands there, and whether it is to be imported later."""


def at_start(folder: Path, tables: str, start: str, package: str = "") -> tuple[Proposal, ...]:
    """What is proposed of the imports of app.start, of which app.tables is one, and of those of the package."""
    app = folder / "app"
    app.mkdir()
    sources = {"__init__": package, "words": "ALL = []\n", "tables": tables, "start": start}
    for name, source in sources.items():
        (app / f"{name}.py").write_text(source, encoding="utf-8")
    config = default_config(folder)
    return proposals([trace(load(config), ActionConfig("main", ("app.start.main",), imports=True), config)])


def test_an_import_that_reads_nobody_knows_how_much(tmp_path: Path) -> None:
    tables = "import gzip\n\nwith gzip.open('words.gz', 'rt') as lines:\n    ALL = frozenset(lines)\n"
    start = "from app.tables import ALL\n\ndef main():\n    return 0\n\ndef show():\n    return ALL\n"
    (row,) = at_start(tmp_path, tables, start)
    assert row.candidate.kind == "late_import"


def test_an_import_of_the_package_around(tmp_path: Path) -> None:
    tables = "import matplotlib.pyplot as plt\n\ndef draw(rows):\n    plt.plot(rows)\n"
    (row,) = at_start(tmp_path, tables, "def main():\n    return 0\n", "from app.tables import draw\n")
    wanted = "late_import: Import matplotlib where it is used, not when app.tables is imported"
    assert f"{row.candidate.kind}: {row.candidate.title}" == wanted


def test_an_import_that_asks_for_next_to_nothing(tmp_path: Path) -> None:
    tables = "from pathlib import Path\n\nALL = [] if Path('all').exists() else None\n"
    start = "from app import tables\n\ndef main():\n    return 0\n\ndef show():\n    return tables.ALL\n"
    assert at_start(tmp_path, tables, start) == ()


COMMANDS = """\
import argparse

from app import tables, words


def add(options):
    words.ALL.append(options.word)


def show(options):
    print(tables.ALL)


def main(argv=None):
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    commands.add_parser("add").set_defaults(run=add)
    commands.add_parser("show").set_defaults(run=show)
    options = parser.parse_args(argv)
    options.run(options)
"""


CHOSEN = """\
def main(argv=None):
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("add")
    commands.add_parser("show")
    options = parser.parse_args(argv)
    if options.command == "add":
        add(options)
    elif options.command == "show":
        show(options)
"""

OPTION = """\
def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("word")
    parser.add_argument("--show", metavar="FILE")
    options = parser.parse_args(argv)
    add(options)
    if options.show:
        show(options)
"""


@pytest.mark.parametrize(
    ("start", "is_late"),
    [
        (COMMANDS, True),
        # each command needs it
        (COMMANDS.replace("words.ALL.append(options.word)", "print(tables.ALL)"), False),
        # only what is off by default needs it
        (COMMANDS.partition("def main")[0] + OPTION, True),
        (COMMANDS.partition("def main")[0] + OPTION.replace("if options.show:", "if not options.show:"), False),
        # one arm of several
        (COMMANDS.partition("def main")[0] + CHOSEN, True),
        (COMMANDS.partition("def main")[0] + CHOSEN.replace("        add(options)", "        show(options)"), False),
        # it is needed whichever it is
        (COMMANDS.replace("    options.run(options)", "    options.all = tables.ALL\n    options.run(options)"), False),
    ],
)
def test_an_import_that_one_of_several_commands_needs(start: str, is_late: bool, tmp_path: Path) -> None:
    tables = "from pathlib import Path\n\nALL = [path.read_text() for path in Path('all').glob('*.json')]\n"
    assert [row.candidate.kind for row in at_start(tmp_path, tables, start)] == ["late_import"] * is_late


@pytest.mark.parametrize("case", LATE)
def test_an_import_that_start_up_does_not_need(case: str, tmp_path: Path) -> None:
    imports, body, is_late = LATE[case]
    tables = "from pathlib import Path\n\nALL = [path.read_text() for path in Path('all').glob('*.json')]\n"
    main = "" if "def main" in body else "def main():\n    return 0\n"
    found = at_start(tmp_path, tables, f"{imports}\n\n{main}\n{body}\n")
    wanted = "late_import: Import app.tables where it is used, not when app.start is imported"
    assert [f"{row.candidate.kind}: {row.candidate.title}" for row in found] == ([wanted] if is_late else [])


def test_what_an_import_loops_over_is_not_as_long_as_what_users_have(tmp_path: Path) -> None:
    tables = """\
from pathlib import Path

ALL = {}
place = Path.cwd()
while place.name:
    ALL[place] = [path.read_text() for path in place.glob("*.json")]
    place = place.parent
"""
    start = "from app import tables\n\ndef main():\n    return 0\n\ndef show():\n    return tables.ALL\n"
    (row,) = at_start(tmp_path, tables, start)
    assert (row.candidate.kind, row.candidate.felt) == ("late_import", row.candidate.saving)
    assert "counts" not in savings_text(row)
