"""Functions that a cache would break: what they are given is no key, their callers change what they give, or what they
read changes. None is told to be kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.profiles.candidates.told import told

LOAD = """\
import json

def load():
    with open("table.json") as stream:
        return json.load(stream)

"""

NO_KEY = {
    "a list": """\
        import json

        def text(row):
            return json.dumps(row)

        def main(rows):
            for _ in rows:
                print(text([1, 2]))
        """,
    "a dict of options": """\
        import json

        def parsed(text, options):
            return json.loads(text, **options)

        def main(rows, text):
            for row in rows:
                print(parsed(text, {"parse_float": str})[row])
        """,
    "a list of parts that are joined": """\
        import tomllib

        def table(parts):
            return tomllib.loads("".join(parts))

        def main(rows, parts):
            for row in rows:
                print(table(parts)[row])
                parts.append(row)
        """,
    "a set": """\
        import yaml

        def shown(names):
            return yaml.safe_dump(sorted(names))

        def main(rows):
            names = set()
            for row in rows:
                names.add(row)
                print(shown(names))
        """,
    "rows of a bytearray": """\
        import json

        def parsed(data):
            return json.loads(bytes(data))

        def main(rows, data):
            for row in rows:
                data.extend(row)
                print(parsed(data))
        """,
}

CHANGED = {
    "an element is set": LOAD + "def main(rows):\n    for row in rows:\n        table = load()\n"
    "        table['row'] = row\n        print(table)\n",
    "an element is taken out": LOAD + "def main(rows):\n    for row in rows:\n        print(load().pop(row))\n",
    "a list in it grows": LOAD + "def main(rows):\n    for row in rows:\n        load()['rows'].append(row)\n",
    "an element is deleted": LOAD + "def main(rows):\n    for row in rows:\n        table = load()\n"
    "        del table['secret']\n        print(table)\n",
    "it is updated in a helper": LOAD + "def filled(table, row):\n    table.update(row)\n    return table\n\n"
    "def main(rows):\n    for row in rows:\n        print(filled(load(), row))\n",
    "its elements are changed in a loop": LOAD + "def main(rows):\n    for row in rows:\n        for entry in load():\n"
    "            entry['row'] = row\n            print(entry)\n",
    "it is handed on by another function": LOAD + "def table():\n    found = load()\n    return found\n\n"
    "def main(rows):\n    for row in rows:\n        mine = table()\n        mine.setdefault('rows', []).append(row)\n"
    "        print(mine)\n",
    "its function changes it": "import json\n\ndef load():\n    with open('table.json') as stream:\n"
    "        table = json.load(stream)\n    table['made'] = len(table)\n    return table\n\n"
    "class Page:\n    def __init__(self, row):\n        self.table = load()\n        self.table['row'] = row\n\n"
    "def main(rows):\n    return [Page(row) for row in rows]\n",
    "it becomes the globals of its module": "import yaml\n\ndef load():\n    with open('table.yaml') as stream:\n"
    "        table = yaml.load(stream, Loader=yaml.CSafeLoader)\n    for name, value in table.items():\n"
    "        globals()[name] = value\n\ndef main(rows):\n    for row in rows:\n        load()\n        print(row)\n",
    "an attribute that others add to": LOAD + "class Page:\n    def __init__(self, row):\n        self.table = load()\n"
    "        self.row = row\n\n    def add(self, name):\n        self.table['names'].append(name)\n\n"
    "def main(rows):\n    for row in rows:\n        page = Page(row)\n        page.add('a')\n        print(page)\n",
    "what a configuration reads": "import configparser\n\ndef config(row):\n    found = configparser.ConfigParser()\n"
    "    found.read('a.ini')\n    found['rows']['row'] = row\n    return found\n\n"
    "def main(rows):\n    for row in rows:\n        print(config(row))\n",
    "a tree": "import xml.etree.ElementTree as ET\n\ndef tree():\n    return ET.parse('a.xml').getroot()\n\n"
    "def main(rows):\n    for row in rows:\n        root = tree()\n        root.set('row', row)\n"
    "        print(ET.tostring(root))\n",
}

CHANGES = {
    "a request": """\
        import json
        from flask import request

        def state():
            return json.loads(request.args.get("state", "[]"))

        def main(rows):
            for row in rows:
                if row.wanted:
                    print(state())
        """,
    "the session of who asks": """\
        import json
        from flask import session

        def basket():
            return json.loads(session["basket"])

        def main(rows):
            return [basket() for row in rows if row]
        """,
    "a file that is written in between": """\
        import json

        def load():
            with open("a.json") as stream:
                return json.load(stream)

        def main(rows):
            for row in rows:
                print(load())
                with open("a.json", "w") as stream:
                    json.dump(row, stream)
        """,
    "a file that another function of its module writes": """\
        import json
        from pathlib import Path

        def load():
            return json.loads(Path("a.json").read_text())

        def store(row):
            Path("a.json").write_text(row)

        def main(rows):
            for row in rows:
                store(row)
                print(load())
        """,
    "what a folder lists": """\
        import os

        def names():
            return os.listdir("in")

        def main(rows):
            for row in rows:
                print(row, names())
        """,
    "a global that is written": """\
        import json

        TEXT = "{}"

        def table():
            return json.loads(TEXT)

        def main(rows):
            global TEXT
            for row in rows:
                TEXT = row
                print(table())
        """,
    "what belongs to a thread": """\
        import json
        import threading

        state = threading.local()

        def table():
            return json.loads(state.text)

        def main(rows):
            for row in rows:
                if row.wanted:
                    print(table())
        """,
    "an attribute that is written": """\
        import json

        class Page:
            def __init__(self):
                self.text = "{}"

            def table(self):
                return json.loads(self.text)

        def main(rows):
            page = Page()
            for row in rows:
                page.text = row
                print(page.table())
        """,
}


@pytest.mark.parametrize("source", [*NO_KEY.values()], ids=[*NO_KEY])
def test_what_is_no_key_is_not_told(source: str, tmp_path: Path) -> None:
    assert kinds(source, tmp_path).isdisjoint({"cache", "keep"})


@pytest.mark.parametrize("source", [*CHANGED.values()], ids=[*CHANGED])
def test_what_somebody_changes_is_not_told(source: str, tmp_path: Path) -> None:
    assert kinds(source, tmp_path).isdisjoint({"cache", "keep"})


@pytest.mark.parametrize("source", [*CHANGES.values()], ids=[*CHANGES])
def test_what_reads_what_changes_is_not_told(source: str, tmp_path: Path) -> None:
    assert kinds(source, tmp_path).isdisjoint({"cache", "keep"})


TWICE = {
    "the first of two results is changed": "first = load()\n    first['a'] = 1\n    print(first)\n    return load()\n",
    "the second of two is changed": "first = load()\n    second = load()\n    second['rows'].clear()\n"
    "    return first, second\n",
}


@pytest.mark.parametrize("source", [*TWICE.values()], ids=[*TWICE])
def test_what_is_changed_is_not_passed_on(source: str, tmp_path: Path) -> None:
    assert kinds(f"{LOAD}def main():\n    {source}", tmp_path) == set()


READ = {
    "it is asked": "def main(rows):\n    for row in rows:\n        if row.is_new:\n            print(load()[row])\n",
    "a copy of it is changed": "import copy\n\ndef main(rows):\n    for row in rows:\n        if row.is_new:\n"
    "            mine = copy.deepcopy(load())\n            mine['row'] = row\n            print(mine)\n",
    "something new is made of it": "def main(rows):\n    for row in rows:\n        if row.is_new:\n"
    "            mine = {key: len(value) for key, value in load().items()}\n            mine['row'] = row\n"
    "            print(mine)\n",
    "a list of it is sorted": "def main(rows):\n    for row in rows:\n        if row.is_new:\n"
    "            names = sorted(load())\n            print(names[0])\n",
}


@pytest.mark.parametrize("source", [*READ.values()], ids=[*READ])
def test_what_is_only_read_is_told(source: str, tmp_path: Path) -> None:
    assert "cache" in kinds(LOAD + source, tmp_path)


def kinds(source: str, folder: Path) -> set[str]:
    """The kinds of what is told of a program."""
    return {row.partition(":")[0] for row in told(source, folder)}


def test_what_is_handed_on_by_very_many_functions_needs_no_recursion(tmp_path: Path) -> None:
    count = 350
    chain = "".join(f"def f{i}(rows):\n    f{i + 1}(rows)\n" for i in range(count))
    main = "def main(names):\n    for _ in names:\n        f0(load())\n"
    assert told(f"{LOAD}{chain}def f{count}(rows):\n    rows.append(1)\n\n{main}", tmp_path) == []
