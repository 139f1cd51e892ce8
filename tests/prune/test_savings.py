"""What a candidate is told to save is what a trace of the patched source shows, where the edit is mechanical."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from code_path_audit.config import ActionConfig, default_config
from code_path_audit.pipeline import load, trace
from code_path_audit.prune.patches import always, patch
from tests.profiles.candidates import test_far_from_the_loop, test_queries, test_tables

TOLD_HERE = {
    "a file that a function reads for two": """\
        import json

        def load(path):
            with open(path) as stream:
                return json.load(stream)

        def main(path):
            first = load(path)["a"]
            return first + load(path)["b"]
        """,
    "a text that is parsed twice in each round": """\
        import json

        def main(path, rows):
            with open(path) as stream:
                table = json.load(stream)
            text = str(table)
            found = []
            for row in rows:
                found.append((json.loads(text)[row], json.loads(text)["b"]))
            return found
        """,
    "a function that reads a text, called in a list": """\
        import json
        from pathlib import Path

        def kinds():
            return json.loads(Path("kinds.json").read_text(encoding="utf-8"))

        def main(rows):
            return [kinds()[row] for row in rows]
        """,
    "a configuration that a helper of a helper reads": """\
        import tomllib

        def settings():
            with open("shop.toml", "rb") as stream:
                return tomllib.load(stream)

        def price(row):
            return row * settings()["vat"]

        def main(rows):
            total = 0
            for row in rows:
                total += price(row)
            return total
        """,
    "a commit in two loops": """\
        import sqlite3

        def main(days):
            db = sqlite3.connect("a.db")
            for day in days:
                for row in day.rows:
                    db.execute("INSERT INTO t VALUES (?)", (row,))
                    db.commit()
        """,
    "a commit for each row of a file": """\
        import csv
        import sqlite3

        def main(path):
            db = sqlite3.connect("a.db")
            cursor = db.cursor()
            with open(path) as stream:
                rows = list(csv.reader(stream))
            for row in rows:
                cursor.execute("INSERT INTO t VALUES (?)", row)
                db.commit()
            db.close()
        """,
    "a commit of a session": """\
        from sqlalchemy.orm import Session

        def main(session: Session, rows):
            for row in rows:
                session.add(row)
                session.commit()
        """,
    "a commit of an object": """\
        import sqlite3

        class Store:
            def __init__(self):
                self.db = sqlite3.connect("a.db")

            def add(self, row):
                self.db.execute("INSERT INTO t VALUES (?)", (row,))
                self.db.commit()

        def main(rows):
            store = Store()
            for row in rows:
                store.add(row)
        """,
    "a copy of what is given, for its length": """\
        import copy

        def main(rows, table):
            for row in rows:
                print(len(copy.deepcopy(table)), row)
        """,
    "a copy of an attribute": """\
        import copy

        class Config:
            def __init__(self, lines):
                self.lines = lines

            def find(self, key):
                for line in copy.deepcopy(self.lines):
                    if line == key:
                        return True
                return False

        def main(rows, lines):
            config = Config(lines)
            for row in rows:
                print(config.find(row))
        """,
    "one element of a table": """\
        import copy

        BADGES = {"new": {"text": "New", "color": "green"}, "sale": {"text": "Sale", "color": "red"}}

        def main(rows):
            return [copy.deepcopy(BADGES).get(row) for row in rows]
        """,
    "two lines for each row": """\
        def main(rows, path):
            total = 0
            for number, row in enumerate(rows):
                with open(path, "a", encoding="utf-8") as log:
                    log.write(str(number))
                    log.write(row)
            return total
        """,
    "a path that is opened": """\
        from pathlib import Path

        LOG = Path("a.log")

        def main(rows):
            for row in rows:
                with LOG.open("a") as log:
                    log.write(row)
        """,
    "a row of a table": """\
        import csv

        def main(rows):
            for row in rows:
                with open("a.csv", "a", newline="") as stream:
                    csv.writer(stream).writerow(row)
        """,
    "a line that is printed": """\
        def main(rows):
            for row in rows:
                with open("a.log", "a") as log:
                    print(row, file=log)
        """,
    "a text that is parsed twice": """\
        import tomllib

        def main(path):
            with open(path, "rb") as stream:
                text = stream.read().decode()
            name = tomllib.loads(text)["name"]
            return name, tomllib.loads(text)["version"]
        """,
    "a function that reads a file, called three times": """\
        import json

        def load(path):
            with open(path) as stream:
                return json.load(stream)

        def main(path):
            a = load(path)["a"]
            b = load(path)["b"]
            return a, b, load(path)["c"]
        """,
    "a row that is made a text twice": """\
        import json

        def main(rows):
            for row in rows:
                print(json.dumps(row))
                print(len(json.dumps(row)))
        """,
}
SOURCES = TOLD_HERE | {
    name: source for table in (test_tables.PROPOSED, test_far_from_the_loop.PROPOSED)
    for name, (source, _) in table.items()
}  # fmt: skip

CASES = {
    "hoist": (
        "a text that is parsed for each name, by a parser that may also read a stream",
        "a file that is opened in what a parser is given",
        "a tree of XML that is only asked",
        "a revision that is asked for in each round",
        "a file that some rounds need",
        "a function that reads a text, called in a list",
    ),
    "cache": (
        "a table that a helper reads each time",
        "a file for each of a kind of rows",
        "the version of the sources, asked of git for each row",
        "a configuration that a helper of a helper reads",
    ),
    "client": (
        "a session that a helper makes in each call",
        "a client that a helper makes in each call",
        "a connection that closing() closes",
        "requests for messages, which nobody waits for together",
        "a client for each request",
        "a session in a loop",
    ),
    "commit": (
        "a commit for each row, and a statement",
        "a commit for each row, in a branch",
        "a commit for each row, in a helper",
        "a commit in two loops",
        "a commit for each row of a file",
        "a commit of a session",
        "a commit of an object",
    ),
    "copy": (
        "a copy of a whole table that is only read",
        "a copy that is handed to what makes a text of it",
        "a copy of what is given, for its length",
        "a copy of an attribute",
        "one element of a table",
    ),
    "open": (
        "a log that is opened for each line",
        "two lines for each row",
        "a path that is opened",
        "a row of a table",
        "a line that is printed",
    ),
    "keep": (
        "a file that a function reads for two",
        "a text that is parsed twice in each round",
        "a text that is parsed twice",
        "a function that reads a file, called three times",
        "a row that is made a text twice",
    ),
}
ROWS = [(kind, name) for kind, names in CASES.items() for name in names]


@pytest.mark.parametrize(("kind", "name"), ROWS, ids=[name for _, name in ROWS])
def test_what_is_told_is_what_a_trace_shows(kind: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(dedent(SOURCES[name]), encoding="utf-8")
    config = default_config(tmp_path)
    found = patch(config, (ActionConfig("main", ("m.main",)),))
    rows = [row for row in found.applied if row.candidate.kind == kind]
    assert [(row.candidate.title, row.before - row.after) for row in rows] == [
        (row.candidate.title, row.candidate.saving) for row in rows
    ]
    assert rows


VIEWS = {
    "rows in a list": "def view():\n    return [order.customer.name for order in Order.objects.all()]\n",
    "rows that have a name": """\
def view(key):
    rows = Order.objects.filter(pk=key)
    for order in rows:
        print(order.customer.name)
""",
    "rows of a helper": """\
def view(key):
    return [text(order) for order in asked(key)]

def asked(key):
    return Order.objects.filter(pk=key)

def text(order):
    return f"{order.pk} {order.customer.name}"
""",
    "the first rows, in their order": """\
def view(key):
    for order in Order.objects.filter(pk__gt=key).order_by("pk"):
        print(order.pk, order.customer.name)
""",
    "rows of a branch": """\
def view(key, late=False):
    rows = Order.objects.filter(pk=key) if late else Order.objects.all()
    return {order.pk: order.customer.name for order in rows}
""",
}


@pytest.mark.parametrize("case", VIEWS)
def test_what_is_told_of_select_related_is_what_a_trace_shows(case: str, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "__init__.py").touch()
    (shop / "models.py").write_text(test_queries.MODELS, encoding="utf-8")
    (shop / "views.py").write_text(test_queries.VIEW + VIEWS[case], encoding="utf-8")
    found = patch(default_config(tmp_path), (ActionConfig("view", ("shop.views.view",)),))
    assert [(row.candidate.kind, row.before - row.after) for row in found.applied] == [
        ("query", row.candidate.saving) for row in found.applied
    ]
    assert found.applied


READ = "    with open(path) as stream:\n        text = stream.read()\n"
EAGER = {
    "a text that is parsed": (
        f"import json\n\ndef main(path, verbose=False):\n{READ}    rows = json.loads(text)\n"
        "    if verbose:\n        print(rows)\n"
    ),
    "a function that reads a file": (
        "import json\n\ndef load(path):\n    with open(path) as stream:\n        return json.load(stream)\n\n"
        "def main(path, verbose=False):\n    table = load(path)\n    print(path)\n"
        "    if verbose:\n        print(table)\n"
    ),
    "a table that an error alone needs": (
        f"import json\n\ndef main(path):\n{READ}    rows = json.loads(text)\n"
        "    if not text:\n        raise ValueError(rows)\n    print(text)\n"
    ),
    "a tree": (
        f"import ast\n\ndef main(path, verbose=False):\n{READ}    tree = ast.parse(text)\n"
        "    if verbose:\n        print(ast.dump(tree))\n"
    ),
    "a file of the past, before a loop": (
        "import json\nfrom pathlib import Path\n\ndef past():\n    return json.loads(Path('past.json').read_text())\n\n"
        "def main(rows, verbose=False):\n    old = past()\n    for row in rows:\n        print(row)\n"
        "    if verbose:\n        print(old)\n"
    ),
}


@pytest.mark.parametrize("case", EAGER)
def test_what_is_told_of_lazy_is_what_no_run_pays_without_its_condition(case: str, tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(EAGER[case], encoding="utf-8")
    config, action = default_config(tmp_path), ActionConfig("main", ("m.main",))
    before = always(trace(load(config), action, config))
    found = patch(config, (action,))
    (row,) = found.applied
    path.write_bytes(found.after["m.py"])
    assert (row.candidate.kind, row.before - row.after) == ("lazy", 0)
    assert before - always(trace(load(config), action, config)) == row.candidate.saving


TABLES = {
    "two dicts": ('{"new": {"text": "New", "color": "green"}, "sale": {"text": "Sale", "color": "red"}}', ".get(row)"),
    "lists, the last one other": ('[[1, 2, 3, 4], [5, 6, 7, 8], [{"a": 9}, 10, 11, 12, 13]]', "[row]"),
    "a list, a text and a dict": ('{"a": [1, 2, 3, 4, 5, 6, 7, 8, 9], "b": "text", "c": {"k": [1, 2, 3]}}', "[row]"),
    "six dicts, more than a trace tells apart": (str({key: {"x": [1, 2, 3], "y": 2} for key in "abcdef"}), "[row]"),
    "dicts of dicts": ('{"a": {"x": {"y": {"z": 1}}}, "c": {"x": (1, 2), "y": []}}', ".get(row, None)"),
    "a dict, and one that is empty": ('{"a": [1, 2, 3, 4, 5, 6, 7, 8, 9], "b": {}}', ".get(row, {})"),
}


@pytest.mark.parametrize("case", TABLES)
def test_what_is_told_of_one_element_is_what_a_trace_shows(case: str, tmp_path: Path) -> None:
    table, asked = TABLES[case]
    path = tmp_path / "m.py"
    path.write_text(
        f"import copy\n\nTABLE = {table}\n\ndef main(rows):\n"
        f"    return [copy.deepcopy(TABLE){asked} for row in rows]\n",
        encoding="utf-8",
    )
    found = patch(default_config(tmp_path), (ActionConfig("main", ("m.main",)),))
    assert [(row.candidate.kind, row.before - row.after) for row in found.applied] == [
        ("copy", row.candidate.saving) for row in found.applied
    ]
    assert found.applied
