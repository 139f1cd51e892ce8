"""What functions make again of the same: of what a loop gives them in each round, or of what others are given beside
them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.profiles.candidates.told import told

RULES = """\
import argparse
import json
import yaml
from pathlib import Path

def problems(rules_path, path):
    rules = yaml.safe_load(rules_path.read_text("utf-8"))
    body = json.loads(path.read_text("utf-8"))
    for name, rule in rules.items():
        if name not in body and rule.get("required"):
            yield f"{name} is missing"

"""

TEXTS = """\
from markdown_it import MarkdownIt
from pathlib import Path

engine = MarkdownIt()

def headings(text: str):
    return [token.content for token in engine.parse(text) if token.type == "inline"]

def links(text: str):
    return [token.tag for token in engine.parse(text) if token.type == "link_open"]

"""

ONCE = "hoist: Run yaml.safe_load once, before the loop in line {} of m.main"

PROPOSED = {
    "a generator parses the rules for each file": (
        f"{RULES}"
        "def main(rules: Path, paths):\n"
        "    for path in paths:\n"
        "        for problem in problems(rules, Path(path)):\n"
        "            print(problem)\n",
        ONCE.format(14),
    ),
    "of what the command line gave": (
        f"{RULES}"
        "def main():\n"
        "    parser = argparse.ArgumentParser()\n"
        "    parser.add_argument('rules', type=Path)\n"
        "    parser.add_argument('paths', nargs='+', type=Path)\n"
        "    options = parser.parse_args()\n"
        "    for path in options.paths:\n"
        "        for problem in problems(options.rules, path):\n"
        "            print(problem)\n",
        ONCE.format(18),
    ),
    "a text that is parsed by two functions": (
        f"{TEXTS}"
        "def main(paths):\n"
        "    found = {}\n"
        "    for path in paths:\n"
        "        text = Path(path).read_text()\n"
        "        found[path] = {'headings': headings(text), 'links': links(text)}\n"
        "    return found\n",
        "keep: Run markdown_it.MarkdownIt.parse once for",
    ),
    "the same in two statements": (
        f"{TEXTS}"
        "def main(path):\n"
        "    text = Path(path).read_text()\n"
        "    first = headings(text)\n"
        "    print(path)\n"
        "    return first, links(text)\n",
        "keep: Run markdown_it.MarkdownIt.parse once for",
    ),
    "one of them on a condition": (
        f"{TEXTS}"
        "def main(path, deep):\n"
        "    text = Path(path).read_text()\n"
        "    first = headings(text)\n"
        "    if deep:\n"
        "        return links(text)\n"
        "    return first\n",
        "keep: Run markdown_it.MarkdownIt.parse once for",
    ),
}

LEFT_ALONE = {
    "texts of the elements of a comprehension": (
        f"{TEXTS}def main(texts):\n    return {{path: (headings(text), links(text + path)) for path, text in texts}}\n"
    ),
    "one function, called in a comprehension": (
        f"{TEXTS}def main(paths):\n    return {{path: headings(Path(path).read_text()) for path in paths}}\n"
    ),
    "rules of each round": (
        f"{RULES}"
        "def main(rows):\n"
        "    for row in rows:\n"
        "        print(list(problems(Path(row.rules), Path(row.path))))\n"
    ),
    "rules that the loop binds anew": (
        f"{RULES}"
        "def main(rules: Path, paths):\n"
        "    for path in paths:\n"
        "        print(list(problems(rules, Path(path))))\n"
        "        rules = rules.parent / path\n"
    ),
    "rules that the loop writes": (
        f"{RULES}"
        "def main(rules: Path, paths):\n"
        "    for path in paths:\n"
        "        found = list(problems(rules, Path(path)))\n"
        "        rules.write_text(str(found))\n"
    ),
    "a loop that ends at the first": (
        f"{RULES}"
        "def main(rules: Path, paths):\n"
        "    for path in paths:\n"
        "        if list(problems(rules, Path(path))):\n"
        "            break\n"
    ),
    "what is made is given away": (
        "import json\n\n"
        "def parsed(text, row):\n    table = json.loads(text)\n    table['row'] = row\n    return table\n\n"
        "def main(text: str, rows):\n    return [parsed(text, row) for row in rows]\n"
    ),
    "another text for the second": (
        f"{TEXTS}"
        "def main(path):\n"
        "    text = Path(path).read_text()\n"
        "    first = headings(text)\n"
        "    text = text.upper()\n"
        "    return first, links(text)\n"
    ),
    "an attribute that is set in between": (
        f"{TEXTS}"
        "def main(note):\n"
        "    first = headings(note.text)\n"
        "    note.text = note.text.upper()\n"
        "    return first, links(note.text)\n"
    ),
}


@pytest.mark.parametrize("case", PROPOSED)
def test_proposed(case: str, tmp_path: Path) -> None:
    source, expected = PROPOSED[case]
    assert any(row.startswith(expected) for row in told(source, tmp_path))


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_left_alone(case: str, tmp_path: Path) -> None:
    kinds = [row for row in told(LEFT_ALONE[case], tmp_path) if row.startswith(("hoist", "keep", "cache"))]
    assert kinds == []
