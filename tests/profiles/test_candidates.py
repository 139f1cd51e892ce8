"""Candidates: what is proposed, what it saves, and where nothing is."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.profiles.builders import build, heuristic, traced

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
