"""What breaks a rule and is no reason to stop a change: a row is a program before and after, and why it is spared."""

# ruff: noqa: E501 (a row is an edit, and reads best as one line)

from __future__ import annotations

from typing import NamedTuple

import pytest

from code_path_gate.causes.exchanged import GivenUp, once_for_all
from code_path_gate.causes.explain import explain, explaining
from code_path_gate.causes.felt import Blamed, not_felt
from code_path_gate.verdict.drift import Finding, compare
from code_path_gate.verdict.policy import Policy, failure
from tests.gate.programs import traced
from tests.gate.rows import op

INSTEAD, CALLEES = "one of several branches", "one of several callees"
GUESS = "every way to it is a guess"
SMALL, CHEAP = "small beside requests.get", "one execution is below the threshold"

ONE = """
def main(flag):
    open("a")
"""
DISPATCH = """
import json

def first(names):
    open("a")

def second(names):
    pass

TABLE = {"first": first, "second": second}

def main(name):
    TABLE[name](name)
"""
SUBCOMMANDS = """
def main(command):
    if command == "a":
        return run_a()
    return 0

def run_a():
    open("a")
"""
FETCH = """
import requests

def main(names):
    requests.get("x")
    for name in names:
        print(name)
"""
AWAITED = """
import httpx

async def main(client: httpx.AsyncClient):
    await client.get("x")
"""

DEEP = """
import requests

def main(names):
    if names:
        open("a")
    for a in names:
        for b in a:
            for c in b:
                for d in c:
                    requests.get(d)
"""

WAYS = (
    """
import requests

def get(name):
    requests.get(name)

def main(names):
    for a in names:
        for b in a:
            for c in b:
                for d in c:
                    get(d)
"""
    + 99 * "                    get(d)\n"
)

GUARDED = """
import json
import requests

def main(names):
    if names:
        open("a")
    if names:
        requests.get("x")
    requests.post("y")
    for name in names:
        if name:
            name.stat()
            json.load(name)
"""
CHEAP_OP = """
import json

def note():
    json.dumps([1] * 3)

def main(names):
    note()
"""

CHAIN = """
import json

def quick(name):
    pass

def one(name):
    TWO[name](name)

def two(name):
    THREE[name](name)

def three(name):
    json.loads(name)

ONE = {"a": one, "b": quick}
TWO = {"a": two, "b": quick}
THREE = {"a": three, "b": quick}

def main(name):
    ONE[name](name)
"""
STRATEGY = """
import functools
import lib
import yaml

read_yaml = functools.partial(yaml.load, Loader=yaml.SafeLoader)

load = functools.partial(lib.load_from, strategy=read_yaml)

def main(name):
    load(name)
"""
SERVER = """
import lib

class Server(lib.Server):
    def serve(self):
        open("a")

SERVER = Server()

def stop():
    SERVER.stop()

def restart():
    SERVER.restart()

def reload():
    SERVER.reload()

def main(names):
    stop()
    restart()
    reload()
    other()

def other():
    pass
"""

EACH = """
import requests

def main(names):
    for name in names:
        requests.get(name)
"""
READ_TWICE = """\
import json

def read(name):
    return json.loads(name)

def main(names, flag):
    read(names[0])
    read(names[1])
"""

TWICE = """
import requests

def one(name):
    requests.get(name)

def two(name):
    requests.get(name)

def main(names):
    one("a")
    two("b")
"""

OTHER = """
import requests

def one(name):
    requests.get(name)

def two(name):
    print(name)

def main(name):
    one(name)
    two(name)
"""
BOOKS = """
from django.db import models

class Tag(models.Model):
    name = models.TextField()

class Book(models.Model):
    tags = models.ManyToManyField(Tag)

def main():
    for book in Book.objects.all():
        print(book.pk)
"""
LISTED = """
import requests
from django.core.cache import cache

def main(key):
    return load(key)

def load(key):
    return requests.get(key).json()
"""
CACHED = LISTED.replace(
    "    return load(key)",
    """    found = cache.get(key)
    if found is not None:
        return found
    found = load(key)
    cache.set(key, found)
    return found""",
)
PREFETCHED = BOOKS.replace("objects.all()", 'objects.prefetch_related("tags")')

BRANCHES = """
import json

def load(flag):
    if flag:
        return json.load(open("a"))
    return json.load(open("b"))

def main(flag):
    load(flag)
"""
HELPER = """
import requests

def named(name):
    return name

def main(names):
    for name in names:
        requests.get(named(name))
    other(names)

def other(name):
    pass
"""
OTHERS_CALL = """
def other(name):
    requests.put(named(name))
"""

FETCHED = """
def fetch(name):
    requests.get(name)

def send(name):
    if name.new:
        return requests.post(name)
    return requests.put(name)
"""

EACH_FETCHED = """
import requests

def main(names):
    seen = set()
    for name in names:
        if not name:
            continue
        requests.get(name)
"""
ASKED_BEFORE = EACH_FETCHED.replace(
    "        requests.get(name)",
    "        text = open(name)\n        if text in seen:\n            continue\n        requests.get(name)",
)

WRITTEN = f"""
import json
import toml
import yaml

def main():
    json.dumps({300 * [1]})
"""
MADE = """
import os
import requests

def main(name):
    if not os.path.isdir(name):
        os.makedirs(name)
"""

ROWS = {
    "what is asked before something dearer, and decides on it": (
        EACH_FETCHED, ASKED_BEFORE, {"open": "asked before requests.get, which runs on a condition since"}
    ),
    "what is asked before something dearer, which is done once for each answer": (
        EACH_FETCHED, ASKED_BEFORE.replace("        requests", "        seen.add(text)\n        requests"), {"open": "asked before requests.get, which runs on a condition since"}
    ),
    "what is asked behind it": (
        EACH_FETCHED,
        EACH_FETCHED.replace("        requests.get(name)", "        if name not in seen:\n            requests.get(name)\n        open(name)"),
        {"open": ""},
    ),
    "what is asked before something that is no dearer": (
        EACH_FETCHED.replace("requests.get(name)", "open(name + 'x')"),
        ASKED_BEFORE.replace("requests.get(name)", "open(name + 'x')").replace("open(name)", "requests.get(name)"),
        {"get": ""},
    ),
    "if and else with one op each": (
        ONE, ONE.replace('open("a")', 'if flag:\n        open("a")\n    else:\n        open("b")'), {"open": INSTEAD}
    ),
    "both of them, one after the other": (ONE, ONE.replace('open("a")', 'open("a")\n    open("b")'), {"open": ""}),
    "one more sub-command": (
        SUBCOMMANDS,
        SUBCOMMANDS.replace("    return 0\n", '    elif command == "b":\n        return run_b()\n    return 0\n\ndef run_b():\n    open("b")\n'),
        {"open": INSTEAD},
    ),
    "a sub-command that costs much more than the others": (
        SUBCOMMANDS,
        SUBCOMMANDS.replace("    return 0\n", '    elif command == "b":\n        return run_b()\n    return 0\n\ndef run_b():\n    import requests\n    requests.get("b")\n'),
        {"get": ""},
    ),
    "a branch that was there becomes dear": (
        SUBCOMMANDS, SUBCOMMANDS.replace("return 0", 'return open("b")'), {"open": ""}
    ),
    "small beside what the function pays anyway": (
        FETCH, FETCH.replace('    requests.get("x")', '    open("a")\n    requests.get("x")'), {"open": SMALL}
    ),
    "a guard that is gone of a small part": (
        GUARDED, GUARDED.replace("if names:\n        open", "if True:\n        open"), {"open": "small beside what is paid anyway"}
    ),
    "a guard that is gone of much": (
        GUARDED, GUARDED.replace("if names:\n        requests", "if True:\n        requests"), {"get": ""}
    ),
    "a guard that is gone in a loop": (
        GUARDED, GUARDED.replace("if name:\n            name", "if True:\n            name"), {"load": ""}
    ),
    "a guard that is gone, beside what is in too many loops for a figure": (
        DEEP, DEEP.replace("if names:", "if True:"), {"open": ""}
    ),
    "one of a hundred ways, through more loops than are told, gets one more": (
        WAYS, WAYS.replace("get(d)", "[get(e) for e in d]", 1), {"get": "one way more of many"}
    ),
    "one of three such ways gets one more": (
        WAYS.replace(97 * "                    get(d)\n", ""), WAYS.replace(97 * "                    get(d)\n", "").replace("get(d)", "[get(e) for e in d]", 1), {"get": ""}
    ),
    "one of a hundred ways, through loops that are told, gets one more": (
        WAYS.replace("for d in c", "if c").replace("get(d)", "get(c)"),
        WAYS.replace("for d in c", "if c").replace("get(d)", "get(c)").replace("get(c)", "[get(e) for e in c]", 1),
        {"get": ""},
    ),
    "as dear as what the function pays anyway": (
        FETCH, FETCH.replace('    requests.get("x")', '    requests.get("y")\n    requests.get("x")'), {"get": ""}
    ),
    "in a function that three likely calls lead to": (
        CHAIN, CHAIN.replace("json.loads(name)", "json.loads(name)\n    open(name)"), {"open": ""}
    ),
    "a new way of three likely calls": (
        CHAIN.replace("json.loads(name)", "open(name)").replace("    ONE[name](name)", "    print(name)"),
        CHAIN.replace("json.loads(name)", "open(name)"),
        {"open": GUESS},
    ),
    "a new way of two likely calls": (
        CHAIN.replace("THREE[name](name)", "open(name)").replace("    ONE[name](name)", "    print(name)"),
        CHAIN.replace("THREE[name](name)", "open(name)"),
        {"open": ""},
    ),
    "handed over instead of what it calls": (
        STRATEGY,
        STRATEGY.replace("strategy=read_yaml", "strategy=checked").replace("load =", "def checked(text):\n    return read_yaml(text)\n\nload =", 1),
        {"load": "shop.app.checked takes the place of read_yaml"},
    ),
    "handed over, and more than that": (
        STRATEGY,
        STRATEGY.replace("strategy=read_yaml", "strategy=checked").replace("load =", "def checked(text):\n    open(text)\n    return text\n\nload =", 1),
        {"open": ""},
    ),
    "one more call of a library that may call what others may": (
        SERVER, SERVER.replace("def other():\n    pass", "def other():\n    for number in range(30):\n        SERVER.check()"), {"open": "any of several calls of libraries may call"}
    ),
    "one for all instead of one for each": (
        EACH, EACH.replace("    for name in names:\n        requests.get(name)", '    open("x")'), {"open": "paid instead of requests.get"}
    ),
    "a call that blocks the event loop instead of one that is awaited": (
        AWAITED, AWAITED.replace("await client.get", "httpx.get"), {"get": ""}
    ),
    "one for each instead of one for all": (
        EACH.replace("    for name in names:\n        requests.get(name)", '    open("x")'), EACH, {"get": ""}
    ),
    "one that does what two did": (
        TWICE,
        TWICE.replace("    requests.get(name)", "    return fetch(name)").replace("def main", "def fetch(name):\n    requests.get(name)\n\ndef main"),
        {"get": "paid instead of requests.get"},
    ),
    "one of two runs of a helper, which is inlined in another spelling": (
        READ_TWICE, READ_TWICE.replace("read(names[1])", "json.load(names[1])"), {"load": "paid instead of json.loads", "loads": "one execution"}
    ),
    "one of two runs of a helper, which is inlined in a loop": (
        READ_TWICE, READ_TWICE.replace("read(names[1])", "[json.load(name) for name in names]"), {"load": "", "loads": "one execution"}
    ),
    "always, instead of what was ten times as dear on a condition": (
        EACH.replace("    for name in names:", "    if names:").replace("name)", "names)"),
        EACH.replace("    for name in names:\n        requests.get(name)", '    open("x")'),
        {"open": "paid instead of requests.get"},
    ),
    "either of two arms, instead of what cost as much": (
        EACH.replace("requests.get(name)", "fetch(name)") + FETCHED,
        EACH.replace("requests.get(name)", "send(name)") + FETCHED,
        {"post": "paid instead of requests.get", "put": "paid instead of requests.get"},
    ),
    "one after the other, instead of what cost as much as one": (
        EACH.replace("requests.get(name)", "fetch(name)") + FETCHED.replace("return requests.post", "requests.post"),
        EACH.replace("requests.get(name)", "send(name)") + FETCHED.replace("return requests.post", "requests.post"),
        {"post": "", "put": ""},
    ),
    "more than what is given up": (
        TWICE,
        TWICE.replace('    two("b")', '    for name in ("a", "b", "c"):\n        requests.post(name)'),
        {"post": ""},
    ),
    "of one kind of work, instead of what another function of the change did": (
        OTHER, OTHER.replace("requests.get(name)", "print(name)").replace("def two(name):\n    print", "def two(name):\n    requests.post"),
        {"post": "paid instead of requests.get"},
    ),
    "of one kind of work, in a function of the change, and more than that": (
        OTHER, OTHER.replace("requests.get(name)", "print(name)").replace("def two(name):\n    print", "def two(name):\n    requests.put(name)\n    requests.post"),
        {"post": "", "put": ""},
    ),
    "instead of what was asked for once for all rows": (
        PREFETCHED + "    ask()\n\ndef ask():\n    pass\n", BOOKS + "    ask()\n\ndef ask():\n    Tag.objects.first()\n", {"first": ""}
    ),
    "of another kind of work than what another function did": (
        OTHER, OTHER.replace("requests.get(name)", "print(name)").replace("def two(name):\n    print", "def two(name):\n    open"),
        {"open": ""},
    ),
    "asked for once for all rows that were read before": (BOOKS, PREFETCHED, {"tags": "asked for once for all rows"}),
    "asked for once for all rows, and read": (BOOKS, PREFETCHED.replace("book.pk", "book.tags.all()"), {"tags": ""}),
    "asked for once for all rows, and read instead of elsewhere": (
        BOOKS + "\ndef other(book):\n    return book.tags.all()\n", PREFETCHED.replace("book.pk", "book.tags.all()"), {"tags": ""}
    ),
    "rows that are newly read, with what belongs to them": (
        BOOKS.replace("Book.objects.all()", "range(3)"), PREFETCHED, {"tags": "", "__iter__": ""}
    ),
    "asked for once for all rows, in a loop": (
        BOOKS.replace("    for book", "    for number in range(9):\n      for book").replace("        print", "         print"),
        PREFETCHED.replace("    for book", "    for number in range(9):\n      for book").replace("        print", "         print"),
        {"tags": ""},
    ),
    "a cache over a network of what costs as much": (
        LISTED, CACHED, {"get": "it asks or fills a new cache", "set": "it asks or fills a new cache"},
    ),
    "a cache over a network of what costs nothing": (
        LISTED.replace("requests.get(key).json()", "key.upper()"),
        CACHED.replace("requests.get(key).json()", "key.upper()"),
        {"get": "", "set": ""},
    ),
    "a question to a cache that keeps nothing": (
        LISTED, LISTED.replace("    return load", "    cache.get(key)\n    return load"), {"get": ""}
    ),
    "another spelling, less than twice as dear": (
        WRITTEN, WRITTEN.replace(f"json.dumps({300 * [1]})", f"yaml.dump({500 * [1]})"), {"dump": "done instead of json.dumps"}
    ),
    "two calls for one, which are less than twice as dear together": (
        WRITTEN, WRITTEN.replace(f"json.dumps({300 * [1]})", f"yaml.dump({250 * [1]})\n    toml.dumps({250 * [1]})"),
        {"dump": "", "dumps": "done instead of json.dumps"},
    ),
    "two calls for one, which are twice as dear together": (
        WRITTEN, WRITTEN.replace(f"json.dumps({300 * [1]})", f"yaml.dump({300 * [1]})\n    toml.dumps({300 * [1]})"), {"dump": "", "dumps": ""}
    ),
    "another spelling, twice as dear": (WRITTEN, WRITTEN.replace(f"json.dumps({300 * [1]})", f"yaml.dump({800 * [1]})"), {"dump": ""}),
    "without asking first, which cost about as much": (
        MADE, MADE.replace("    if not os.path.isdir(name):\n        os", "    os").replace("(name)", "(name, exist_ok=True)"),
        {"makedirs": "done instead of os.path.isdir"},
    ),
    "without asking first, which cost much less": (
        MADE.replace("os.makedirs", "requests.get"), MADE.replace("    if not os.path.isdir(name):\n        os.makedirs", "    requests.get"), {"get": ""}
    ),
    "what each arm of a branch did, once for both": (
        BRANCHES, BRANCHES.replace('return json.load(open("a"))', 'flag = "a"').replace('open("b")', "open(flag)"),
        {"open": "each arm of a branch did it", "load": "each arm of a branch did it"},
    ),
    "what a caller did in one arm alone": (
        ONE.replace('open("a")', "if flag:\n        load()") + '\ndef load():\n    open("a")\n',
        ONE.replace('open("a")', "load()") + '\ndef load():\n    open("a")\n',
        {"open": ""},
    ),
    "what one arm of a branch did": (
        BRANCHES.replace('json.load(open("b"))', "None"),
        BRANCHES.replace('return json.load(open("a"))', 'flag = "a"').replace('open("b")', "open(flag)"),
        {"open": "", "load": ""},
    ),
    "in a loop, small beside what each round pays": (
        EACH, EACH.replace("requests.get(name)", "requests.get(name)\n        open(name)"), {"open": SMALL}
    ),
    "in a loop, of a size that nobody knows": (
        EACH, "import copy\n" + EACH.replace("requests.get(name)", "requests.get(name)\n        copy.deepcopy(name)"), {"deepcopy": ""}
    ),
    "in a loop, small beside what a helper pays in each round": (
        EACH.replace("requests.get(name)", "fetch(name)") + FETCHED, EACH.replace("requests.get(name)", "fetch(name)\n        open(name)") + FETCHED, {"open": "small beside shop.app.fetch, which shop.app.main pays"}
    ),
    "in a loop, beside what a helper pays on a condition": (
        EACH.replace("requests.get(name)", "fetch(name)") + FETCHED.replace("    requests.get", "    if name:\n        requests.get"),
        EACH.replace("requests.get(name)", "fetch(name)\n        open(name)") + FETCHED.replace("    requests.get", "    if name:\n        requests.get"),
        {"open": ""},
    ),
    "in a loop inside of the one that pays": (
        EACH, EACH.replace("requests.get(name)", "requests.get(name)\n        for part in name:\n            open(part)"), {"open": ""}
    ),
    "through a loop below, beside what each round pays": (
        EACH, EACH.replace("requests.get(name)", "requests.get(name)\n        each(name)") + "\ndef each(name):\n    for part in name:\n        open(part)\n", {"open": ""}
    ),
    "in a loop, beside what a branch of it pays": (
        EACH.replace("requests.get", "name and requests.get"), EACH.replace("requests.get(name)", "name and requests.get(name)\n        open(name)"), {"open": ""}
    ),
    "in a helper, small beside what its only caller pays each time": (
        HELPER, HELPER.replace("return name", "return open(name)"), {"open": SMALL}
    ),
    "in a helper, small beside what each of its callers pays each time": (
        HELPER + OTHERS_CALL, HELPER.replace("return name", "return open(name)") + OTHERS_CALL, {"open": SMALL}
    ),
    "in a helper, beside what one of its callers pays": (
        HELPER + OTHERS_CALL.replace("requests.put(named(name))", "named(name)"),
        HELPER.replace("return name", "return open(name)") + OTHERS_CALL.replace("requests.put(named(name))", "named(name)"),
        {"open": ""},
    ),
    "in a helper, beside what its only caller pays outside of the loop": (
        HELPER.replace("    for name", '    requests.get("x")\n    for name').replace("requests.get(named(name))", "named(name)"),
        HELPER.replace("    for name", '    requests.get("x")\n    for name').replace("requests.get(named(name))", "named(name)").replace("return name", "return open(name)"),
        {"open": ""},
    ),
    "in a helper, beside what its only caller pays on a condition": (
        HELPER.replace("requests.get(named(name))", "found = named(name)\n        if found:\n            requests.get(name)"),
        HELPER.replace("requests.get(named(name))", "found = named(name)\n        if found:\n            requests.get(name)").replace("return name", "return open(name)"),
        {"open": ""},
    ),
    "a few times more, in no loop": (CHEAP_OP, CHEAP_OP + "    note()\n" * 9, {"dumps": CHEAP}),
    "many times more, in no loop": (CHEAP_OP, CHEAP_OP + "    note()\n" * 99, {"dumps": ""}),
    "small, but per item": (FETCH, FETCH.replace("print(name)", "open(name)"), {"open": ""}),
}  # fmt: skip


class Felt(NamedTuple):
    """What a change of `shop.app` does: the ops that differ, and those with a cause, each with why it is not felt,
    "" where it is."""

    found: list[Finding]
    blamed: list[tuple[Finding, str]]
    threshold: int


def felt(old: str, new: str, entry: str = "shop.app:main") -> Felt:
    base, before = traced({"shop/app.py": old}, entry)
    head, after = traced({"shop/app.py": new}, entry)
    by = explaining(head, base)
    assert by.sides is not None
    found = [row for row in compare(before, after, head.measured.calls, head.measured.threshold) if row.id]
    blamed = [Blamed(row, cause) for row in found if row.now and (cause := explain(row, by).cause) is not None]
    why = not_felt(blamed, by.sides, head.measured.threshold)
    return Felt(found, [(row.finding, why.get(row.finding.key, "")) for row in blamed], head.measured.threshold)


@pytest.mark.parametrize("name", ROWS)
def test_what_is_felt(name: str) -> None:
    old, new, expected = ROWS[name]
    told = {row.what.rpartition(".")[2]: why for row, why in felt(old, new).blamed}
    assert told.keys() == expected.keys()
    for what, start in expected.items():
        assert told[what].startswith(start) and bool(told[what]) == bool(start), told


KEPT = """
import functools
import json
import requests

@functools.cache
def settings():
    return json.load(open("a"))

def handle(request):
    requests.get("x")
    return settings()
"""


@pytest.mark.parametrize(
    ("beside", "start"), [('    requests.get("x")\n', "small beside what is paid anyway"), ("", "")]
)
def test_what_was_kept_for_the_next_run(beside: str, start: str) -> None:
    old = KEPT.replace('    requests.get("x")\n', beside * 3)
    found, blamed, threshold = felt(old, old.replace("@functools.cache\n", ""), "shop.app:handle")
    assert {row.kind for row in found} == {"grown"}
    assert all(row.note.startswith("because of a cache: it was kept for the next run") for row in found)
    assert len(blamed) == len(found)
    opened, why = next(row for row in blamed if row[0].what == "builtins.open")
    assert failure(opened, Policy(threshold))
    assert why.startswith(start) and bool(why) == bool(start)


SET_OF_TEMPLATES = {
    "a function that is cached": """
import functools
import jinja2

@functools.cache
def environment():
    return jinja2.Environment(loader=jinja2.FileSystemLoader("pages"))

def handle(request):
    return environment().get_template("page.html").render()
""",
    "a function that is cached otherwise": """
from functools import lru_cache
from jinja2 import Environment, FileSystemLoader

@lru_cache(maxsize=1)
def environment():
    return Environment(loader=FileSystemLoader("pages"))

def handle(request):
    return environment().get_template("page.html").render()
""",
    "a global": """
import jinja2

ENVIRONMENT = jinja2.Environment(loader=jinja2.FileSystemLoader("pages"))

def handle(request):
    return ENVIRONMENT.get_template("page.html").render()
""",
    "a global that is made when it is asked for": """
import jinja2

_environment = None

def environment():
    global _environment
    if _environment is None:
        _environment = jinja2.Environment(loader=jinja2.FileSystemLoader("pages"))
    return _environment

def handle(request):
    return environment().get_template("page.html").render()
""",
}
MADE_EACH_TIME = {
    "in a function": """
import functools
import jinja2

def environment():
    return jinja2.Environment(loader=jinja2.FileSystemLoader("pages"))

def handle(request):
    return environment().get_template("page.html").render()
""",
    "where it is asked": """
import functools
import jinja2

def handle(request):
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader("pages"))
    return environment.get_template("page.html").render()
""",
}


@pytest.mark.parametrize("made", MADE_EACH_TIME)
@pytest.mark.parametrize("kept", SET_OF_TEMPLATES)
def test_templates_whose_set_was_kept(kept: str, made: str) -> None:
    found, blamed, _ = felt(SET_OF_TEMPLATES[kept], MADE_EACH_TIME[made], "shop.app:handle")
    assert [row.what for row in found] == ["jinja2.Environment.get_template"]
    # the weights of these programs have a template under the threshold
    assert [(failure(row, Policy(0)) != "", why) for row, why in blamed] == [(True, "")]


@pytest.mark.parametrize("new", SET_OF_TEMPLATES)
@pytest.mark.parametrize("old", SET_OF_TEMPLATES)
def test_sets_of_templates_that_are_kept_otherwise(old: str, new: str) -> None:
    assert felt(SET_OF_TEMPLATES[old], SET_OF_TEMPLATES[new], "shop.app:handle").found == []


def test_a_command_keeps_no_templates_for_the_next_run() -> None:
    old = SET_OF_TEMPLATES["a function that is cached"].replace("handle(request)", "main()")
    assert felt(old, old.replace("@functools.cache\n", ""), "shop.app:main").found == []


def test_once_for_all_rows_is_no_more_than_once_for_each() -> None:
    """One for one, of the same kind of work, however much dearer the one is weighed."""
    for_each, cheap, other = op("f requests.get 10 loop"), op("f requests.put 10"), op("f open 10 loop")
    once, twice = op("f requests.post 9000"), op("f requests.post 9000 #2")
    given_up = [GivenUp(row, row.weight, row.weight) for row in (for_each, cheap, other)]
    each, rest = once_for_all(given_up, [(None, once), (None, twice)])
    assert [row.op for row in each] == [for_each]
    assert rest == [(None, twice)]


LEFT_OVER = """
def load(name):
    return open(name)

def quick(name):
    return name

MORE = {"b": load}
TABLE = {"a": quick}

def main(names):
    for each in TABLE.values():
        each(names)
"""


@pytest.mark.parametrize(
    ("side", "why"), [("", ""), ("head", "values were given up"), ("base", "values were given up")]
)
def test_a_call_that_no_line_names_where_values_were_given_up(side: str, why: str) -> None:
    """Which of many values are left may depend on an edit that has nothing to do with them."""
    base, before = traced({"shop/app.py": LEFT_OVER})
    head, after = traced({"shop/app.py": LEFT_OVER.replace('"a": quick', '"a": quick, **MORE')})
    given_up = ("values of one variable: shop.app.main",)
    base = base._replace(measured=base.measured._replace(widened=given_up if side == "base" else ()))
    head = head._replace(measured=head.measured._replace(widened=given_up if side == "head" else ()))
    by = explaining(head, base)
    assert by.sides is not None
    threshold = head.measured.threshold
    (row,) = [row for row in compare(before, after, head.measured.calls, threshold) if row.kind == "newly_expensive"]
    cause = explain(row, by).cause
    assert cause is not None
    assert not_felt([Blamed(row, cause)], by.sides, threshold).get(row.key, "")[: len(why)] == why
    assert bool(not_felt([Blamed(row, cause)], by.sides, threshold)) == bool(why)
