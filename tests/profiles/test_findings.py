"""Redundancy, pipelining and candidates: what matches, and what is left alone."""

from __future__ import annotations

from textwrap import dedent

import pytest

from code_path_audit.costs.models import load_model
from code_path_audit.profiles.batching import batch_words
from code_path_audit.profiles.model import Candidate, Pipelining, Redundancy
from code_path_audit.profiles.pipelining import pays
from tests.profiles.builders import build, heuristic, traced

# redundancy: source, (callee and input, sites, load of the repeats)

REDUNDANT = {
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
}


@pytest.mark.parametrize("case", REDUNDANT)
def test_redundancy_matches(case: str) -> None:
    source, (callee, text, sites, load) = REDUNDANT[case]
    profile = traced(build(source))
    rows = [row._replace(op_ids=()) for row in profile.redundancies]
    assert rows == [Redundancy(callee, text, tuple(sites.split()), (), load)]
    assert profile.redundancy == [(f"{callee} {text}", len(sites.split()))]


NOT_REDUNDANT = {
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
    "a function called once": "def main():\n    f()\n\ndef f():\n    json.loads('')\n",
    "a function called in one of two branches": (
        "def main(t):\n    if t:\n        f()\n    else:\n        f()\n\ndef f():\n    json.loads('')\n"
    ),
}


@pytest.mark.parametrize("case", NOT_REDUNDANT)
def test_redundancy_leaves_alone(case: str) -> None:
    assert traced(build(NOT_REDUNDANT[case])).redundancies == ()


# pipelining: source, function, steps, load, saving, how

INDEPENDENT = {
    "two reads of different files": (
        """\
        def main():
            a = Path("a").read_text()
            b = Path("b").read_text()
            return a, b
        """,
        ("m.main", 2, "pathlib.Path.read_text (line 2); pathlib.Path.read_text (line 3)", 200, 100, "threads"),
    ),
    "through callees, with a note in between": (
        """\
        def main(self):
            self.users = users()
            print("users")
            self.rates = rates()

        def users():
            return requests.get("u")

        def rates():
            return Path("r").read_text()
        """,
        ("m.main", 2, "users (line 2); rates (line 4)", 600, 100, "threads"),
    ),
    "awaited one after the other": (
        """\
        async def main(client):
            a = await client.get("a")
            b = await client.get("b")
        """,
        ("m.main", 2, "httpx.AsyncClient.get (line 2); httpx.AsyncClient.get (line 3)", 1_000, 500, "asyncio.gather"),
    ),
    "files of their own": (
        """\
        def main():
            Path("a").write_text("x")
            Path("b").write_text("y")
        """,
        ("m.main", 2, "pathlib.Path.write_text (line 2); pathlib.Path.write_text (line 3)", 200, 100, "threads"),
    ),
}


@pytest.mark.parametrize("case", INDEPENDENT)
def test_pipelining_matches(case: str) -> None:
    source, (function, line, steps, load, saving, how) = INDEPENDENT[case]
    profile = traced(build(source))
    rows = [row._replace(op_ids=()) for row in profile.pipelinings]
    assert rows == [Pipelining(function, "m.py", line, tuple(steps.split("; ")), (), load, saving, how)]
    assert profile.pipelining_candidates == [steps.split("; ")]


TWO_LOADS = """
def load():
    return requests.get("u")
"""

DEPENDENT = {
    "less than it costs to start a process": "def main(a, b):\n    x = json.loads(a)\n    y = json.loads(b)\n",
    "the second needs the first": "def main():\n    a = requests.get('a')\n    b = requests.get(a)\n",
    "something between may join them": "def main():\n    a = requests.get('a')\n    x = a\n    b = requests.get(x)\n",
    "a return in between": "def main():\n    a = requests.get('a')\n    if a: return\n    b = requests.get('b')\n",
    "one file written and read": "def main():\n    Path('a').write_text('')\n    Path('a').read_text()\n",
    "files that are not known": "def main(p):\n    Path(p).write_text('')\n    Path('a').read_text()\n",
    "a message, then a question": "def main():\n    requests.post('a')\n    requests.get('a')\n",
    "two messages": "def main():\n    requests.post('a')\n    requests.post('b')\n",
    "one cursor": "def main(cursor):\n    cursor.execute('a')\n    cursor.execute('b')\n",
    "one list": "def main(rows):\n    rows.append(requests.get('a'))\n    rows.append(requests.get('b'))\n",
    "one attribute, below": (
        "def main():\n    a()\n    b()\n\ndef a():\n    S.x = requests.get('a')\n\n"
        "def b():\n    S.x = requests.get('b')\n"
    ),
    "an attribute written and read, below": (
        "def main(self):\n    self.x = requests.get('a')\n    y = b(self)\n\n"
        "def b(self):\n    return requests.get(self.x)\n"
    ),
    "one global, below": (
        "def main():\n    a()\n    b()\n\ndef a():\n    global G\n    G = requests.get('a')\n\n"
        "def b():\n    requests.get(G)\n"
    ),
    "a connection that both reach, below": (
        "def main():\n    a()\n    b()\n\ndef a():\n    db.execute('a')\n\ndef b():\n    db.execute('b')\n"
    ),
    "an unresolved call in a callee": (
        "def main():\n    a()\n    b()\n\ndef a():\n    mystery()\n    requests.get('a')\n\n"
        "def b():\n    requests.get('b')\n"
    ),
    "a change of the working directory": (
        "def main():\n    Path('a').read_text()\n    os.chdir('b')\n    Path('b').read_text()\n"
    ),
    "one of them awaited": ("async def main(client):\n    a = await client.get('a')\n    b = requests.get('b')\n"),
    "only one of them weighs anything": "def main():\n    a = requests.get('a')\n    b = len('b')\n",
    "different blocks": "def main(c):\n    if c:\n        requests.get('a')\n    requests.get('b')\n",
}


@pytest.mark.parametrize(
    ("how", "saving", "expected"),
    [("threads", 1, True), ("asyncio.gather", 1, True), ("processes", 500, False), ("processes", 501, True)],
)
def test_other_processes_have_to_be_started(how: str, saving: int, expected: bool) -> None:
    row = Pipelining("m.main", "m.py", 1, ("a", "b"), (), 2 * saving, saving, how)
    assert pays(row, load_model("heuristic")) is expected


@pytest.mark.parametrize("case", DEPENDENT)
def test_pipelining_leaves_alone(case: str) -> None:
    assert traced(build(DEPENDENT[case], unresolved=["mystery"])).pipelinings == ()


def test_a_callee_beyond_the_depth_limit_proves_nothing() -> None:
    built = build("""\
        def main():
            a()
            b()

        def a():
            requests.get("a")
            deep()

        def b():
            requests.get("b")

        def deep(): ...
        """)
    assert [len(traced(built, max_depth=depth).pipelinings) for depth in (1, 2)] == [0, 1]


def test_a_small_step_is_not_worth_it() -> None:
    # 100 of 10,100 is under a twentieth
    built = build("""\
        def main():
            a = Path("a").read_text()
            b = many()

        def many():
            for _ in range(20):
                requests.get(x)
        """)
    assert traced(built).pipelinings == ()


# candidates: source, assumed bound, (kind, op's line, current load, saving, effort, priority)

CANDIDATES = {
    "hoist: constant input, out of both loops": (
        """\
        def main():
            for _ in range(10):
                for _ in range(5):
                    Path("a").read_text()
        """,
        1,
        ("hoist", 4, 5_000, 4_900, "small", "high"),  # 50 x 100 - 100
    ),
    "hoist: a parameter": (
        """\
        def main(text):
            for _ in range(10):
                json.loads(text)
        """,
        1,
        ("hoist", 3, 1_500, 1_350, "small", "high"),  # 10 x 150 - 150
    ),
    "hoist: to the loop that makes the input": (
        """\
        def main(rows):
            for row in rows:
                for _ in range(10):
                    json.loads(row)
        """,
        1,
        ("hoist", 4, 1_500, 1_350, "small", "high"),
    ),
    "hoist: an unknown bound that the model counts as 10": (
        """\
        def main(text, rows):
            for row in rows:
                json.loads(text)
        """,
        10,
        ("hoist", 3, 1_500, 1_350, "small", "high"),
    ),
    "hoist: an unknown bound that the model counts as 1 still is one, of unknown saving": (
        """\
        def main(text, rows):
            for row in rows:
                json.loads(text)
        """,
        1,
        ("hoist", 3, 150, 0, "small", "low"),
    ),
    "hoist: an attribute that nothing but the constructor writes": (
        """\
        class C:
            def __init__(self):
                self.text = TEXT

            def main(self):
                for _ in range(10):
                    json.loads(self.text)
        """,
        1,
        ("hoist", 7, 1_500, 1_350, "small", "high"),
    ),
    "cache: constant input that a caller's loop repeats": (
        """\
        def main():
            for _ in range(10):
                price(1)

        def price(x):
            return json.loads("{}")
        """,
        1,
        ("cache", 6, 1_500, 1_350, "small", "high"),
    ),
    "cache: the same constant at three sites of two functions": (
        """\
        def main():
            json.loads("1")
            json.loads("1")
            other()

        def other():
            json.loads("1")
        """,
        1,
        ("cache", 2, 450, 300, "medium", "high"),
    ),
    "early import": (
        """\
        def main():
            import late
        """,
        1,
        ("early_import", 2, 100, 100, "small", "high"),
    ),
}


@pytest.mark.parametrize("case", CANDIDATES)
def test_candidates(case: str) -> None:
    source, assumed, (kind, line, load, saving, effort, priority) = CANDIDATES[case]
    built = build({"m": source, "late": 'Path("table").read_text()\n'})
    entry = "m.C.main" if "class C" in source else "m.main"
    entries = [entry, "m.C.__init__"] if "class C" in source else [entry]
    rows = [row for row in traced(built, *entries, model=heuristic(assumed)).candidates if row.kind == kind]
    assert [(r.kind, r.line, r.current_load, r.saving, r.effort, r.priority) for r in rows] == [
        (kind, line, load, saving, effort, priority)
    ]


def test_concurrent_steps_save_all_but_the_heaviest() -> None:
    # 500 + 100 - 500; effort medium (threads), a sixth of the load
    built = build(INDEPENDENT["through callees, with a note in between"][0])
    (row,) = traced(built).candidates
    assert row == Candidate(
        "concurrent", "Run 2 independent steps at the same time (threads)", "m.main", "m.py", 2,
        ("m.rates:10:pathlib.Path.read_text", "m.users:7:requests.get"), 600, 100, "medium", "medium",
        "no step needs another: users (line 2); rates (line 4); effort medium: the steps wait for files, network or "
        "processes, so threads do",
    )  # fmt: skip


BATCH_WORDS = {
    ("requests.post", "network"): "Send all at once, after the loop: one requests.post in place of many",
    ("redis.Redis.set", "network"): "Send all at once, after the loop: one redis.Redis.set in place of many",
    ("requests.get", "network"): "Ask for all at once, before the loop: one requests.get in place of many",
    (
        "sqlite3.Cursor.execute",
        "network",
    ): "Execute one statement for all rows, in place of sqlite3.Cursor.execute in the loop",
    ("sqlite3.Connection.commit", "network"): "Call sqlite3.Connection.commit once, after the loop",
    ("subprocess.run", "subprocess"): "Run one process for all, in place of subprocess.run in the loop",
    ("subprocess.Popen", "subprocess"): "Run one process for all, in place of subprocess.Popen in the loop",
    # a worker is started by one call each, and another connection leads elsewhere
    ("os.fork", "subprocess"): "",
    ("multiprocessing.Process.start", "subprocess"): "",
    ("socket.create_connection", "network"): "",
    ("smtplib.SMTP", "network"): "",
    ("psycopg2.connect", "network"): "",
    # nothing is sent
    ("subprocess.Popen.communicate", "subprocess"): "",
    ("socket.socket.recv", "network"): "",
    ("sqlite3.Cursor.fetchone", "network"): "",
    # it carries many already
    ("sqlite3.Cursor.executemany", "network"): "",
}


@pytest.mark.parametrize(("callee", "title"), list(BATCH_WORDS.items()))
def test_what_one_call_for_all_would_be(callee: tuple[str, str], title: str) -> None:
    words = batch_words(*callee)
    assert (words.title if words else "") == title


NO_BATCH = {
    "the next round needs this one": """\
        def main(url):
            while url:
                url = requests.post(url)
        """,
    "tried again with the same input": """\
        def main(url):
            for _ in range(10):
                requests.post(url)
        """,
    "asked before the loop in any case": """\
        def main(url):
            for i in range(10):
                requests.get(url)
        """,
}


@pytest.mark.parametrize("source", NO_BATCH.values(), ids=NO_BATCH)
def test_nothing_to_send_at_once(source: str) -> None:
    assert [
        row for row in traced(build(source), model=heuristic(10, base=1_000)).candidates if row.kind == "batch"
    ] == []


def test_a_batch_pays_the_fixed_cost_once() -> None:
    # base 1,000: 10 x (1,000 + 500) = 15,000 one by one, 1,000 + 10 x 500 = 6,000 in one
    built = build("""\
        def main(urls):
            for i in range(10):
                requests.get(urls[i])
        """)
    (row,) = traced(built, model=heuristic(base=1_000)).candidates
    assert (row.kind, row.current_load, row.saving) == ("batch", 15_000, 9_000)
    assert (row.effort, row.priority) == ("large", "medium")


NO_CANDIDATE = {
    "the input changes with the loop": "def main(rows):\n    for row in rows:\n        json.loads(row)\n",
    "the input is made in the loop": (
        "def main(r):\n    for _ in range(9):\n        json.loads(make(r))\n\ndef make(r): ...\n"
    ),
    "the input is bound again in the loop": "def main(t):\n    for _ in range(9):\n        t = json.loads(t)\n",
    "the input is changed in the loop": (
        "def main(r):\n    for i in range(9):\n        r.append(i)\n        json.dumps(r)\n"
    ),
    "the input is stored into in the loop": (
        "def main(r):\n    for i in range(9):\n        r[i] = i\n        json.dumps(r)\n"
    ),
    "an attribute that something writes": (
        "def main(self):\n    for i in range(9):\n        json.loads(self.t)\n        turn(self)\n\n"
        "def turn(self):\n    self.t = ''\n"
    ),
    "messages are meant": "def main():\n    for _ in range(9):\n        requests.post('u')\n",
    "polling": "def main():\n    while True:\n        requests.get('u')\n",
    "copies are objects of their own": "def main(x):\n    for _ in range(9):\n        copy.deepcopy(x)\n",
    "two copies too": "def main(x):\n    copy.deepcopy(x)\n    y = len(x)\n    if y: pass\n    copy.deepcopy(x)\n",
    "a stream moves on": "def main(f):\n    for _ in range(9):\n        json.load(f)\n",
    "the file changes": (
        "def main():\n    for _ in range(9):\n        Path('a').read_text()\n    Path('a').write_text('')\n"
    ),
    "nothing repeats": "def main():\n    json.loads('1')\n",
}


@pytest.mark.parametrize("case", NO_CANDIDATE)
def test_no_candidate(case: str) -> None:
    built = build(dedent(NO_CANDIDATE[case]))
    assert [row for row in traced(built).candidates if row.kind != "concurrent"] == []


def test_candidates_come_heaviest_saving_first() -> None:
    built = build("""\
        def main(a, b):
            for _ in range(3):
                json.loads(a)
            for _ in range(30):
                json.loads(b)
        """)
    assert [(row.line, row.saving) for row in traced(built).candidates] == [(5, 4_350), (3, 300)]
