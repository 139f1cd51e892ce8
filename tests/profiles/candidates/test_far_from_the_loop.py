"""Candidates whose work lies in helpers, generators and comprehensions, not in the body of the loop that repeats it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.profiles.candidates.told import told

PROPOSED = {
    "two awaits of the same method": (
        """\
        import httpx

        async def asked(client: httpx.AsyncClient, path: str):
            return (await client.get(f"https://api.example.org/{path}")).json()

        async def main(isbn: str):
            async with httpx.AsyncClient() as client:
                authors = await asked(client, "authors")
                places = await asked(client, "places")
                return authors, places
        """,
        ["concurrent: Run 2 independent steps at the same time (asyncio.gather)"],
    ),
    "two awaits in what is returned": (
        """\
        import httpx

        async def asked(client: httpx.AsyncClient, path: str):
            return (await client.get(f"https://api.example.org/{path}")).json()

        async def main(isbn: str):
            async with httpx.AsyncClient() as client:
                return {"authors": await asked(client, "authors"), "places": await asked(client, "places")}
        """,
        ["concurrent: Run 2 independent steps at the same time (asyncio.gather)"],
    ),
    "requests of a generator, all of which is taken": (
        """\
        import requests

        session = requests.Session()

        def images(books):
            for book in books:
                yield book, session.get(f"https://covers.example.org/{book.isbn}.jpg").content

        def main(books):
            return {book.isbn: len(image) for book, image in images(books)}
        """,
        ["concurrent: Run requests.Session.get several at a time, not one after the other, with a pool of threads"],
    ),
    "what is asked for is written to a file of its own": (
        """\
        import requests
        from pathlib import Path

        session = requests.Session()

        def main(books):
            for book in books:
                answer = session.get(f"https://covers.example.org/{book.isbn}.jpg")
                Path(f"{book.isbn}.jpg").write_bytes(answer.content)
        """,
        ["concurrent: Run requests.Session.get several at a time, not one after the other, with a pool of threads"],
    ),
    "a session that a helper makes in each call": (
        """\
        import requests

        def connected():
            session = requests.Session()
            session.headers["Accept"] = "image/jpeg"
            return session

        def main(books):
            for book in books:
                connected().post("https://covers.example.org", json={"isbn": book.isbn})
        """,
        ["client: Make the session once, in m.connected, not in each call of it"],
    ),
    "a session that a helper makes in each call, for two requests": (
        """\
        import requests

        def connected():
            return requests.Session()

        def main(books):
            for book in books:
                asked(book)

        def asked(book):
            session = connected()
            session.post("https://covers.example.org/a", json={"isbn": book.isbn})
            session.post("https://covers.example.org/b", json={"isbn": book.isbn})
        """,
        ["client: Make the session once, in m.connected, not in each call of it"],
    ),
    "a client that a helper makes in each call": (
        """\
        import boto3

        def bucket():
            \"\"\"What parcels go to.\"\"\"
            return boto3.client("s3")

        def main(names):
            for name in names:
                bucket().upload_file(name, "parcels", name)
        """,
        ["client: Make the boto3 client once, when its module is loaded, not in each call of m.bucket"],
    ),
    "a connection that a helper makes, for a function that a loop calls": (
        """\
        import smtplib

        def connect():
            server = smtplib.SMTP("mail.example.org")
            server.starttls()
            return server

        def send(to, text):
            server = connect()
            server.sendmail("me@example.org", to, text)
            server.quit()

        def main(people):
            for person in people:
                send(person.mail, "hello")
        """,
        ["client: Make the connection once, and hand it to m.send, which is called per person"],
    ),
    "a connection that a helper makes, in a loop": (
        """\
        import smtplib

        def connect():
            return smtplib.SMTP("mail.example.org")

        def main(people):
            for person in people:
                server = connect()
                server.sendmail("me@example.org", person.mail, "hello")
                server.quit()
        """,
        ["client: Make the connection once, before the loop in line 7"],
    ),
    "requests of some elements": (
        """\
        import requests

        session = requests.Session()

        def main(rows):
            return [session.get(f"https://api.example.org/{row.id}").json() for row in rows if row.active]
        """,
        ["concurrent: Run requests.Session.get several at a time, not one after the other, with a pool of threads"],
    ),
    "a commit at the end of a function that another calls last": (
        """\
        import sqlite3

        def save(db: sqlite3.Connection):
            db.commit()

        def add(db: sqlite3.Connection, row: str):
            db.execute("INSERT INTO t VALUES (upper(?))", (row,))
            save(db)

        def main(rows):
            db = sqlite3.connect("a.db")
            for row in rows:
                add(db, row)
        """,
        ["commit: Call sqlite3.Connection.commit once, after the loop in line 12 of m.main"],
    ),
    "a connection that closing() closes": (
        """\
        import sqlite3
        from contextlib import closing

        def main(rows):
            for row in rows:
                with closing(sqlite3.connect("a.db")) as db:
                    db.execute("PRAGMA user_version").fetchone()
        """,
        ["client: Make the database connection once, before the loop in line 5"],
    ),
    "an environment whose loader is given a folder of the object": (
        """\
        from jinja2 import Environment, FileSystemLoader

        class Site:
            def __init__(self, folder):
                self.folder = folder

            def page(self, row):
                env = Environment(loader=FileSystemLoader(self.folder))
                return env.get_template("page.html").render(title=row.title)

        def main(rows):
            site = Site("templates")
            return [site.page(row) for row in rows]
        """,
        ["client: Make the environment once, and hand it to m.Site.page, which is called per row"],
    ),
    "a row that a method asks for by what its query is put together of": (
        """\
        from sqlalchemy import Column, Integer, String, create_engine
        from sqlalchemy.orm import Session, declarative_base

        Base = declarative_base()

        class User(Base):
            __tablename__ = "users"
            id = Column(Integer, primary_key=True)
            email = Column(String(200))

        class Users:
            def __init__(self, session):
                self.session = session

            def by_email(self, email):
                return self.session.query(User).filter_by(email=email.lower()).first()

        def main(emails):
            users = Users(Session(create_engine("sqlite://")))
            return [users.by_email(email) for email in emails]
        """,
        [
            "bulk: Use filter(....in_(...)), before the loop, for all at once, in place of sqlalchemy.orm.Query.first "
            "per email"
        ],
    ),
    "a log that is opened for each of what a file has": (
        """\
        class Trail:
            def __init__(self, path):
                self.path = path

            def note(self, text):
                with open(self.path, "a") as out:
                    out.write(text)

        def rows(path):
            with open(path) as stream:
                for line in stream:
                    yield line.strip()

        def main(path, log):
            trail = Trail(log)
            for row in rows(path):
                trail.note(row)
        """,
        ["open: Open the file of builtins.open once, around the loop in line 16 of m.main"],
    ),
    "a log that a method of a part of an object opens": (
        """\
        from pathlib import Path

        class Trail:
            def __init__(self, path: Path):
                self.path = path

            def note(self, text):
                with self.path.open("a") as out:
                    out.write(text)

        class Groups:
            def __init__(self, trail: Trail):
                self.trail = trail

            def change(self, name):
                self.trail.note(name)

        def main(names, path):
            groups = Groups(Trail(Path(path)))
            for name in names:
                groups.change(name)
        """,
        ["open: Open the file of pathlib.Path.open once, around the loop in line 20 of m.main"],
    ),
    "an archive that is opened for each of its members": (
        """\
        import zipfile

        class Bundle:
            def __init__(self, path):
                self.path = path

            def text(self, name):
                with zipfile.ZipFile(self.path) as archive:
                    return archive.read(name)

        def main(path, names):
            bundle = Bundle(path)
            return [len(bundle.text(name)) for name in names]
        """,
        ["client: Make the archive once, and hand it to m.Bundle.text, which is called per name"],
    ),
    "a client by what the body of a class says": (
        """\
        import httpx

        class Delivery:
            timeout = 5.0

            def send(self, url, body):
                with httpx.Client(timeout=self.timeout) as client:
                    return client.post(url, content=body).status_code

        def main(urls, body):
            delivery = Delivery()
            return sum(delivery.send(url, body) for url in urls)
        """,
        ["client: Make the session once, and hand it to m.Delivery.send, which is called per url"],
    ),
    "a file of each language, or another where there is none": (
        """\
        import json
        import os

        class Texts:
            fallback = "en"

            def __init__(self, folder: str):
                self.folder = folder

            def table(self, language: str):
                path = os.path.join(self.folder, f"{language}.json")
                if not os.path.exists(path):
                    path = os.path.join(self.folder, f"{self.fallback}.json")
                with open(path) as stream:
                    return json.load(stream)

        def main(folder, readers):
            texts = Texts(folder)
            return [texts.table(reader.language)["subject"] for reader in readers]
        """,
        ["cache: Keep what json.load gives in m.Texts.table, for each m.Texts, for each language"],
    ),
    "a file that two objects of one path read, before another is written": (
        """\
        import tomllib
        from pathlib import Path

        def table(root: Path):
            with (root / "a.toml").open("rb") as stream:
                return tomllib.load(stream)

        class Checker:
            def __init__(self, root: Path):
                self.root = root

            def name(self):
                return table(self.root)["name"]

        class Builder:
            def __init__(self, root: Path):
                self.root = root

            def build(self):
                text = table(self.root)["text"]
                (self.root / "out").write_text(text)

        def main(argv):
            root = Path(argv[1] if argv else ".")
            print(Checker(root).name())
            Builder(root).build()
        """,
        ["keep: Call m.table once, and pass on what it gives"],
    ),
    "what a decorator parses, and what it wraps": (
        """\
        import functools
        import json

        def signed(handler):
            @functools.wraps(handler)
            def wrapper(event):
                if not json.loads(event["body"]).get("key"):
                    return None
                return handler(event)
            return wrapper

        class Store:
            def __init__(self):
                self.rows = {}

            def save(self, row):
                self.rows[row["id"]] = row

        store = Store()

        @signed
        def main(event):
            store.save(json.loads(event["body"]))
        """,
        ["keep: Run json.loads once for one value in m.main, and pass on what it gives"],
    ),
    "hosts that a process asks, one after the other": (
        """\
        import subprocess

        class Probe:
            def ping(self, host):
                return subprocess.run(["ping", "-c", "1", host], capture_output=True).returncode == 0

        def main(hosts):
            probe = Probe()
            return [probe.ping(host) for host in hosts]
        """,
        ["concurrent: Run m.Probe.ping several at a time, not one after the other, with a pool of threads"],
    ),
    "awaits of methods that come to one request": (
        """\
        import httpx

        class Upstream:
            def __init__(self, client: httpx.AsyncClient):
                self.client = client

            async def asked(self, path):
                return (await self.client.get(f"https://api.example.org/{path}")).json()

            async def weather(self, city):
                return await self.asked(f"weather/{city}")

            async def inbox(self, user):
                return await self.asked(f"inbox/{user}")

        async def main(user, city):
            async with httpx.AsyncClient() as client:
                upstream = Upstream(client)
                return {"weather": await upstream.weather(city), "inbox": await upstream.inbox(user)}
        """,
        ["concurrent: Run 2 independent steps at the same time (asyncio.gather)"],
    ),
    "a text that is read for each file that is written to another folder": (
        """\
        from pathlib import Path
        from string import Template

        class Writer:
            def __init__(self, texts: Path, out: Path):
                self.texts = texts
                self.out = out

            def put(self, name):
                template = Template((self.texts / "letter.txt").read_text())
                target = self.out / f"{name}.txt"
                target.write_text(template.substitute(name=name))

        def main(names, root: Path):
            writer = Writer(root / "texts", root / "out")
            for name in names:
                writer.put(name)
        """,
        ["cache: Keep what pathlib.Path.read_text gives in m.Writer.put, for each m.Writer"],
    ),
    "documents that are dumped to a stream each": (
        """\
        import yaml
        from pathlib import Path

        def main(rows, folder: Path):
            for row in rows:
                with (folder / row["name"]).open("w") as stream:
                    yaml.safe_dump(row, stream)
        """,
        ["parser: Use yaml.dump(..., Dumper=yaml.CSafeDumper) in place of yaml.safe_dump"],
    ),
    "a version that a process says, which is waited for": (
        """\
        import subprocess

        def version():
            process = subprocess.Popen(["git", "describe"], stdout=subprocess.PIPE)
            if process.wait() != 0:
                raise OSError("no version")
            return process.stdout.read().strip().decode()

        def main(out):
            print(version())
            out.write(version())
        """,
        ["cache: Keep what subprocess.Popen gives in m.version"],
    ),
    "a set of the lines of a file, for each page": (
        """\
        from pathlib import Path

        HERE = Path(__file__).parent

        def words(name="english"):
            with open(HERE / f"{name}.txt") as lines:
                return {line.strip() for line in lines}

        def terms(text):
            known = words()
            for word in text.split():
                if word not in known:
                    yield word

        def main(texts):
            return [list(terms(text)) for text in texts]
        """,
        ["cache: Keep what builtins.open gives in m.words"],
    ),
    "what git says of commits, before a file is written": (
        """\
        import subprocess
        from pathlib import Path

        import click

        def changes(since):
            return subprocess.run(["git", "log", f"{since}..HEAD"], capture_output=True, text=True).stdout

        @click.command()
        @click.option("--show", is_flag=True)
        def main(show):
            found = changes("v1")
            Path("VERSION").write_text("2")
            if show:
                click.echo(found)
        """,
        ["lazy: Run m.changes only in the branch in line 14"],
    ),
    "a file by a default that a branch gives": (
        """\
        import yaml
        from pathlib import Path

        BUNDLED = Path(__file__).parent / "all.yml"

        def read(path):
            with Path(path).open() as stream:
                return yaml.load(stream, Loader=yaml.CSafeLoader)

        def of_service(name, path=None):
            if not path:
                path = BUNDLED
            return read(path)[name]

        def main(names):
            return [of_service(name) for name in names]
        """,
        ["cache: Keep what yaml.load gives in m.read"],
    ),
    "keys that a coroutine sets": (
        """\
        import redis.asyncio as redis

        client = redis.Redis()

        async def main(users):
            for user in users:
                await client.setex(user, 60, "here")
        """,
        ["bulk: Use a pipeline (redis.Redis.pipeline) for all at once, in place of redis.asyncio.Redis.setex per user"],
    ),
}

LEFT_ALONE = {
    "a process that is given something to read": """\
        import subprocess

        def version(text):
            process = subprocess.Popen(["git", "config", "--list"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            return process.communicate(text)[0]

        def main(out):
            print(version(b"a"))
            out.write(version(b"b"))
        """,
    "a list of the lines of a file, which is changed": """\
        def words(name):
            with open(f"/etc/{name}.txt") as lines:
                return [line.strip() for line in lines]

        def main(rows):
            for row in rows:
                found = words("english")
                found.append(row)
                print(found)
        """,
    "hosts on which a process does something": """\
        import subprocess

        def restart(host):
            return subprocess.run(["ssh", host, "reboot"]).returncode

        def main(hosts):
            return [restart(host) for host in hosts]
        """,
    "a text that is read from the folder that is written to": """\
        from pathlib import Path
        from string import Template

        class Writer:
            def __init__(self, out: Path):
                self.out = out

            def put(self, name):
                template = Template((self.out / "letter.txt").read_text())
                target = self.out / f"{name}.txt"
                target.write_text(template.substitute(name=name))

        def main(names, root: Path):
            writer = Writer(root / "out")
            for name in names:
                writer.put(name)
        """,
    "documents that a dumper of its own writes": """\
        import yaml

        class Dumper(yaml.SafeDumper):
            pass

        def main(rows, stream):
            for row in rows:
                yaml.dump(row, stream, Dumper)
        """,
    "a client that a class below makes otherwise": """\
        import httpx

        class Delivery:
            timeout = 5.0

            def send(self, url, body):
                with httpx.Client(timeout=self.timeout) as client:
                    return client.post(url, content=body).status_code

        class Slow(Delivery):
            timeout = 50.0

        def main(urls, body):
            return sum(Slow().send(url, body) + Delivery().send(url, body) for url in urls)
        """,
    "the same class below, by another name": """\
        import httpx

        class Delivery:
            timeout = 5.0

            def send(self, url, body):
                with httpx.Client(timeout=self.timeout) as client:
                    return client.post(url, content=body).status_code

        Base = Delivery

        class Slow(Base):
            timeout = 50.0

        def main(urls, body):
            return sum(Slow().send(url, body) + Delivery().send(url, body) for url in urls)
        """,
    "an archive that is written to": """\
        import zipfile

        def put(path, name):
            with zipfile.ZipFile(path, "a") as archive:
                archive.writestr(name, name)

        def main(names):
            for name in names:
                put("a.zip", name)
        """,
    "a file that is written between its two readers": """\
        import tomllib
        from pathlib import Path

        def table(root: Path):
            with (root / "a.toml").open("rb") as stream:
                return tomllib.load(stream)

        class Builder:
            def __init__(self, root: Path):
                self.root = root

            def build(self):
                (self.root / "a.toml").write_text("name = 1")
                return table(self.root)["text"]

        def main(root: Path):
            print(table(root)["name"])
            print(Builder(root).build())
        """,
    "a file that a generator writes while it is read": """\
        import tomllib
        from pathlib import Path

        def table(root: Path):
            with (root / "a.toml").open("rb") as stream:
                return tomllib.load(stream)

        def written(root: Path):
            for name in "ab":
                yield name
                (root / "a.toml").write_text("name = 1")

        def main(root: Path):
            print(table(root)["name"])
            names = written(root)
            print(next(names), next(names))
            print(table(root)["name"])
        """,
    "what is parsed again after it was put elsewhere": """\
        import json

        def first(event):
            return json.loads(event["body"])

        def second(event):
            return json.loads(event["body"])

        def main(event):
            found = first(event)
            event["body"] = json.dumps(found)
            return second(event)
        """,
    "a statement whose error says of which row it is": """\
        import sqlite3

        def add(db: sqlite3.Connection, name):
            try:
                db.execute("INSERT INTO t VALUES (?)", (name,))
            except sqlite3.IntegrityError as error:
                raise ValueError(name) from error

        def main(names):
            db = sqlite3.connect("a.db")
            for name in names:
                add(db, name)
        """,
    "a connection that a helper makes of what it is given": """\
        import smtplib

        def connect(server):
            return smtplib.SMTP(server)

        def main(people):
            for person in people:
                server = connect(person.server)
                server.sendmail("me@example.org", person.mail, "hello")
                server.quit()
        """,
    "a text of a dict that a function is given, which is no key of a cache": """\
        import json

        def header(rows):
            return json.dumps(rows)

        def main(pages):
            given = {"a": 1}
            return [header(given if page else {}) for page in pages]
        """,
    "a database in memory, which begins empty": """\
        import sqlite3

        def shape(rows):
            db = sqlite3.connect(":memory:")
            db.execute("CREATE TABLE t (a)")
            db.executemany("INSERT INTO t VALUES (?)", rows)
            return db.execute("SELECT sql FROM sqlite_master").fetchone()

        def main(tables):
            return [shape(rows) for rows in tables]
        """,
    "awaits in one expression of which the first changes something": """\
        import httpx

        async def kept(client: httpx.AsyncClient, path: str):
            await client.post(f"https://api.example.org/{path}")

        async def main(isbn: str):
            async with httpx.AsyncClient() as client:
                return {"kept": await kept(client, "authors"), "now": await kept(client, "places")}
        """,
    "a generator that is left at the first that fits": """\
        import requests

        session = requests.Session()

        def images(books):
            for book in books:
                yield session.get(f"https://covers.example.org/{book.isbn}.jpg").content

        def main(books):
            for image in images(books):
                if len(image) > 100:
                    return image
        """,
    "a generator whose consumer tells the other side": """\
        import requests

        session = requests.Session()

        def rows(books):
            for book in books:
                yield session.get(f"https://shop.example.org/{book.isbn}").json()

        def main(books):
            for row in rows(books):
                session.post("https://shop.example.org/seen", json=row)
        """,
    "what is asked for only where its file is not there": """\
        import requests
        from pathlib import Path

        session = requests.Session()

        def main(books):
            for book in books:
                if Path(f"{book.kind}.jpg").exists():
                    continue
                answer = session.get(f"https://covers.example.org/{book.kind}.jpg")
                Path(f"{book.kind}.jpg").write_bytes(answer.content)
        """,
    "a request that is made of a file which the loop writes": """\
        import requests
        from pathlib import Path

        session = requests.Session()

        def main(books):
            for book in books:
                answer = session.get(f"https://covers.example.org/{book.isbn}", data=Path("last").read_bytes())
                Path("last").write_bytes(answer.content)
        """,
    "a session of what the helper is given": """\
        import requests

        def connected(word):
            session = requests.Session()
            session.auth = ("me", word)
            return session

        def main(books):
            for book in books:
                connected(book.word).post("https://covers.example.org", json={"isbn": book.isbn})
        """,
    "a commit that is not what the function does last": """\
        import sqlite3
        import requests

        def save(db: sqlite3.Connection):
            db.commit()

        def add(db: sqlite3.Connection, row: str):
            db.execute("INSERT INTO t VALUES (upper(?))", (row,))
            save(db)
            requests.post("https://api.example.org/done")

        def main(rows):
            db = sqlite3.connect("a.db")
            for number in range(3):
                add(db, rows[number])
        """,
}


@pytest.mark.parametrize("case", PROPOSED)
def test_proposed(case: str, tmp_path: Path) -> None:
    source, expected = PROPOSED[case]
    assert told(source, tmp_path) == expected


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_left_alone(case: str, tmp_path: Path) -> None:
    assert told(LEFT_ALONE[case], tmp_path) == []
