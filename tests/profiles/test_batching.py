"""One call for all: what it would be, and what it saves."""

from __future__ import annotations

import pytest

from code_path_audit.profiles.batching import batch_words
from tests.profiles.builders import build, heuristic, traced

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
