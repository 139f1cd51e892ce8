"""Candidates: what is proposed, what it saves, and where nothing is. Each kind has rows that match and rows that do
not; the second say which part of the proof fails."""

from __future__ import annotations

from textwrap import dedent

import pytest

from code_path_audit.profiles.model import Candidate
from tests.profiles.builders import build, heuristic, traced


def candidates(source: str, assumed: int = 10, entry: str = "") -> list[Candidate]:
    """The candidates of a program's `main`, in a model that finds nothing too small."""
    built = build(dedent(source))
    entries = [entry] if entry else ["m.C.main", "m.C.__init__"] if "class C" in source else ["m.main"]
    model = heuristic(assumed)._replace(threshold=0)
    return list(traced(built, *entries, model=model).candidates)


# what rows of the tables have below their functions

LOOP = "def main(text, rows):\n    for row in rows:\n"

STREAM = """
        def load(path):
            with open(path) as stream:
                return json.load(stream)
        """

TEXT = """
        def load(path):
            return json.loads(Path(path).read_text())
        """

# source, (kind, line, current load, saving)

PROPOSED = {
    "hoist: constant input, out of both loops": (
        """\
        def main():
            for _ in range(10):
                for _ in range(5):
                    Path("a").read_text()
        """,
        ("hoist", 4, 5_000, 4_900),  # 50 x 100 - 100
    ),
    "hoist: a parameter": (
        """\
        def main(text):
            for _ in range(10):
                json.loads(text)
        """,
        ("hoist", 3, 1_500, 1_350),  # 10 x 150 - 150
    ),
    "hoist: to the loop that makes the input": (
        """\
        def main(rows):
            for row in rows:
                for _ in range(10):
                    json.loads(row)
        """,
        ("hoist", 4, 15_000, 13_500),  # 100 x 150 - 10 x 150
    ),
    "hoist: a loop of unknown bound": (
        "def main(text, rows):\n    for row in rows:\n        json.loads(text)\n",
        ("hoist", 3, 1_500, 1_350),
    ),
    "hoist: an f-string of what stays as it is": (
        "def main(text, rows):\n    for row in rows:\n        json.loads(f'[{text}]')\n",
        ("hoist", 3, 1_500, 1_350),
    ),
    "hoist: a variable that the loop binds to what stays as it is": (
        "def main(text: str, rows):\n    for row in rows:\n        more = '[' + text\n        json.loads(more)\n",
        ("hoist", 4, 1_500, 1_350),
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
        ("hoist", 7, 1_500, 1_350),
    ),
    "hoist: the input is a text, so whoever has it cannot change it": (
        "def main(text: str, rows):\n    for row in rows:\n        row.take(text)\n        json.loads(text)\n",
        ("hoist", 4, 1_500, 1_350),
    ),
    "cache: constant input that a caller's loop repeats": (
        """\
        def main():
            for n in range(10):
                price(n)

        def price(n):
            return json.loads("{}")[n]
        """,
        ("cache", 6, 1_500, 1_350),
    ),
    "hoist: a call of a function that does the same each time": (
        """\
        def main(path, rows):
            for row in rows:
                print(load(path)[row])
        """
        + TEXT,
        ("hoist", 3, 2_500, 2_250),  # 10 x (150 + 100) - 250
    ),
    "hoist: what it is given is read in each round too": (
        "def main(path, rows):\n    for row in rows:\n        print(json.loads(Path(path).read_text())[row])\n",
        ("hoist", 3, 2_500, 2_250),
    ),
    "hoist: what it gives is handed to a method that only reads": (
        "def main(text: str, rows):\n    for row in rows:\n        take(row.removeprefix(json.loads(text)['a']))\n",
        ("hoist", 3, 1_500, 1_350),
    ),
    "hoist: only in some rounds, in the first of them": (
        LOOP + "        if row:\n            json.loads(text)\n",
        ("hoist", 4, 1_500, 1_350),
    ),
    "hoist: of a list that is made of each element": (
        "def main(text, rows):\n    return [row + json.loads(text)[0] for row in rows]\n",
        ("hoist", 2, 1_500, 1_350),
    ),
    "keep: a function that two others have do the same": (
        """\
        def main(path):
            return price(path) + tax(path)

        def price(path):
            return load(path)[0]

        def tax(path):
            return load(path)[1]
        """
        + STREAM,
        ("keep", 12, 300, 150),
    ),
    "copy: what is only read": (
        "def main(rows):\n    return [row.name for row in copy.deepcopy(rows)]\n",
        ("copy", 2, 200, 200),
    ),
    "copy: what is handed to a function that only reads it": (
        """\
        def main(x, rows):
            for row in rows:
                print(told(copy.deepcopy(x), row))

        def told(x, row):
            return x.name + row
        """,
        ("copy", 3, 2_000, 2_000),
    ),
    "copy: by a variable that is asked for one element": (
        "BADGES = {'a': 1}\n\ndef main(rows):\n    for row in rows:\n        x = copy.deepcopy(BADGES)\n"
        "        print(x[row])\n",
        ("copy", 5, 2_000, 2_000),
    ),
    "lazy: a function, for a branch that is off by default": (
        """\
        def main(paths, more=False):
            for path in paths:
                found = load(path)
                if more:
                    print(found)
        """
        + STREAM,
        ("lazy", 3, 1_500, 1_500),
    ),
    "concurrent: what a function asks for": (
        """\
        def main(rows):
            return {row: price(row) for row in rows}

        def price(row):
            return requests.get(f"u/{row}").text
        """,
        ("concurrent", 2, 5_000, 4_000),
    ),
    "cache: an argument of which there are two": (
        """\
        def main():
            for _ in range(10):
                price("a")
                price("b")

        def price(x):
            return json.loads(x)
        """,
        ("cache", 7, 3_000, 2_700),  # 20 x 150 - 2 x 150
    ),
    "keep: the same constant at three sites of two functions": (
        """\
        def main():
            json.loads("1")
            json.loads("1")
            other()

        def other():
            json.loads("1")
        """,
        ("keep", 2, 450, 300),
    ),
    "copy: a table of constants that is only asked": (
        "BADGES = {'a': 1}\n\ndef main(rows):\n    for row in rows:\n        copy.deepcopy(BADGES).get(row)\n",
        ("copy", 5, 2_000, 2_000),
    ),
    "bulk: one statement with other values": (
        "def main(rows):\n    for row in rows:\n        cursor.execute('INSERT INTO t VALUES (?)', (row,))\n",
        ("bulk", 3, 5_000, 0),
    ),
    "lazy: used in one branch alone": (
        "def main(text, more):\n    found = json.loads(text)\n    if more:\n        raise Error(str(found))\n",
        ("lazy", 2, 150, 150),
    ),
    "concurrent: requests that do not need each other": (
        """\
        def main(rows):
            prices = {}
            for row in rows:
                prices[row] = requests.get(f"u/{row}")
            return prices
        """,
        ("concurrent", 4, 5_000, 4_000),  # 10 x 500 - 2 x 500
    ),
}


@pytest.mark.parametrize("case", [name for name in PROPOSED if not name.startswith("bulk")])
def test_proposed(case: str) -> None:
    source, (kind, line, load, saving) = PROPOSED[case]
    rows = candidates(source)
    assert [(row.kind, row.line, row.current_load, row.saving) for row in rows] == [(kind, line, load, saving)]


LEFT_ALONE = {
    # what flows in
    "the input changes with the loop": "def main(rows):\n    for row in rows:\n        json.loads(row)\n",
    "an f-string of the row": "def main(rows):\n    for row in rows:\n        json.loads(f'x{row}')\n",
    "a format call of the row": "def main(rows):\n    for row in rows:\n        json.loads('x{}'.format(row))\n",
    "% of the row": "def main(rows):\n    for row in rows:\n        json.loads('x%s' % row)\n",
    "a comparison with the row": "def main(text, rows):\n    for row in rows:\n        json.dumps(text == row)\n",
    "an element of the row": "def main(rows):\n    for row in rows:\n        json.loads(row['text'])\n",
    "an attribute of the row": "def main(rows):\n    for row in rows:\n        json.loads(row.text)\n",
    "another name of the row": "def main(rows):\n    for row in rows:\n        r = row\n        json.loads(r)\n",
    "an element by the row": "def main(texts, rows):\n    for row in rows:\n        json.loads(texts[row])\n",
    "a method of the row": "def main(rows):\n    for row in rows:\n        json.loads(row.strip())\n",
    "a global that a function writes": """\
        text = ""

        def main(rows):
            for row in rows:
                turn(row)
                json.loads(text)

        def turn(row):
            global text
            text = row
        """,
    "a captured variable": """\
        def main(rows):
            text = ""
            def one():
                for row in rows:
                    json.loads(text)
            one()
        """,
    "the input is made in the loop, by something that counts": """\
        N = []

        def main(r):
            for _ in range(9):
                json.loads(make(r))

        def make(r):
            N.append(r)
            return str(N)
        """,
    "the input is bound again in the loop": "def main(t):\n    for _ in range(9):\n        t = json.loads(t)\n",
    # what the loop does to it
    "the input is changed in the loop": (
        "def main(r):\n    for i in range(9):\n        r.append(i)\n        json.dumps(r)\n"
    ),
    "the input is changed by another name": (
        "def main(r):\n    s = r\n    for i in range(9):\n        s.append(i)\n        json.dumps(r)\n"
    ),
    "the input is changed in what holds it": (
        "def main(r):\n    for i in range(9):\n        r.part.append(i)\n        json.dumps(r)\n"
    ),
    "the input is handed to something": LOOP.replace("text", "r") + "        row.take(r)\n        json.dumps(r)\n",
    "the input is stored into in the loop": (
        "def main(r):\n    for i in range(9):\n        r[i] = i\n        json.dumps(r)\n"
    ),
    "a global table that a function changes": """\
        TABLE = {}

        def main(rows):
            for row in rows:
                turn(row)
                json.dumps(TABLE)

        def turn(row):
            TABLE[row] = 1
        """,
    "an attribute that something writes": (
        "def main(self):\n    for i in range(9):\n        json.loads(self.t)\n        turn(self)\n\n"
        "def turn(self):\n    self.t = ''\n"
    ),
    "the file changes": (
        "def main():\n    for _ in range(9):\n        Path('a').read_text()\n        Path('b').write_text('')\n"
    ),
    # what becomes of what it gives
    "what it gives is changed in each round": (
        "def main(t, rows):\n    for row in rows:\n        x = json.loads(t)\n        x['row'] = row\n"
        "        print(x)\n"
    ),
    "what it gives is kept for each round": (
        "def main(t, rows):\n    found = []\n    for row in rows:\n        found.append(json.loads(t))\n"
        "    return found\n"
    ),
    "what it gives is an element of a list for each round": (
        "def main(t, rows):\n    return [json.loads(t) for row in rows]\n"
    ),
    "what a function gives is changed in each round": """\
        def main(path, rows):
            for row in rows:
                x = load(path)
                x.append(row)
                print(x)
        """
        + TEXT,
    "a function that counts": """\
        N = []

        def main(path, rows):
            for row in rows:
                print(load(path)[row])

        def load(path):
            N.append(path)
            return json.loads(Path(path).read_text() + str(N))
        """,
    "a function of a file that the loop writes": """\
        def main(path, rows):
            for row in rows:
                print(load(path)[row])
                Path(path).write_text(row)
        """
        + TEXT,
    "a function that asks another machine": """\
        def main(path, rows):
            for row in rows:
                print(load(path)[row])

        def load(path):
            return json.loads(cursor.execute(path))
        """,
    "a list of some elements alone": "def main(t, rows):\n    return [len(json.loads(t)) for row in rows if row]\n",
    # how it runs
    "a retry": (
        "def main(t):\n    for _ in range(3):\n        try:\n       "
        "     return json.loads(t)\n        except ValueError:\n"
        "            pass\n"
    ),
    "a retry that catches": (
        "def main(t):\n    for _ in range(3):\n        try:\n            json.loads(t)\n        except ValueError:\n"
        "            pass\n"
    ),
    "asking again": "def main():\n    for _ in range(9):\n        requests.get('u')\n",
    "polling": "def main():\n    while True:\n        requests.get('u')\n",
    "until it is found": (
        "def main(t, rows):\n    for row in rows:\n        json.loads(t)\n        if row:\n            break\n"
    ),
    "only for some elements": "def main(t, rows):\n    return [json.loads(t) for row in rows if row]\n",
    # what it does
    "messages are meant": "def main():\n    for _ in range(9):\n        requests.post('u')\n",
    "a message for each row": "def main(rows):\n    for row in rows:\n        requests.post('u', row)\n",
    "a process for each row": "def main(rows):\n    for row in rows:\n        subprocess.run(row)\n",
    "copies are objects of their own": (
        "def main(x):\n    found = []\n    for _ in range(9):\n        found.append(copy.deepcopy(x))\n"
        "    return found\n"
    ),
    "two copies too": "def main(x):\n    a = copy.deepcopy(x)\n    b = copy.deepcopy(x)\n    return a, b\n",
    "a copy that a function changes": (
        "def main(x):\n    y = copy.deepcopy(x)\n    turn(y)\n    print(y.a)\n\ndef turn(y):\n    y.a = 1\n"
    ),
    "a copy that a method changes": "def main(x):\n    y = copy.deepcopy(x)\n    y.sort()\n    print(y[0])\n",
    "a copy of what changes while it is read": (
        "def main(x):\n    y = copy.deepcopy(x)\n    x.append(1)\n    print(y[0])\n"
    ),
    "a copy of which one element is changed": (
        "def main(x):\n    for row in copy.deepcopy(x):\n        row.n = 1\n"
    ),
    "a copy that is changed": (
        "T = {'a': 1}\n\ndef main(rows):\n    for row in rows:\n        x = copy.deepcopy(T)\n        x['b'] = row\n"
    ),
    "a stream moves on": "def main(f):\n    for _ in range(9):\n        json.load(f)\n",
    "the file changes in between": (
        "def main():\n    Path('a').read_text()\n    Path('b').write_text('')\n    Path('a').read_text()\n"
    ),
    "nothing repeats": "def main():\n    json.loads('1')\n",
    # rounds that need each other
    "the next request needs the one before": (
        "def main(rows):\n    last = ''\n    for row in rows:\n        last = requests.get(f'u/{row}/{last}')\n"
    ),
    "requests until one answers": (
        "def main(rows):\n    for row in rows:\n        found = requests.get(f'u/{row}')\n        if found:\n"
        "            return found\n"
    ),
    "statements that differ": "def main(rows):\n    for row in rows:\n        cursor.execute(f'INSERT INTO {row}')\n",
    "what each row is asked for": (
        "def main(rows):\n    for row in rows:\n        print(cursor.execute('SELECT ?', (row,)))\n"
    ),
    # what most runs need
    "used in both branches": (
        "def main(t, more):\n    x = json.loads(t)\n    if more:\n        print(x)\n    else:\n        len(x)\n"
    ),
    "used by the test": "def main(t):\n    x = json.loads(t)\n    if x:\n        print(x)\n",
    "used after the branch": (
        "def main(t, more):\n    x = json.loads(t)\n    if more:\n        print(x)\n    return x\n"
    ),
    "its input changes before the branch": (
        "def main(t, more):\n    x = json.dumps(t)\n    t.append(1)\n    if more:\n        print(x)\n"
    ),
    # caches
    "an argument that differs": (
        "def main(rows):\n    for row in rows:\n        price(row)\n\ndef price(x):\n    return json.loads(x)\n"
    ),
    "a file for each row, by what tells it from others": """\
        def main(rows):
            for row in rows:
                print(table(row.id))

        def table(kind):
            with open(f"{kind}.json") as stream:
                return json.load(stream)
        """,
    "a file by a whole path": """\
        def main(rows):
            for row in rows:
                print(table(row.currency))

        def table(path):
            with open(path) as stream:
                return json.load(stream)
        """,
    "a function of different arguments": """\
        def main(a, b):
            return load(a), load(b)
        """
        + STREAM,
    "a branch that a parameter takes, with no default": """\
        def main(path, more):
            found = load(path)
            if more:
                print(found)
        """
        + STREAM,
    "a branch that is off by default, and other callers": """\
        def main(path):
            show(path, True)

        def show(path, more=False):
            found = load(path)
            if more:
                print(found)
        """
        + STREAM,
    "an argument from many": (
        "def main():\n    for n in range(99):\n        price(str(n))\n\ndef price(x):\n    return json.loads(x)\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_left_alone(case: str) -> None:
    assert candidates(LEFT_ALONE[case]) == []


def test_candidates_come_heaviest_saving_first() -> None:
    rows = candidates("""\
        def main(a, b):
            for _ in range(3):
                json.loads(a)
            for _ in range(30):
                json.loads(b)
        """)
    assert [(row.line, row.saving) for row in rows] == [(5, 4_350), (3, 300)]


KNOWN = "def main(text, rows, more):\n    for _ in range(10):\n        json.loads(text)\n"
UNKNOWN = "def main(text, rows, more):\n    for row in rows:\n        json.loads(text)\n"

# what is paid beside a hoist that saves 1,350 of 1,500; its priority
PRIORITIES = {
    "nothing": (KNOWN, "", ["high"]),
    "as surely, 10,000": (KNOWN, "    for n in range(100):\n        Path(str(n)).read_text()\n", ["medium"]),
    "as surely, 100,000": (KNOWN, "    for n in range(1000):\n        Path(str(n)).read_text()\n", []),
    "as surely, 100,000, where the hoist leaves a loop of unknown bound": (
        UNKNOWN,
        "    for n in range(1000):\n        Path(str(n)).read_text()\n",
        ["high"],  # of 1,000 rounds 149,850, of 250,000
    ),
    "as surely, 10,000,000, where the hoist leaves a loop of unknown bound": (
        UNKNOWN,
        "    for n in range(100000):\n        Path(str(n)).read_text()\n",
        ["low"],
    ),
    "on a weaker condition": (
        KNOWN,
        "    if more:\n        for n in range(1000):\n            Path(str(n)).read_text()\n",
        ["high"],
    ),
    "in a loop of unknown bound": (KNOWN, "    for row in rows:\n        subprocess.run(row)\n", ["medium"]),
}


@pytest.mark.parametrize("case", PRIORITIES)
def test_a_saving_is_measured_by_what_is_surely_paid_beside_it(case: str) -> None:
    source, beside, expected = PRIORITIES[case]
    rows = candidates(source + beside)
    assert [(row.kind, row.saving, row.priority) for row in rows] == [("hoist", 1_350, word) for word in expected]


# what a loop repeats; what one round saves, of what it costs, in words, and rounds that the load counts

ROUNDS = {
    "a hoist": (f"{LOOP}        json.loads(text)\n        Path(row).read_text()\n", (150, 250, "per row", 10)),
    "with what is paid once beside it": (
        f"def main(text, rows):\n    Path('a').read_text()\n{LOOP.partition(chr(10))[2]}        json.loads(text)\n",
        (150, 150, "per row", 10),
    ),
    "and in a loop over something else": (
        f"{LOOP}        json.loads(text)\n    for one in text.parts:\n        Path(one).read_text()\n",
        (150, 150, "per row", 10),
    ),
    "in two loops": (
        "def main(text, orders):\n    for order in orders:\n        for line in order.lines:\n"
        "            json.loads(text)\n",
        (150, 150, "per order and line", 100),
    ),
    "twice in each round": (
        f"{LOOP}        g(text)\n        g(text)\n\ndef g(text):\n    json.loads(Path('a').read_text())\n",
        (500, 500, "per row", 10),
    ),
    "of a bound that is known": (KNOWN, (0, 0, "", 0)),
}


@pytest.mark.parametrize("case", ROUNDS)
def test_what_a_round_saves_and_costs(case: str) -> None:
    source, expected = ROUNDS[case]
    row = candidates(source)[0]
    assert (row.each, row.each_paid, row.per, row.counted) == expected


def test_what_saves_less_than_the_threshold_is_no_candidate() -> None:
    built = build("def main(a):\n    for _ in range(3):\n        json.loads(a)\n")
    assert traced(built).candidates == ()


def test_a_candidate_keeps_its_id_where_lines_move() -> None:
    source = "def main(a):\n    for _ in range(3):\n        json.loads(a)\n"
    (first,), (second,) = candidates(source), candidates("import os\n\n\n" + source)
    assert first.line != second.line
    assert len(first.id) == 8
