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
    ),
    "cache": (
        "a table that a helper reads each time",
        "a file for each of a kind of rows",
        "the version of the sources, asked of git for each row",
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
    ),
    "copy": ("a copy of a whole table that is only read", "a copy that is handed to what makes a text of it"),
    "open": ("a log that is opened for each line",),
    "keep": tuple(TOLD_HERE),
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


def test_what_is_told_of_lazy_is_what_no_run_pays_without_its_condition(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(
        "import json\n\ndef main(path, verbose=False):\n    with open(path) as stream:\n        text = stream.read()\n"
        "    rows = json.loads(text)\n    if verbose:\n        print(rows)\n",
        encoding="utf-8",
    )
    config, action = default_config(tmp_path), ActionConfig("main", ("m.main",))
    before = always(trace(load(config), action, config))
    found = patch(config, (action,))
    (row,) = found.applied
    path.write_bytes(found.after["m.py"])
    assert (row.candidate.kind, row.before - row.after) == ("lazy", 0)
    assert before - always(trace(load(config), action, config)) == row.candidate.saving


def test_the_copy_of_one_element_is_told_by_its_share(tmp_path: Path) -> None:
    source = SOURCES["a count of what is deep-copied as a whole"]
    (tmp_path / "m.py").write_text(dedent(source), encoding="utf-8")
    (row,) = patch(default_config(tmp_path), (ActionConfig("main", ("m.main",)),)).applied
    # one of two elements is told as half; a trace has what a call costs whatever it copies, 31,000 and then 13,000, and
    # 530 for each of 9 nodes, then of 3, in two rounds
    assert (row.candidate.saving, row.before, row.before - row.after) == (26_770, 53_540, 2 * 530 * (9 - 3))
