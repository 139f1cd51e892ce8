"""Redundancy: what matches, and what is left alone."""

from __future__ import annotations

import pytest

from code_path_audit.profiles.model import Redundancy
from tests.profiles.builders import build, traced

# redundancy: source, (callee and input, sites, load of the repeats)

REDUNDANT = {
    "the same argument by way of different callers": (
        """\
        def main(path):
            price(path)
            tax(path)

        def price(path):
            load(path)

        def tax(path):
            load(path)

        def load(path):
            return json.loads(path)
        """,
        ("json.loads", "in m.load(path)", "m.price:6 m.tax:9", 150),
    ),
    "the same value below a function that is given a constant for a condition": (
        """\
        def main(path):
            run(path, True)

        def run(path, quiet):
            if quiet:
                log()
            found = pick(path)
            price(found)
            tax(found)

        def pick(path):
            return path

        def log():
            pass

        def price(path):
            load(path)

        def tax(path):
            load(path)

        def load(path):
            return json.loads(path)
        """,
        ("json.loads", "in m.load(path)", "m.price:18 m.tax:21", 150),
    ),
    "the same object's own, which does not change": (
        """\
        def main(self):
            load(self.path)
            load(self.path)

        def load(path):
            return json.loads(path)
        """,
        ("json.loads", "in m.load(path)", "m.main:2 m.main:3", 150),
    ),
    "the same constant in two functions": (
        """\
        def main():
            json.loads("[1]")
            other()

        def other():
            json.loads("[1]")
        """,
        ("json.loads", "'[1]'", "m.main:2 m.other:6", 150),
    ),
    "one execution serves them all, those of a loop included": (
        """\
        def main():
            for _ in range(3):
                json.loads("[1]")
            other()

        def other():
            json.loads("[1]")
        """,
        ("json.loads", "'[1]'", "m.main:3 m.other:7", 450),  # 3 x 150 + 150 - 150
    ),
    "the same constant receiver": (
        """\
        def main():
            a = Path("a.json").read_text()
            b = Path("a.json").read_text()
        """,
        ("pathlib.Path.read_text", "'a.json'", "m.main:2 m.main:3", 100),
    ),
    "the same variable in one function": (
        """\
        def main(text):
            a = json.loads(text)
            b = json.loads(text)
            c = json.loads(text)
        """,
        ("json.loads", "text", "m.main:2 m.main:3 m.main:4", 300),
    ),
    "once more under a condition, after it surely ran": (
        """\
        def main(text):
            ast.parse(text)
            if text:
                ast.parse(text)
        """,
        ("ast.parse", "text", "m.main:2 m.main:4", 200),
    ),
    "a builtin in between changes nothing": (
        """\
        def main(rows):
            json.dumps(rows)
            len(rows)
            json.dumps(rows)
        """,
        ("json.dumps", "rows", "m.main:2 m.main:4", 150),
    ),
    "a function without parameters called twice": (
        """\
        def main():
            settings()
            other()

        def other():
            settings()

        def settings():
            return json.loads(TEXT)
        """,
        ("json.loads", "in m.settings()", "m.main:2 m.other:6", 150),
    ),
    "constant input, two functions below the one that is called twice": (
        """\
        def main(x):
            price(1)
            price(2)

        def price(item):
            return rates()

        def rates():
            return json.loads("{}")
        """,
        ("json.loads", "'{}'", "m.main:2 m.main:3", 150),
    ),
    "constant input behind a flag that both calls set": (
        """\
        def main():
            rates(True)
            rates(fresh=True)

        def rates(fresh=False):
            if fresh:
                return json.loads("{}")
        """,
        ("json.loads", "'{}'", "m.main:2 m.main:3", 150),
    ),
}


@pytest.mark.parametrize("case", REDUNDANT)
def test_redundancy_matches(case: str) -> None:
    source, (callee, text, sites, load) = REDUNDANT[case]
    profile = traced(build(source))
    rows = [row._replace(op_ids=()) for row in profile.redundancies]
    assert rows == [Redundancy(callee, text, tuple(sites.split()), (), load)]
    assert profile.redundancy == [(f"{callee} {text}", len(sites.split()))]


NOT_REDUNDANT = {
    "another object in each run of a function, of which one is given a constant for a condition": """\
        def main(path, quiet):
            run(path, True)
            run(path, quiet)

        def run(path, quiet):
            if quiet:
                log()
            price(pick(path))

        def pick(path):
            return str(path)

        def log():
            pass

        def price(path):
            load(path)
            tax(path)

        def tax(path):
            load(path)

        def load(path):
            return json.loads(path)
        """,
    "other arguments by way of different callers": """\
        def main(path, other):
            price(path)
            tax(other)

        def price(path):
            load(path)

        def tax(path):
            load(path)

        def load(path):
            return json.loads(path)
        """,
    "what an object holds, and another changes": """\
        def main(self):
            load(self.path)
            self.path = 1
            load(self.path)

        def load(path):
            return json.loads(path)
        """,
    "the rest of a stream": """\
        def main(file):
            load(file)
            load(file)

        def load(file):
            return json.load(file)
        """,
    "a stream that an object keeps": """\
        class Rows:
            def __init__(self, file):
                self.file = file

            def next(self):
                return json.load(self.file)

        def main(file):
            rows = Rows(file)
            rows.next()
            rows.next()
        """,
    "a stream of the function around": """\
        def main(file):
            def load():
                return json.load(file)
            load()
            load()
        """,
    "other constants": "def main():\n    json.loads('1')\n    json.loads('2')\n",
    "the variable was bound again": "def main(t):\n    a = json.loads(t)\n    t = a\n    json.loads(t)\n",
    "one of two branches": "def main(t):\n    if t:\n        json.loads(t)\n    else:\n        json.loads(t)\n",
    "one of two branches, constant": (
        "def main(t):\n    if t:\n        json.loads('')\n    else:\n        json.loads('')\n"
    ),
    "the list was changed in between": "def main(r):\n    json.dumps(r)\n    r.append(1)\n    json.dumps(r)\n",
    "an item was changed in between": "def main(r):\n    json.dumps(r)\n    r[0] = 1\n    json.dumps(r)\n",
    "it was handed to somebody in between": "def main(r):\n    json.dumps(r)\n    alter(r)\n    json.dumps(r)\n",
    "a stream moves on": "def main(f):\n    json.load(f)\n    json.load(f)\n",
    "messages are meant": "def main():\n    requests.post('u')\n    requests.post('u')\n",
    "a cursor has state": "def main(cursor):\n    cursor.execute('q')\n    cursor.execute('q')\n",
    "the action writes the file": (
        "def main():\n    Path('a').read_text()\n    Path('a').write_text('x')\n    Path('a').read_text()\n"
    ),
    "a decorator keeps the result": (
        "def main():\n    load()\n    load()\n\n@functools.cache\ndef load():\n    json.loads('')\n"
    ),
    "polling: one site in a loop": "def main():\n    while True:\n        requests.get('u')\n",
    "a function with parameters called twice": "def main():\n    f(1)\n    f(2)\n\ndef f(x):\n    json.loads(x)\n",
    "a function that does it for one of two calls alone": (
        "def main():\n    f()\n    f(fresh=True)\n\ndef f(fresh=False):\n    if fresh:\n        json.loads('')\n"
    ),
    "one that is called by such a function": (
        "def main():\n    f()\n    f(True)\n\ndef f(fresh=False):\n    if fresh:\n        g()\n\n"
        "def g():\n    json.loads('')\n"
    ),
    "sleeping as long": """\
        import time
        def main(seconds):
            time.sleep(seconds)
            time.sleep(seconds)
    """,
    "a function called once": "def main():\n    f()\n\ndef f():\n    json.loads('')\n",
    "two functions that call it, each in one of two branches": """\
        def main(path, short):
            if short:
                return summary(path)
            return details(path)

        def load(path):
            return json.loads(path)

        def summary(path):
            return len(load(path))

        def details(path):
            return sorted(load(path))
    """,
    "a function called in one of two branches": (
        "def main(t):\n    if t:\n        f()\n    else:\n        f()\n\ndef f():\n    json.loads('')\n"
    ),
}


@pytest.mark.parametrize("case", NOT_REDUNDANT)
def test_redundancy_leaves_alone(case: str) -> None:
    assert traced(build(NOT_REDUNDANT[case])).redundancies == ()
