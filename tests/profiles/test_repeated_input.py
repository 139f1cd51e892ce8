"""The same work on one value in several functions, of whole programs: what is told, and what is left alone."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from code_path_audit.api import trace_action
from code_path_audit.profiles.model import Action

REPEATED = {
    "handed on to two functions": (
        """
        def main(text):
            one(text)
            two(text)
        def one(a): return json.loads(a)
        def two(b): return json.loads(b)
        """,
        "a in app.one",
    ),
    "by the caller, and by what it calls": (
        """
        def main(text):
            json.loads(text)
            one(text)
        def one(text): return json.loads(text)
        """,
        "text in app.main",
    ),
    "two calls below": (
        """
        def main(text):
            one(text)
            two(text)
        def one(text): return json.loads(text)
        def two(text): return three(text)
        def three(text): return json.loads(text)
        """,
        "text in app.one",
    ),
    "held by an object": (
        """
        class Orders:
            def __init__(self, text): self.text = text
            def names(self): return json.loads(self.text)
            def prices(self): return json.loads(self.text)
        def main(text):
            orders = Orders(text)
            orders.names()
            orders.prices()
        """,
        "self.text in app.Orders.names",
    ),
    "an attribute of what was given": (
        """
        def main(options):
            one(options)
            two(options)
        def one(options): return json.loads(options.text)
        def two(options): return json.loads(options.text)
        """,
        "options.text in app.one",
    ),
    "an item of what was given": (
        """
        def main(options):
            one(options)
            two(options)
        def one(options): return json.loads(options["text"])
        def two(options): return json.loads(options["text"])
        """,
        "one value in app.one",
    ),
    "a path that is made of the same": (
        """
        def main(path):
            one(path)
            two(path)
        def one(path): return pathlib.Path(path).read_text()
        def two(path): return pathlib.Path(path).read_text()
        """,
        "one value in app.one",
    ),
    "a folder that is made of the same": (
        """
        def main(root):
            one(root)
            two(root)
        def one(root): return os.listdir(os.path.join(root, "x"))
        def two(root): return os.listdir(os.path.join(root, "x"))
        """,
        "one value in app.one",
    ),
    "a text of the same": (
        """
        def main(number):
            one(number)
            two(number)
        def one(number): return json.loads(str(number))
        def two(number): return json.loads(str(number))
        """,
        "one value in app.one",
    ),
    "a variable of the module": (
        """
        TEXT = open("x").name
        def main():
            one()
            two()
        def one(): return json.loads(TEXT)
        def two(): return json.loads(TEXT)
        """,
        "TEXT in app.one",
    ),
    "a property that is asked for by two methods": (
        """
        class Orders:
            def __init__(self, text): self.text = text
            @property
            def rows(self): return json.loads(self.text)
            def names(self): return self.rows
            def prices(self): return self.rows
        def main(text):
            orders = Orders(text)
            orders.names()
            orders.prices()
        """,
        "in app.Orders.rows(self)",
    ),
    "a lambda that is called twice": (
        """
        def main(text):
            get = lambda: json.loads(text)
            get()
            get()
        """,
        "in app.main.<lambda1>()",
    ),
    "once more on a condition": (
        """
        def main(text):
            one(text)
            if text:
                two(text)
        def one(text): return json.loads(text)
        def two(text): return json.loads(text)
        """,
        "text in app.one",
    ),
}

APART = {
    "two values": """
        def main(text, other):
            one(text)
            two(other)
        def one(text): return json.loads(text)
        def two(text): return json.loads(text)
        """,
    "one of two branches": """
        def main(text):
            if text:
                one(text)
            else:
                two(text)
        def one(text): return json.loads(text)
        def two(text): return json.loads(text)
        """,
    "two objects": """
        class Orders:
            def __init__(self, text): self.text = text
            def names(self): return json.loads(self.text)
            def prices(self): return json.loads(self.text)
        def main(text, other):
            Orders(text).names()
            Orders(other).prices()
        """,
    "an attribute that changes": """
        def main(options):
            one(options)
            options.text = "x"
            two(options)
        def one(options): return json.loads(options.text)
        def two(options): return json.loads(options.text)
        """,
    "an item that changes": """
        def main(options):
            one(options)
            options["text"] = "x"
            two(options)
        def one(options): return json.loads(options["text"])
        def two(options): return json.loads(options["text"])
        """,
    "what the module calls str": """
        def main(number):
            one(number)
            two(number)
        def str(number): return input()
        def one(number): return json.loads(str(number))
        def two(number): return json.loads(str(number))
        """,
    "the contents of an object": """
        def main(rows):
            one(rows)
            two(rows)
        def one(rows): return json.dumps(rows)
        def two(rows): return json.dumps(rows)
        """,
    "a stream": """
        def main(file):
            one(file)
            two(file)
        def one(file): return json.load(file)
        def two(file): return json.load(file)
        """,
    "a file of an action that writes": """
        def main(path):
            one(path)
            pathlib.Path("y").write_text("y")
            two(path)
        def one(path): return pathlib.Path(path).read_text()
        def two(path): return pathlib.Path(path).read_text()
        """,
    "a row of each round": """
        def main(rows):
            for row in rows:
                one(row)
            for row in rows:
                two(row)
        def one(row): return json.loads(row)
        def two(row): return json.loads(row)
        """,
    "what a cache keeps": """
        def main(text):
            one(text)
            two(text)
        def one(text): return load(text)
        def two(text): return load(text)
        @functools.cache
        def load(text): return json.loads(text)
        """,
    "what an object keeps": """
        class Orders:
            def __init__(self, text):
                self.text = text
                self.rows = None
            def names(self):
                if self.rows is None:
                    self.rows = json.loads(self.text)
                return self.rows
            def prices(self):
                if self.rows is None:
                    self.rows = json.loads(self.text)
                return self.rows
        def main(text):
            orders = Orders(text)
            orders.names()
            orders.prices()
        """,
    "what a cursor answers": """
        def main(connection: sqlite3.Connection):
            one(connection)
            two(connection)
        def one(connection: sqlite3.Connection): return connection.execute("select 1")
        def two(connection: sqlite3.Connection): return connection.execute("select 1")
        """,
}


def inputs(source: str, folder: Path) -> list[str]:
    """The inputs of what is repeated in `app.main`."""
    text = "import functools\nimport json\nimport os\nimport pathlib\nimport sqlite3\n" + dedent(source)
    (folder / "app.py").write_text(text, encoding="utf-8")
    found = trace_action(Action("main", ["app.main"], ""), source=folder).redundancies
    return [row.input for row in found]


@pytest.mark.parametrize("name", REPEATED)
def test_one_value_in_several_functions(name: str, tmp_path: Path) -> None:
    source, expected = REPEATED[name]
    assert inputs(source, tmp_path) == [expected]


@pytest.mark.parametrize("name", APART)
def test_what_is_not_the_same_or_not_once_more(name: str, tmp_path: Path) -> None:
    assert inputs(APART[name], tmp_path) == []
