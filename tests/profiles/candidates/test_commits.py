"""Commits that a loop repeats, and those that say something in each round."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.profiles.candidates.told import LINE, told

# source, kinds and titles

PROPOSED = {
    "a commit for each row": (
        """\
        from sqlalchemy.orm import Session
        def main(session: Session, rows):
            for row in rows:
                session.add(row)
                session.commit()
        """,
        ['commit: Call sqlalchemy.orm.Session.commit once, after the loop in line 3'],
    ),
    "a commit for some rows": (
        """\
        import sqlite3
        def main(rows):
            db = sqlite3.connect("a.db")
            for row in rows:
                if row:
                    db.execute("UPDATE t SET done = 1 WHERE id = ?", (row,))
                    db.commit()
        """,
        ['commit: Call sqlite3.Connection.commit once, after the loop in line 4'],
    ),
}  # fmt: skip

# source

LEFT_ALONE = {
    "a commit before something is given to who asks": """\
        import sqlite3
        def main(rows):
            db = sqlite3.connect("a.db")
            for row in rows:
                db.execute("UPDATE t SET done = 1 WHERE id = ?", (row,))
                db.commit()
                yield row
        """,
    "rows that are locked": LINE
    + dedent("""\
        def main(session: Session, keys):
            for key in keys:
                o = session.scalar(select(Line).where(Line.id == key).with_for_update())
                o.state = "b"
                session.commit()
        """),
    "a commit for each hundred rows": LINE
    + dedent("""\
        def main(session: Session, rows):
            for n, row in enumerate(rows):
                session.add(row)
                if n % 100 == 0:
                    session.commit()
            session.commit()
        """),
    "what a round is about to do, and what it did": LINE
    + dedent("""\
        def main(session: Session, rows):
            for row in rows:
                row.state = "running"
                session.commit()
                compute(row)
                row.state = "done"
                session.commit()
        def compute(row):
            return sum(range(10))
        """),
    "a commit for so many rows that have come together": """\
        import sqlite3
        def main(rows):
            db = sqlite3.connect("a.db")
            found = []
            for row in rows:
                found.append(row)
                if len(found) >= 100:
                    db.executemany("INSERT INTO t VALUES (?)", found)
                    db.commit()
                    found = []
        """,
}


@pytest.mark.parametrize("case", PROPOSED)
def test_proposed(case: str, tmp_path: Path) -> None:
    source, expected = PROPOSED[case]
    assert told(source, tmp_path) == expected


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_left_alone(case: str, tmp_path: Path) -> None:
    assert told(LEFT_ALONE[case], tmp_path) == []
