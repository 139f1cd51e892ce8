"""What happens between two runs of a function, or beside them: nothing is kept or shared that this may change."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.profiles.candidates.told import told

MAILER = """\
import smtplib

class Mailer:
    def __init__(self, host, user, word):
        self.host = host
        self.user = user
        self.word = word

    def send(self, text):
        server = smtplib.SMTP(self.host)
        server.starttls()
        server.login(self.user, self.word)
        server.sendmail(self.user, [self.user], text)
        server.quit()

"""

# source, kinds and titles

PROPOSED = {
    "a file that is parsed twice, by a parser that is kept elsewhere": (
        """\
        from pathlib import Path
        import yaml
        def main(path):
            return settings(path)["a"], settings(path)["b"]
        def settings(path):
            return yaml.load(Path(path).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        """,
        ["keep: Call m.settings once, and pass on what it gives"],
    ),
    "requests of several threads": (
        """\
        import requests
        from concurrent.futures import ThreadPoolExecutor
        def fetch(url):
            return requests.get(url, timeout=5).text
        def main(urls):
            with ThreadPoolExecutor(8) as pool:
                return list(pool.map(fetch, urls))
        """,
        [
            "client: Ask by one requests.Session for each thread, in place of requests.get, "
            "which opens a connection per url"
        ],
    ),
    "a file that is read in each round": (
        """\
        import json
        def state():
            with open("state.json") as stream:
                return json.load(stream)
        def main(names):
            for name in names:
                print(state()[name])
        """,
        ['hoist: Call m.state once, before the loop in line 6'],
    ),
    "a session that is given the same each time": (
        """\
        import requests
        def main(rows):
            for row in rows:
                with requests.Session() as session:
                    print(session.get("https://a.example/a").text, session.get("https://a.example/b").text)
        """,
        ['client: Make the session once, before the loop in line 3'],
    ),
    "a connection of one user, who is a constant": (
        """\
        import smtplib
        def main(rows):
            for row in rows:
                server = smtplib.SMTP("mail.example")
                server.login(USER, WORD)
                server.sendmail("a", row, "c")
        USER = WORD = "a"
        """,
        ['client: Make the connection once, before the loop in line 3'],
    ),
    "a connection of the user that one object has": (
        MAILER + "def main(rows):\n    mailer = Mailer('mail.example', 'a', 'b')\n    for row in rows:\n"
        "        mailer.send(row)\n",
        ["client: Make the connection once, and hand it to m.Mailer.send, which is called per row"],
    ),
}  # fmt: skip

# source

LEFT_ALONE = {
    "a connection of the user that each object has": MAILER
    + "def main(rows):\n    for row in rows:\n        Mailer('mail.example', row.user, row.word).send('a')\n",
    "a file is read after a process that may write it": """\
        import json, subprocess
        def state():
            with open("state.json") as stream:
                return json.load(stream)
        def main(names):
            for name in names:
                subprocess.run(["make", name])
                print(state()["done"])
        """,
    "a file is read until it says something else": """\
        import json, time
        def state():
            with open("state.json") as stream:
                return json.load(stream)
        def main():
            while not state()["done"]:
                time.sleep(1)
        """,
    "a file is read before and after a while": """\
        import json, time
        def state():
            with open("state.json") as stream:
                return json.load(stream)
        def main():
            before = state()
            time.sleep(10)
            after = state()
            return before, after
        """,
    "a file is read before and after a person is asked": """\
        import json
        def state():
            with open("state.json") as stream:
                return json.load(stream)
        def main():
            before = state()
            input("edit the file, then press enter")
            after = state()
            return before, after
        """,
    "a file is read before and after an editor": """\
        import json, click
        def state():
            with open("state.json") as stream:
                return json.load(stream)
        def main():
            before = state()
            click.edit(filename="state.json")
            after = state()
            return before, after
        """,
    "a file is read in one folder, and in another": """\
        import json, os
        def state():
            with open("state.json") as stream:
                return json.load(stream)
        def main(new):
            before = state()
            os.chdir(new)
            return before, state()
        """,
    "a file is read in each folder": """\
        import json, os
        def state():
            with open("state.json") as stream:
                return json.load(stream)
        def main(folders):
            for folder in folders:
                os.chdir(folder)
                print(state()["a"])
        """,
    "what is done again where it failed": """\
        import requests
        def main(urls, errors):
            for url in urls:
                answer = requests.Session().get(url)
                try:
                    reason = answer.json()["error"]
                except KeyError:
                    reason = answer.json()["message"]
                raise errors[answer.status_code](reason)
        """,
    "a text of constants": """\
        import json
        def main(rows):
            for row in rows:
                row["preview"] = json.dumps(None)
        """,
    "a connection in each of several threads": """\
        import sqlite3
        from concurrent.futures import ThreadPoolExecutor
        def fetch(name):
            db = sqlite3.connect("a.db")
            return db.execute("SELECT v FROM t WHERE n = ?", (name,)).fetchone()
        def main(names):
            with ThreadPoolExecutor(8) as pool:
                return list(pool.map(fetch, names))
        """,
    "a connection in each of several processes": """\
        import sqlite3
        from concurrent.futures import ProcessPoolExecutor
        def fetch(name):
            db = sqlite3.connect("a.db")
            return db.execute("SELECT v FROM t WHERE n = ?", (name,)).fetchone()
        def main(names):
            with ProcessPoolExecutor() as pool:
                return list(pool.map(fetch, names))
        """,
    "a session for each user": """\
        import requests
        def main(rows):
            for row in rows:
                with requests.Session() as session:
                    session.post("https://a.example/login", data=row)
                    print(session.get("https://a.example/me").text)
        """,
    "a connection for each user": """\
        import smtplib
        def main(rows):
            for row in rows:
                server = smtplib.SMTP("mail.example")
                server.login(row.name, row.word)
                server.sendmail("a", "b", "c")
                server.quit()
        """,
}


@pytest.mark.parametrize("case", PROPOSED)
def test_proposed(case: str, tmp_path: Path) -> None:
    source, expected = PROPOSED[case]
    assert told(source, tmp_path) == expected


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_left_alone(case: str, tmp_path: Path) -> None:
    assert told(LEFT_ALONE[case], tmp_path) == []
