"""Edits whose statements stand alone: what was measured before holds but for numbers, and equals a new trace."""

# ruff: noqa: E501 (a row is an edit, and reads best as one line)

from __future__ import annotations

import ast
import tomllib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from random import Random

import pytest

from code_path_audit.callgraph.kept import Graphs
from code_path_audit.callgraph.model import SolvedGraph
from code_path_audit.config import ActionConfig
from code_path_audit.errors import AuditError
from code_path_audit.runtime.observations import Observations
from code_path_gate.measuring import cache, engine, nearby
from code_path_gate.measuring.measured import Measured
from tests.conftest import SPECIMENS
from tests.gate.measuring.test_cache import APP, FILES, STORE, UTIL, Work, alone, edited, no_size
from tests.gate.programs import ACTION, config

ADD = "self.rows.append(name)"
WRITE = "store.write()"


def before(statement: str, of: str = ADD, indent: int = 16) -> tuple[str, str]:
    """An edit that puts a statement before another."""
    return of, f"{statement}\n{' ' * indent}{of}"


TOLD = "shop/told.py"
SIZED = "if size > 4:"
PROGRAM = {
    **FILES,
    "shop/app.py": FILES[APP]
    .replace("store.write()", "store.write()\n            shop.told.check(names)")
    .replace("import shop.missing", "import shop.told"),
    TOLD: """
        import logging

        from shop.notes import Notes

        log = logging.getLogger(__name__)
        notes = Notes()

        class Row:
            def __str__(self):
                return open("row").read()

        def say(text):
            print(text)

        def check(name, rest='x'):
            row = Row()
            row.text = 'kept text'
            if not name:
                try:
                    raise ValueError('not a name')
                except ValueError as error:
                    print(error, error.args[0])
            if name == 3:
                raise KeyError(f'bad {name}')
            print('no such row', row)
            print('shown text')
            say('default text')
            log.info('logged %s', name)
            notes.info('noted')
            count()
            count(name='y', other=row)
            bare()

        class Sized:
            @property
            def far(self):
                open('far')
                return 3

        def count(limit=3, name='x', other=None):
            size = limit * 2
            last = 1
            sized = Sized()
            sized.size = size
            def more():
                nonlocal last
                last = sized
            more()
            if size > 4:
                log.info('large %s %s', sized.size, sized.far)
            return f'{name} {size} {last} {other} {LIMIT}'

        LIMIT = 7

        def bare(given=None, *rest):
            if given:
                return rest
        """,
    "shop/notes.py": "class Notes:\n    def info(self, text): open(text)\n    def quiet(self): pass\n",
}

ROWS = {
    # what stands alone
    "a name for a text": (STORE, *before("speed = str(7)"), True),
    "two of them": (STORE, *before("a = str(7)\n                b = len('some')"), True),
    "a print": (STORE, *before("print('here', 3)"), True),
    "arithmetic": (STORE, *before("a = (1 + 2) * 3\n                b = -a"), True),
    "a display": (STORE, *before("seen = {'a': [1, 2], 'b': (3,)}"), True),
    "a method of a text": (STORE, *before("seen = 'a,b'.split(',')"), True),
    "a comparison": (STORE, *before("seen = 1 < 2"), True),
    "in a loop": (APP, *before("print('next')", "store.add(name)", 16), True),
    "behind an op": (STORE, "json.dump(self.rows, file)", "json.dump(self.rows, file)\n                    done = max(1, 2)", True),
    "before an op": (STORE, *before("size = max(1, 2)", "json.dump(self.rows, file)", 20), True),
    "in a function that has functions inside": (APP, *before("print('x')", "store = Store", 12), True),
    "a function that was not read": (APP, *before("x = str(1)", "return sorted(names)", 12), True),
    # what is told
    "the text of a print": (TOLD, "'no such row'", "'there is no such row: %s'", True),
    "the text of an exception": (TOLD, "'not a name'", "'no name at all'", True),
    "how an exception's text begins": (TOLD, "f'bad {name}'", "f'very bad {name}'", True),
    "the text of an exception, and a print": (TOLD, "raise ValueError('not a name')", "print('x')\n                    raise ValueError('none')", True),
    "the kind of an exception": (TOLD, "ValueError('not", "KeyError('not", False),
    "an exception's text that becomes a value": (TOLD, "ValueError('not a name')", "ValueError(name)", False),
    "an exception's text that names a module": (TOLD, "'not a name'", "'shop.far'", False),
    "a text that is given on": (TOLD, "'default text'", "'another text'", False),
    "a text that is kept": (TOLD, "'kept text'", "'another text'", False),
    "the text of what the module calls print": (TOLD, "'shown text'", "'another text'", True),
    "the text of a log": (TOLD, "'logged %s'", "'it was logged: %s'", True),
    "the text of a log with other fields": (TOLD, "'logged %s'", "'logged %r'", False),
    "the text of a log with a sign of the other kind": (TOLD, "'logged %s'", "'logged %s {'", False),
    "a log more": (TOLD, *before("log.debug('here')", "print('shown", 12), True),
    "a log more, in a function that has none": (TOLD, *before("log.warning('said %s', 3)", "print(text)", 12), True),
    "a log of what there was": (TOLD, *before("log.debug('%s', row)", "print('shown", 12), False),
    "what is no log": (TOLD, "'noted'", "'it was noted'", False),
    "a call of what is no log": (TOLD, *before("notes.quiet()", "print('shown", 12), False),
    "a method of a log that there is none of": (TOLD, *before("log.nothing('x')", "print('shown", 12), False),
    # what looks at plain values
    "what reads a number": (TOLD, *before("seen = str(size)", SIZED, 12), True),
    "a log of numbers and texts": (TOLD, *before("log.debug('%s %s', size, name)", SIZED, 12), True),
    "a print of a text": (TOLD, *before("print(f'{name}: {size:3}')", SIZED, 12), True),
    "a method of a text that is given": (TOLD, *before("seen = name.upper().split('a')[0]", SIZED, 12), True),
    "a comparison of numbers": (TOLD, *before("seen = size + 1 < limit", SIZED, 12), True),
    "another number to compare with": (TOLD, SIZED, "if size > 5:", True),
    "another comparison": (TOLD, SIZED, "if size >= len(name):", True),
    "an attribute that is read, too": (TOLD, *before("seen = str(sized.size)", SIZED, 12), True),
    "a global that is read, too": (TOLD, *before("seen = -LIMIT", SIZED, 12), True),
    "another number to multiply with": (TOLD, "limit * 2", "limit * 5", False),
    "a number that is another one from there on": (TOLD, *before("size = 4", SIZED, 12), True),
    "another default": (TOLD, "limit=3", "limit=4", False),
    "an attribute that is not read": (TOLD, *before("seen = sized.other", SIZED, 12), False),
    "an attribute of what nobody has defined": (TOLD, *before("seen = str(nobody.far)", SIZED, 12), False),
    "an attribute of None": (TOLD, *before("seen = [None.far, None.other]", SIZED, 12), False),
    "an attribute of None that no class has as a property": (TOLD, *before("seen = None.other", SIZED, 12), False),
    "an attribute that runs something": (TOLD, *before("seen = sized.far", SIZED, 12), False),
    "an attribute of an object that is read, of another one": (TOLD, *before("seen = other.size", SIZED, 12), False),
    "a number in some calls, an object in others": (TOLD, *before("print(other)", SIZED, 12), False),
    "a number that a function inside makes an object": (TOLD, *before("print(last)", SIZED, 12), False),
    "what nobody gives": (TOLD, *before("print(rest)", "if given:", 12), False),
    "a file that a text names": (TOLD, *before("open(name)", SIZED, 12), False),
    "a number that is returned": (TOLD, SIZED, "return size\n            if size > 4:", False),
    "a number that is stored": (TOLD, *before("sized.other = size", SIZED, 12), False),
    "a condition more": (TOLD, SIZED, "if size > 4 and limit:", False),
    # what costs
    "a file that is opened": (STORE, *before("open('x.json')"), False),
    "a process": (STORE, *before("__import__('subprocess').run('x')"), False),
    "code in a text": (STORE, *before("exec('import shop.far')"), False),
    # what reads, or is read
    "what reads a parameter": (STORE, *before("seen = str(name)"), False),
    "what reads an attribute": (STORE, *before("seen = self.rows"), False),
    "what reads a global that holds a number": (APP, *before("seen = str(LIMIT)", WRITE, 12), True),
    "what calls a function": (APP, *before("main(())", WRITE, 12), False),
    "what is read": (STORE, ADD, "name = str(7)\n                self.rows.append(name)", False),
    "what is returned": (UTIL, "return [i for i in range(n)]", "return [1]", False),
    "what is stored": (STORE, *before("self.name = 'x'"), False),
    "a global that is written": (APP, "def counted():\n            global LIMIT\n            LIMIT = 4", "def counted():\n            global LIMIT\n            LIMIT = 5", True),
    # what runs otherwise
    "an argument more": (APP, 'Store("x.json")', 'Store("x.json", 1)', False),
    "a condition": (STORE, ADD, "if 1 < 2:\n                    self.rows.append(name)", False),
    "a loop": (STORE, ADD, "for _ in range(3):\n                    self.rows.append(name)", False),
    "a loop that stands alone": (STORE, *before("for _ in range(3):\n                    print('x')"), False),
    "a return": (STORE, *before("return 1"), False),
    "a statement less": (APP, "store.add(name)", "pass", False),
    "another text": (APP, '"x.json"', '"y.json"', False),
    # what others may look for
    "a text that names a module": (STORE, *before("print('shop.far')"), False),
    "a text that names a file": (STORE, *before("print('shop/far.py')"), False),
    # what is no body
    "a body of a module": (APP, "LIMIT = 3", "LIMIT = 3\n        print('x')", False),
    "a body of a class": (STORE, "class Store:", "class Store:\n            print('x')\n", False),
    "an import": (STORE, *before("import json"), False),
    "a new name of the module that is built in": (STORE, "import json", "import json\n        str = json.dumps", False),
    "a function more": (STORE, "import json", "import json\n        def more(): pass", False),
    "a lambda": (STORE, *before("key = lambda: 1"), False),
}  # fmt: skip


def near(work: Work, files: dict[str, str], action: ActionConfig = ACTION) -> Measured | None:
    """What is known of an action without measuring it, in a state in which it was not measured."""
    found = work.files(files)
    costs = engine.costs(config(), no_file)

    def before(contents: Mapping[str, str]) -> SolvedGraph | None:
        problem = engine.problem(found.program(), action, config(), costs, Observations())
        return next((graph for graph, then in Graphs(found).before(problem) if then.items() <= contents.items()), None)

    known = cache.near(found, [action], no_size, lambda of: nearby.shifted(found, of, costs, before))
    return None if known is None else known.measured


def no_file(path: Path) -> bytes:
    raise FileNotFoundError(path)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Work:
    work = Work(tmp_path_factory.mktemp("store"))
    assert work.is_traced(PROGRAM)
    return work


@pytest.mark.parametrize("name", ROWS)
def test_edits(work: Work, name: str) -> None:
    path, old, new, alike = ROWS[name]
    files = edited(PROGRAM, path, old, new)
    found = near(work, files)
    assert (found is not None) == alike
    if found is not None:
        assert found == alone(tuple(files.items()))


@pytest.mark.parametrize("name", [name for name in ROWS if ROWS[name][3]])
def test_edits_taken_back(name: str, tmp_path: Path) -> None:
    path, old, new, _ = ROWS[name]
    work = Work(tmp_path)
    assert work.is_traced(edited(PROGRAM, path, old, new))
    assert near(work, PROGRAM) == alone(tuple(PROGRAM.items()))


def test_edits_of_edits(tmp_path: Path) -> None:
    work = Work(tmp_path)
    first = edited(PROGRAM, STORE, *before("a = str(1)\n                print('one', 'two')"))
    assert work.is_traced(first)
    second = edited(PROGRAM, STORE, *before("print('three')"))
    assert near(work, second) == alone(tuple(second.items()))
    assert near(work, edited(PROGRAM, STORE, *before("open('three')"))) is None
    assert near(work, edited(PROGRAM, STORE, ADD, "self.rows.append(1)")) is None


def test_edits_add_up(work: Work) -> None:
    files = edited(PROGRAM, STORE, *before("a = str(1)"))
    files = edited(files, STORE, *before("b = len('x')", "json.dump(self.rows, file)", 20))
    files = edited(files, APP, *before("print('x')", WRITE, 12))
    assert near(work, files) == alone(tuple(files.items())) != alone(tuple(PROGRAM.items()))


def test_a_function_that_a_module_has_the_name_of(tmp_path: Path) -> None:
    """It has another name in what was measured."""
    files = {**FILES, "shop/app/main.py": "x = 1\n", "shop/app/__init__.py": FILES[APP]}
    del files[APP]
    action = ActionConfig("save", ("shop.app:main", "shop.app.main"))
    work = Work(tmp_path)
    work.measured(work.files(files), action)
    found = work.files(edited(files, "shop/app/__init__.py", *before("print('x')", WRITE, 12)))
    known = cache.near(found, [action], no_size, partial(nearby.shifted, found, costs=engine.costs(config(), no_file)))
    assert known is not None
    assert known.measured == engine.trace(found.program(), action, config(), no_size)
    assert "shop.app.main#2" in known.measured.calls


def test_a_name_that_the_module_binds_is_no_builtin(tmp_path: Path) -> None:
    work = Work(tmp_path)
    files = edited(PROGRAM, STORE, "import json", "import json\n        str = json.dumps")
    assert work.is_traced(files)
    assert near(work, edited(files, STORE, *before("a = str(1)"))) is None
    found = edited(files, STORE, *before("a = repr(1)"))
    assert near(work, found) == alone(tuple(found.items()))


LOOKED = "shop/looked.py"
LOOKS_AT = {
    **FILES,
    APP: FILES[APP]
    .replace("store.write()", "store.write()\n            shop.looked.go('k', 4)")
    .replace("import shop.missing", "import shop.looked"),
    LOOKED: """
        import json, time

        class Thing:
            def __eq__(self, other): return open('eq')
            def __hash__(self): return 1

        cache = {}

        def go(key, n=2, flag=False):
            text = 'ab' * 10
            total = 0
            for i in range(n):
                json.dumps(text)
            for j in range(3):
                json.loads('[1]')
            while total < 7:
                total += 1
                open('w')
            if key not in cache:
                cache[key] = json.loads(text)
            if n > 3 and not flag:
                open('a')
            thing = Thing()
            held = {thing: 1}
            if len(text) > 2:
                return held.get(thing)
            with open(f'{key}-{n}.json') as file:
                size = 4096
                file.read(size)
            part = text[0:2]
            return json.dumps(part)
        """,
}
PART = "part = text[0:2]"
LOOKS = {
    "a bound of a loop": ("range(3)", "range(5)", False),
    "a bound that is another number": ("range(n)", "range(n + 1)", False),
    "how long a text is": ("'ab' * 10", "'ab' * 1000", False),
    "a part of a text that is written": (PART, "part = text[0:5]", False),
    "how much is read": ("size = 4096", "size = 4", False),
    "what is parsed": ("'[1]'", "'[1, 2]'", False),
    "a key of a cache": ("cache[key] = json", "cache[key + 'a'] = json", False),
    "what a cache is asked for": ("key not in cache", "key + 'x' not in cache", False),
    "when a loop ends": ("total < 7", "total < 9", True),
    "how it gets there": ("total += 1", "total += 2", True),
    "a number in a condition": ("n > 3 and", "n > 5 and", True),
    "another condition on texts": ("len(text) > 2", "text[0] != key", True),
    "a comparison with an object": ("len(text) > 2", "text == thing", False),
    "a look-up among objects": ("len(text) > 2", "text in held", False),
    "what is compared may be an object's own": (*before("seen = held == text", PART, 12), False),
    "a list of texts, sorted": (*before("seen = sorted([key, text])", PART, 12), True),
    "a text with an object in it": (*before("seen = '%s' % thing", PART, 12), False),
    "a text that shows an object": (*before("seen = key.format(thing)", PART, 12), False),
    "a wait": (*before("time.sleep(n)", PART, 12), False),
    "a choice": (*before("seen = int(key) if n else 3", PART, 12), False),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOKS)
def test_edits_of_what_looks_at_values(name: str, looked: Work) -> None:
    old, new, alike = LOOKS[name]
    files = edited(LOOKS_AT, LOOKED, old, new)
    found = near(looked, files)
    assert (found is not None) == alike
    assert found is None or found == alone(tuple(files.items()))


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Work:
    work = Work(tmp_path_factory.mktemp("looked"))
    assert work.is_traced(LOOKS_AT)
    return work


OUT = "class Out:\n            def write(self, text): open(text)\n\n        "
REDIRECTED = {
    "to an object of the program": f"import sys\n\n        {OUT}sys.stdout = Out()",
    "with an annotation": f"import sys\n\n        {OUT}sys.stdout: Out = Out()",
    "with something else": f"import sys\n\n        {OUT}sys.stdout, other = Out(), 1",
    "with something else in brackets": f"import sys\n\n        {OUT}(other, sys.stdout) = 1, Out()",
    "by its name": f"import sys\n\n        {OUT}setattr(sys, 'stdout', Out())",
    "by its whole name": f"from unittest import mock\n\n        {OUT}mock.patch('sys.stdout', Out()).start()",
    "as what a block gives": f"import contextlib, sys\n\n        {OUT}with contextlib.nullcontext(Out()) as sys.stdout:\n            pass",
    "in a block": f"import contextlib\n\n        {OUT}with contextlib.redirect_stdout(Out()):\n            pass",
    "and what prints is another function": "import builtins\n\n        def say(text): open(text)\n\n        builtins.print = say",
    "and what prints is found by a table": "def say(text): open(text)\n\n        __builtins__['print'] = say",
}  # fmt: skip


@pytest.mark.parametrize("how", REDIRECTED)
@pytest.mark.parametrize("printed", [False, True])
def test_a_print_does_not_stand_alone_where_it_goes_elsewhere(how: str, printed: bool, tmp_path: Path) -> None:
    work = Work(tmp_path)
    files = edited(FILES, STORE, "import json", f"import json\n        {REDIRECTED[how]}")
    if printed:
        files = edited(files, APP, *before("print('x')", WRITE, 12))
    assert work.is_traced(files)
    assert near(work, edited(files, STORE, *before("a = str(1)"))) is not None
    assert near(work, edited(files, STORE, *before("print('here')"))) is None


def test_nothing_is_near_without_what_the_store_had(work: Work, tmp_path: Path) -> None:
    assert near(Work(tmp_path), edited(PROGRAM, STORE, *before("a = str(1)"))) is None


STATEMENTS = ("a_1 = str(1)", "print('here', 2)", "a_2 = [1, 'b']; a_3 = len('a b')", "a_4 = {'k': 1 + 2}")
READING = (
    "a_1 = str({0})", "a_2 = {0} == 3", "print(f'{{{0}}}', [{0}])", "a_3 = {0} + {0}", "a_4 = {0}[0]", "a_5 = len({0})",
    "a_6 = {0}.other", "a_7 = -{0}", "a_8 = {0}.strip().split(',')", "a_9 = {{{0}: not {0}}}",
)  # fmt: skip


def with_statement(text: str, random: Random, reading: bool = False) -> str | None:
    """A file with a statement more, before some statement of some function; perhaps one that reads something that the
    function does."""
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lines = text.splitlines(keepends=True)
    places = [
        (one, function)
        for function in functions
        for one in function.body
        if function.body[0].lineno > 1
        and not lines[one.lineno - 1][: one.col_offset].strip()
        and not hasattr(one, "decorator_list")
    ]
    if not places:
        return None
    place, function = random.choice(places)
    statement = random.choice(STATEMENTS)
    if reading:
        read = [ast.unparse(node) for node in ast.walk(function) if isinstance(node, ast.Name | ast.Attribute)]
        statement = random.choice(READING).format(random.choice(sorted(read) or ["None"]))
    lines.insert(place.lineno - 1, " " * place.col_offset + statement + "\n")
    return "".join(lines)


@pytest.mark.parametrize("reading", [False, True])
@pytest.mark.parametrize("part", range(4))
def test_statements_in_any_program(part: int, reading: bool, tmp_path: Path) -> None:
    """Wherever a statement is put, what is near is what a trace gives; and most of those that stand alone are near."""
    costs = engine.costs(config(), no_file)
    tried = found = 0
    for folder in sorted(path.parent for path in SPECIMENS.glob("*/expected.toml"))[part::29]:
        expected = tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8"))
        action = ActionConfig("all", tuple(expected["entry"]))
        files = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.py")}
        work = Work(tmp_path / folder.name)
        try:
            work.measured(work.files(files), action)
        except AuditError:
            continue  # a root that is no entry point of an action
        random = Random(folder.name)
        for _ in range(3):
            path = random.choice(sorted(files))
            text = with_statement(files[path], random, reading)
            if text is None:
                continue
            tried += 1
            changed = {**files, path: text}
            known = near(work, changed, action)
            if known is not None:
                found += 1
                made = engine.trace(work.files(changed).program(), action, config(), no_size, costs)
                assert known == made, (folder.name, text)
    assert found > (0 if reading else tried / 2) and tried
