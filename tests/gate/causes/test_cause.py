"""What of a change is the cause of a finding: a row is a program, an edit, and the line that is named, or none."""

# ruff: noqa: E501 (a row is an edit, and reads best as one line)

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from code_path_gate.causes.cause import WITH
from code_path_gate.causes.change import TEXT, place_of, text_on
from code_path_gate.causes.explain import Explaining, explain, explaining
from code_path_gate.causes.lines import hunks, lines_after
from code_path_gate.verdict.drift import Finding, compare
from code_path_gate.verdict.policy import Policy, failure
from tests.gate.programs import traced

APP, WORK = "shop/app.py", "shop/work.py"

PROGRAM = {
    APP: """\
        import functools
        from shop import work
        from shop.work import HOOKS, TIMES, Fast, read

        def main(names):
            worker = Fast()
            data = read("x")
            for name in names:
                work.note(name)
                worker.run(name)
            for hook in HOOKS:
                hook(names)
            for number in range(TIMES):
                number.bit_length()
            if names:
                return data
            return None
        """,
    WORK: """\
        import functools
        import json

        TIMES = 2
        HOOKS = [print]

        class Worker:
            kept = None

            def run(self, name: str) -> None:
                return self.work(name)

            def work(self, name):
                return None

        class Fast(Worker):
            def work(self, name):
                return name

        class Slow(Worker):
            def work(self, name):
                return open(name)

        @functools.cache
        def read(name):
            return json.load(open(name))

        def note(text):
            if not text:
                return None
            return len(text)

        def archive(names):
            return open("archive")

        def each(values, what=len):
            return [what(value) for value in values]
        """,
}


def edited(*edits: tuple[str, str, str], files: Mapping[str, str] = PROGRAM) -> dict[str, str]:
    """The program with some texts replaced: (file, old, new)."""
    new = dict(files)
    for path, old, text in edits:
        assert old in new[path], old
        new[path] = new[path].replace(old, text, 1)
    return new


EXPLAINED = {
    "an op is new": ((WORK, "return len(text)", "return open(text)"), "work.py: return open(text)"),
    "an op is new, on a later line of its statement": (
        (WORK, "return len(text)", "return (\n                len(text)\n                or open(text)\n            )"),
        "work.py: or open(text)",
    ),
    "a call is new": ((APP, "data = read", "work.archive(names)\n            data = read"), "app.py: work.archive(names)"),
    "a call moves into a loop": (
        (APP, "        work.note(name)", "        work.note(name)\n                work.archive(name)"),
        "app.py: work.archive(name)",
    ),
    "a cache is taken off": ((WORK, "@functools.cache\n        def read", "def read"), None),
    "another class is made": ((APP, "worker = Fast()", "worker = work.Slow()"), "app.py: worker = work.Slow()"),
    "an override is new": (
        (WORK, "class Fast(Worker):\n            def work(self, name):\n                return name", "class Fast(Worker):\n            def work(self, name):\n                return open(name)"),
        "work.py: return open(name)",
    ),
    "another base class": ((WORK, "class Fast(Worker):\n            def work(self, name):\n                return name", "class Fast(Worker):\n            pass\n\n        Fast.work = lambda self, name: open(name)"), "work.py: Fast.work = lambda self, name: open(name)"),
    "a function is registered": ((WORK, "def each", "HOOKS.append(archive)\n\n        def each"), "work.py: HOOKS.append(archive)"),
    "a function is registered in a table": ((WORK, "def each", "HOOKS[:] = [archive]\n\n        def each"), "work.py: HOOKS[:] = [archive]"),
    "a partial is called": (
        (APP, "data = read", "later = functools.partial(work.archive, names)\n            later()\n            data = read"),
        "app.py: later()",
    ),
    "handed to a helper that calls it in a loop": (
        (APP, "data = read", "work.each(names, open)\n            data = read"),
        "app.py: work.each(names, open)",
    ),
    "a default": ((APP, "data = read", "work.each(names)\n            data = read"), None),
}  # fmt: skip
"""An edit, and the line that is the cause of what fails: None where nothing fails."""

LOGGED = """\
        def note(log, name):
            log.write(name)

        def main(names):
            with open("log") as log:
                for name in names:
                    note(log, name)
        """
LOGGED_IN_NOTE = """\
        def note(name):
            with open("log") as log:
                log.write(name)

        def main(names):
            for name in names:
                note(name)
        """

SPLIT = {
    "a constant bounds a loop": (
        edited((APP, "number.bit_length()", "read(str(number))"), (WORK, "@functools.cache\n        def read", "def read")),
        (WORK, "TIMES = 2", "TIMES = 500"),
        "work.py: TIMES = 500",
    ),
    "a cache": (
        edited((APP, "work.note(name)", "read(name)")),
        (WORK, "@functools.cache\n        def read", "def read"),
        "work.py: @functools.cache",
    ),
    "a call more, beside one that stands behind a branch now": (
        edited(
            (APP, 'data = read("x")', 'data = work.archive(names)\n            held = names'),
            (WORK, "def each", "def kept(names):\n            return archive(names)\n\n        def each"),
        ),
        (APP, "data = work.archive(names)\n            held = names", "work.kept(names)\n            if names:\n                data = work.archive(names)"),
        "app.py: work.kept(names)",
    ),
    "a statement that stood in another function before": (
        {APP: LOGGED}, (APP, LOGGED, LOGGED_IN_NOTE), 'app.py: with open("log") as log:',
    ),
    "a guard, that an expensive op fails by": (
        edited((WORK, "return len(text)", "return len(text) or open(text)")),
        (WORK, "return len(text) or open(text)", "return len(text) or [open(text) for _ in text]"),
        "work.py: return len(text) or [open(text) for _ in text]",
    ),
}  # fmt: skip
"""A program, an edit of it, and the cause."""


class Told(NamedTuple):
    finding: Finding
    cause: str | None


def failing(old: Mapping[str, str], new: Mapping[str, str]) -> list[Told]:
    base, before = traced(old)
    head, after = traced(new)
    by = explaining(head, base)
    policy = Policy(head.measured.threshold)
    found = compare(before, after, head.measured.calls, policy.threshold)
    return [Told(row, told(row, by, new)) for row in found if failure(row, policy)]


def told(finding: Finding, by: Explaining, new: Mapping[str, str]) -> str | None:
    cause = explain(finding, by).cause
    if cause is None:
        return None
    assert is_inside(cause.file, cause.line, by)
    return f"{cause.file.rpartition('/')[2]}: {cause.text}"


def is_inside(path: str, line: int, by: Explaining) -> bool:
    """Whether a line is one that differs, or where one was."""
    assert by.base is not None
    old, new = by.base.source[path], by.head.source[path]
    was, now = old.splitlines(), new.splitlines()
    after = lines_after(hunks(was, now))
    gone = {place_of(number, hunks(was, now), len(now)) for number in lines_after(hunks(now, was))}
    return line in after or line in gone


@pytest.mark.parametrize("name", EXPLAINED)
def test_the_cause_of_what_fails(name: str) -> None:
    edit, expected = EXPLAINED[name]
    found = {row.cause for row in failing(PROGRAM, edited(edit))}
    assert found == ({expected} if expected else set())


@pytest.mark.parametrize("name", SPLIT)
def test_the_cause_of_what_grows(name: str) -> None:
    old, edit, expected = SPLIT[name]
    found = {row.cause for row in failing(old, edited(edit, files=old))}
    assert found == {expected}


SAVING = {
    APP: """\
        from shop.work import TIMES, save
        NAMES = ["a", "b"]

        def main(names):
            again = False
            for name in NAMES[:9]:
                save(name, False)
            for number in range(TIMES):
                save("number")
            for name in names:
                save(name, again)
            [save(name, False) for name in range(2)]
        """,
    WORK: """\
        import json

        TIMES = 2

        def save(name, again=False):
            if again:
                return json.load(open(name))
            return None
        """,
}
"""A program in which what a function is given says whether it reads."""

HOW = {
    "another argument, in a loop": ((APP, "save(name, False)", "save(name, True)"), "edge", "it is called with other arguments"),
    "another argument, by a name": ((APP, "again = False", "again = True"), "edge", "it is called with other arguments"),
    "a bound, elsewhere": ((WORK, "TIMES = 2", "TIMES = 500"), "loop", "a loop around it runs more often"),
    "a statement that is loop and call": ((APP, "range(2)", "range(900)"), "loop", "its statement was changed"),
}  # fmt: skip
"""An edit of the same calls in the same loops, the kind of the cause, and what happened."""


@pytest.mark.parametrize("name", HOW)
def test_the_cause_says_what_happened(name: str) -> None:
    edit, kind, how = HOW[name]
    old = (
        SAVING
        if "argument" in name
        else edited(
            (APP, '"number")', '"number", True)'), (APP, "[save(name, False)", "[save(name, True)"), files=SAVING
        )
    )
    base, _ = traced(old)
    head, _ = traced(edited(edit, files=old))
    by = explaining(head, base)
    causes = [explain(row.finding, by).cause for row in failing(old, edited(edit, files=old))]
    assert {(cause.kind, cause.how) for cause in causes if cause is not None} == {(kind, how)}


MODELS, QUERIES = "shop/models.py", "shop/queries.py"

ROWS = {
    MODELS: """\
        from sqlalchemy.orm import DeclarativeBase, Mapped, relationship

        class Base(DeclarativeBase):
            pass

        class Product(Base):
            shop: Mapped[str] = relationship()

        class Line(Base):
            product: Mapped[Product] = relationship(lazy="joined")
            note: Mapped[Product] = relationship()

        class Order(Base):
            customer: Mapped[Product] = relationship()
            lines: Mapped[list[Line]] = relationship()

            @property
            def label(self):
                return self.customer.name
        """,
    QUERIES: """\
        from sqlalchemy import select
        from sqlalchemy.orm import Session, joinedload, selectinload
        from shop.models import Order

        WITH_LINES = (selectinload(Order.lines),)

        class Queries:
            def __init__(self, session: Session):
                self.session = session

            def recent(self):
                statement = (
                    select(Order)
                    .options(*WITH_LINES)
                    .options(joinedload(Order.customer))
                    .limit(10)
                )
                return self.session.scalars(statement).all()

            def bare(self):
                return self.session.scalars(select(Order)).all()
        """,
    APP: """\
        from shop.queries import Queries

        def listed(queries):
            return queries.recent()

        def main(session):
            orders = listed(Queries(session))
            return [(order.label, [line.product.name for line in order.lines]) for order in orders]
        """,
}
"""A program whose queries load in one place what another reads."""

WITHOUT = {
    "an option is gone": (
        (QUERIES, "                    .options(joinedload(Order.customer))\n", ""),
        {"queries.py: .options(joinedload(Order.customer))"},
    ),
    "an option is another": (
        (QUERIES, "joinedload(Order.customer)", "joinedload(Order.lines)"),
        {"queries.py: .options(joinedload(Order.customer))"},
    ),
    "options that are kept elsewhere": (
        (QUERIES, "(selectinload(Order.lines),)", "()"),
        {"queries.py: WITH_LINES = (selectinload(Order.lines),)"},
    ),
    "a relationship is lazy": (
        (MODELS, 'relationship(lazy="joined")', "relationship()"),
        {'models.py: product: Mapped[Product] = relationship(lazy="joined")'},
    ),
    "another query": ((APP, "queries.recent()", "queries.bare()"), {"app.py: return queries.bare()"}),
    "an option that is not needed": ((QUERIES, ".limit(10)", ".options(joinedload(Line.note))"), set()),
}  # fmt: skip
"""An edit of what asks for rows, and the lines that are the causes of what fails."""


@pytest.mark.parametrize("name", WITHOUT)
def test_the_cause_is_where_rows_are_asked_for(name: str) -> None:
    edit, expected = WITHOUT[name]
    assert {row.cause for row in failing(ROWS, edited(edit, files=ROWS))} == expected


DJANGO = {
    MODELS: """\
        from django.db import models

        class Country(models.Model):
            name = models.CharField()

        class Author(models.Model):
            country = models.ForeignKey(Country, on_delete=models.CASCADE)

        class Tag(models.Model):
            name = models.CharField()

        class BookQuerySet(models.QuerySet):
            def shown(self):
                return self.select_related("author__country").prefetch_related("tags", "readers")

            def listed(self):
                return self.select_related("author__country")

        class Book(models.Model):
            author = models.ForeignKey(Author, on_delete=models.CASCADE)
            tags = models.ManyToManyField(Tag)
            readers = models.ManyToManyField(Author)
            objects = BookQuerySet.as_manager()
        """,
    APP: """\
        from shop.models import Book

        def row(book):
            return book.author.country.name, [tag.name for tag in book.tags.all()], len(book.readers.all())

        def main():
            return [row(book) for book in Book.objects.shown()]
        """,
}
"""A program whose queryset fetches what a function elsewhere reads."""

FETCHED = {
    "a path is shorter": ('"author__country"', '"author"'),
    "relations to many": ('.prefetch_related("tags", "readers")', ""),
    "one relation to many of two": ('"tags", "readers"', '"readers"'),
}
SHOWN = 'models.py: return self.select_related("author__country").prefetch_related("tags", "readers")'


@pytest.mark.parametrize("name", FETCHED)
def test_the_cause_is_where_a_queryset_fetched_it(name: str) -> None:
    found = failing(DJANGO, edited((MODELS, *FETCHED[name]), files=DJANGO))
    assert {row.cause for row in found} == {SHOWN}


def test_the_cause_is_where_a_method_that_fetches_is_no_more_called() -> None:
    edit = (APP, "Book.objects.shown()", "Book.objects.filter(id=1)")
    found = failing(DJANGO, edited(edit, files=DJANGO))
    assert {row.cause for row in found} == {"app.py: return [row(book) for book in Book.objects.filter(id=1)]"}


KEPT = {
    MODELS: DJANGO[MODELS],
    APP: """\
        from shop.models import Book

        BOOKS = Book.objects.shown()

        def main():
            return [book.author.country.name for book in BOOKS.all()]
        """,
}


def test_the_cause_is_where_the_module_called_it() -> None:
    """The body of a module runs before the action: nothing of the action leads to it."""
    found = failing(KEPT, edited((APP, "Book.objects.shown()", "Book.objects.filter(id=1)"), files=KEPT))
    assert {row.cause for row in found} == {"app.py: BOOKS = Book.objects.filter(id=1)"}


def test_what_is_asked_for_with_all_rows_is_said_so() -> None:
    """A query more, which nothing reads: it is none that the rows come without."""
    old = edited((MODELS, '"tags", "readers"', '"tags"'), (APP, ", len(book.readers.all())", ""), files=DJANGO)
    base, before = traced(old)
    head, after = traced(edited((MODELS, '"tags"', '"tags", "readers"'), files=old))
    by = explaining(head, base)
    found = [
        explain(row, by).cause for row in compare(before, after, head.measured.calls, 0) if row.now and not row.was
    ]
    assert [row and (row.text, row.how) for row in found] == [(SHOWN.partition(": ")[2], WITH)]


def test_the_cause_is_where_rows_with_less_are_asked_for() -> None:
    """The queries are in a function that the one which asks for the rows calls with each of them."""
    found = failing(DJANGO, edited((APP, "Book.objects.shown()", "Book.objects.listed()"), files=DJANGO))
    assert {row.cause for row in found} == {"app.py: return [row(book) for book in Book.objects.listed()]"}


MAPPED = {
    MODELS: """\
        from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

        class Base(DeclarativeBase):
            pass

        class Book(Base):
            id: Mapped[int] = mapped_column(primary_key=True)
            tags: Mapped[list["Tag"]] = relationship(back_populates="book")

        class Tag(Base):
            id: Mapped[int] = mapped_column(primary_key=True)
            book: Mapped["Book"] = relationship(back_populates="tags")
        """,
    APP: """\
        from shop.models import Book
        from sqlalchemy import select
        from sqlalchemy.orm import Session

        def main(db: Session):
            return [book.id for book in db.scalars(select(Book))]
        """,
}


def test_the_cause_is_where_a_class_says_what_comes_with_its_rows() -> None:
    plain = 'tags: Mapped[list["Tag"]] = relationship(back_populates="book")'
    loaded = plain.replace('"book")', '"book", lazy="selectin")')
    found = failing(MAPPED, edited((MODELS, plain, loaded), files=MAPPED))
    assert {row.cause for row in found} == {f"models.py: {loaded}"}


GATHERED = {
    WORK: """\
        async def ask(client, name):
            return await client.get(name)
        """,
    APP: """\
        import asyncio
        import httpx
        from shop.work import ask

        async def main(client: httpx.AsyncClient, names):
            answers = await asyncio.gather(*(ask(client, name) for name in names))
            one, other = await asyncio.gather(client.get("a"), client.post("b"))
            return answers, one, other
        """,
}
"""A program that waits for several answers at a time."""

IN_TURN = {
    "a loop": (
        "answers = await asyncio.gather(*(ask(client, name) for name in names))",
        "answers = []\n            for name in names:\n                answers.append(await ask(client, name))",
        {"app.py: answers.append(await ask(client, name))"},
    ),
    "two": (
        'one, other = await asyncio.gather(client.get("a"), client.post("b"))',
        'one = await client.get("a")\n            other = await client.post("b")',
        {'app.py: one = await client.get("a")', 'app.py: other = await client.post("b")'},
    ),
    "tasks": (
        "answers = await asyncio.gather(*(ask(client, name) for name in names))",
        "tasks = [asyncio.create_task(ask(client, name)) for name in names]\n            answers = [await t for t in tasks]",
        set(),
    ),
}
"""A statement, another in its place, and the lines that are the causes of what fails."""


@pytest.mark.parametrize("name", IN_TURN)
def test_what_waited_beside_others(name: str) -> None:
    old, new, expected = IN_TURN[name]
    found = failing(GATHERED, edited((APP, old, new), files=GATHERED))
    assert {row.cause for row in found} == expected
    assert all("because of a gather" in row.finding.note for row in found)


KEEPING = {
    WORK: """\
        import json

        RATES = {}

        class Config:
            def __init__(self):
                self.values = json.load(open("config.json"))

        def config():
            if not config.made or config.made is None:
                config.made = Config()
            return config.made

        config.made = None

        def rate(name):
            if name not in RATES:
                RATES[name] = json.load(open(name))
            return RATES[name]
        """,
    APP: """\
        from shop.work import config, rate

        def main(names):
            for name in names:
                config().values[name] = rate(name)
        """,
}
"""A program that asks for what it has kept before it makes it."""

KEPT_NO_MORE = {
    "what a function keeps of its own": ("if not config.made or config.made is None:", "if True:"),
    "what a dict has": ("if name not in RATES:", "if name:"),
}
"""A guard, and another that keeps nothing."""


@pytest.mark.parametrize("name", KEPT_NO_MORE)
def test_what_was_kept_is_a_cache_that_is_gone(name: str) -> None:
    old, new = KEPT_NO_MORE[name]
    base, before = traced(KEEPING)
    head, after = traced(edited((WORK, old, new), files=KEEPING))
    by = explaining(head, base)
    found = compare(before, after, head.measured.calls, head.measured.threshold)
    causes = [explain(row, by).cause for row in found if row.id]
    assert {(cause.kind, cause.how, cause.text) for cause in causes if cause} == {
        ("cache", "what was kept is made each time", new)
    }


HARMLESS = (
    (WORK, "def run(self, name: str) -> None:", "def run(self, name: object) -> object:"),
    (WORK, "import functools\n        import json\n", "import json  # first\n        import functools\n"),
    (APP, "if names:\n                return data\n            return None", "return data if names else None"),
    (APP, "worker.run(name)", "worker.run(\n                    name,\n                )"),
    (WORK, "    kept = None\n", '    """It works."""\n\n            kept = None\n'),
    (
        WORK,
        "def each(values, what=len):",
        "def never():\n            return open('never')\n\n        def each(values, what=len):",
    ),
)
HARMFUL = (
    EXPLAINED["an op is new"][0],
    EXPLAINED["a call is new"][0],
    EXPLAINED["another class is made"][0],
    EXPLAINED["a function is registered"][0],
    EXPLAINED["handed to a helper that calls it in a loop"][0],
)


@given(st.sets(st.sampled_from(HARMLESS)), st.sampled_from(HARMFUL))
@settings(max_examples=25)
def test_undoing_the_hunk_of_a_cause_turns_it_green(
    harmless: set[tuple[str, str, str]], harmful: tuple[str, str, str]
) -> None:
    """Whatever is edited, what fails has a cause in the change, and without that one edit nothing fails."""
    found = failing(PROGRAM, edited(*sorted(harmless), harmful))
    assert found
    path, _, text = harmful
    lines = {f"{path.rpartition('/')[2]}: {line.strip()}" for line in text.splitlines()}
    assert {row.cause for row in found} <= lines
    assert failing(PROGRAM, edited(*sorted(harmless))) == []


UNEXPLAINED = {
    "annotations alone": (WORK, "def run(self, name: str) -> None:", "def run(self, name: Fast) -> Worker:"),
    "a function that nothing reaches": HARMLESS[-1],
    "what the called function does": (
        WORK,
        'return open("archive")',
        'names = names or ()\n            return open("archive")',
    ),
    "the line of the op, which was there": (WORK, 'return open("archive")', 'return open("archive", "r")'),
    "layout": HARMLESS[3],
}


@pytest.mark.parametrize("name", UNEXPLAINED)
def test_what_the_change_did_not_do_has_no_cause(name: str) -> None:
    """Were the analysis to see an op differently, such an edit would not be taken for the reason."""
    slow = edited(EXPLAINED["a call is new"][0])
    head, _ = traced(edited(UNEXPLAINED[name], files=slow))
    base, before = traced(PROGRAM)
    same, _ = traced(slow)
    # the calls are those of before the edit, the text is that of both sides: what differs is no line of the change
    by = explaining(head, base._replace(source=same.source))
    for row in compare(before, head.measured.current, head.measured.calls, head.measured.threshold):
        if row.id:
            assert explain(row, by).cause is None, row


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("    x = 1  ", "x = 1"),
        ("x" * TEXT, "x" * TEXT),
        ("x" * (TEXT + 1), "x" * (TEXT - 3) + "..."),
        ("\udce4", "\ufffd"),
    ],
)
def test_a_line_is_shown_as_far_as_it_fits(line: str, shown: str) -> None:
    assert text_on([b"", line.encode("utf-8", "surrogateescape")], 2) == shown
    assert text_on([b""], 2) == ""


THREADS = {
    WORK: """\
        import asyncio, pathlib
        from concurrent.futures import ThreadPoolExecutor

        def load(path):
            return pathlib.Path(path).read_text()

        def load_all(paths):
            return [load(path) for path in paths]
        """,
    APP: """\
        import asyncio
        from shop.work import load, load_all

        async def main(paths):
            first = await asyncio.to_thread(load, "a")
            rest = await asyncio.get_running_loop().run_in_executor(None, load_all, paths)
            return first, rest
        """,
}
"""What waits for files does so in threads."""

ON_THE_LOOP = {
    'await asyncio.to_thread(load, "a")': 'load("a")',
    "await asyncio.get_running_loop().run_in_executor(None, load_all, paths)": "load_all(paths)",
}


@pytest.mark.parametrize("old", ON_THE_LOOP)
def test_what_waited_in_a_thread_and_blocks_the_loop_now_fails(old: str) -> None:
    found = failing(THREADS, edited((APP, old, ON_THE_LOOP[old]), files=THREADS))
    assert {str(row.cause).partition(" = ")[2] for row in found} == {ON_THE_LOOP[old]}
    assert all("because of the event loop" in row.finding.note for row in found)


def test_another_thread_is_no_loop() -> None:
    executor = "await asyncio.get_running_loop().run_in_executor(None, load_all, paths)"
    assert failing(THREADS, edited((APP, executor, "await asyncio.to_thread(load_all, paths)"), files=THREADS)) == []
