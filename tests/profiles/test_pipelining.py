"""Pipelining: what matches, and what is left alone."""

from __future__ import annotations

import pytest

from code_path_audit.costs.models import load_model
from code_path_audit.profiles.model import Candidate, Pipelining
from code_path_audit.profiles.pipelining import pays
from tests.profiles.builders import build, heuristic, traced

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


DEPENDENT = {
    "less than it costs to start a process": "def main(a, b):\n    x = json.loads(a)\n    y = json.loads(b)\n",
    "the second needs the first": "def main():\n    a = requests.get('a')\n    b = requests.get(a)\n",
    "something between may join them": "def main():\n    a = requests.get('a')\n    x = a\n    b = requests.get(x)\n",
    "a return in between": "def main():\n    a = requests.get('a')\n    if a: return\n    b = requests.get('b')\n",
    "one file written and read": "def main():\n    Path('a').write_text('')\n    Path('a').read_text()\n",
    "files that are not known": "def main(p):\n    Path(p).write_text('')\n    Path('a').read_text()\n",
    "a message, then a question": "def main():\n    requests.post('a')\n    requests.get('a')\n",
    "two messages": "def main():\n    requests.post('a')\n    requests.post('b')\n",
    "one cursor that the function made": (
        "def main():\n    cursor = sqlite3.connect('a').cursor()\n    cursor.execute('a')\n    x = cursor.fetchall()\n"
    ),
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


def test_concurrent_steps_save_all_but_the_heaviest() -> None:
    # 500 + 500 - 500; effort medium (threads), half of the load
    built = build("""\
        def main():
            a = requests.get("a")
            b = requests.get("b")
            return a, b
        """)
    (row,) = traced(built, model=heuristic()._replace(threshold=0)).candidates
    assert row == Candidate(
        "concurrent", "Run 2 independent steps at the same time (threads)", "m.main", "m.py", 2,
        ("m.main:2:requests.get", "m.main:3:requests.get"), 1_000, 500, "medium", "high",
        "no step needs another: requests.get (line 2); requests.get (line 3); effort medium: the steps wait for "
        "network or processes, so threads do",
        "the other side answers several requests at a time", row.id, felt=500, paid=1_000, adds="steps",
    )  # fmt: skip


def test_reading_two_files_at_a_time_is_no_candidate() -> None:
    built = build(INDEPENDENT["through callees, with a note in between"][0])
    assert traced(built, model=heuristic()._replace(threshold=0)).candidates == ()
