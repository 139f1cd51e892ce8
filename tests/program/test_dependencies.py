"""What a question to a program depends on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from code_path_audit.facts.extract import extract_module
from code_path_audit.program.dependencies import Consulted, Importers, Ledger, beginning, defining, says_the_same
from tests.gate.programs import traced


@pytest.mark.parametrize(
    ("ask", "modules"),
    [
        (lambda program: program.functions.get("shop.app.main"), {"shop", "shop.app", "shop.app.main"}),
        (lambda program: "shop.app.main" in program.functions, {"shop", "shop.app", "shop.app.main"}),
        (lambda program: program.functions.get("shop.app.nobody#2"), {"shop", "shop.app", "shop.app.nobody"}),
        (lambda program: program.functions["shop.app.main"], {"shop", "shop.app", "shop.app.main"}),
        (lambda program: program.modules.get("nobody"), {"nobody"}),
        (lambda program: "nobody" in program.modules, {"nobody"}),
        (lambda program: program.facts("shop.app.main"), {"shop", "shop.app", "shop.app.main"}),
    ],
)  # fmt: skip
def test_what_a_question_depends_on(ask: Callable[[object], object], modules: set[str]) -> None:
    ledger = Ledger()
    ask(ledger.watch(traced({"shop/app.py": "def main(): pass\n"})[0].program))
    assert ledger.consulted() == Consulted(tuple(sorted(modules)), False)


def test_what_modules_begin_with_a_text_depends_on_these_alone() -> None:
    others = dict.fromkeys(("shop/apples.py", "shop/appliances/__init__.py", "shop/b.py", "shop/a.py"), "")
    program = traced({"shop/app.py": "def main(): pass\n", **others})[0].program
    ledger = Ledger()
    found = beginning(ledger.watch(program), "shop.app")
    assert found == beginning(program, "shop.app") == ["shop.app", "shop.apples", "shop.appliances"]
    assert beginning(ledger.watch(program), "x.") == beginning(program, "x.") == []
    assert ledger.consulted() == Consulted((), False, prefixes=("shop.app", "x."))


def test_who_defines_a_name_depends_on_that_name_alone() -> None:
    ledger = Ledger()
    program = traced({"shop/app.py": "def main(): pass\n", "shop/other.py": "def main(): pass\n", "x.py": ""})[
        0
    ].program
    assert defining(ledger.watch(program), "main") == defining(program, "main") == ("shop.app", "shop.other")
    assert ledger.consulted() == Consulted((), False, defined=("main",))


def test_who_imports_a_name_depends_on_that_name_alone() -> None:
    sources = {
        "shop/app.py": "def main(): pass\n",
        "shop/a.py": "import lib.run\n",
        "shop/b.py": "def f():\n    from lib import x\n",
        "c.py": "import shop.a\n",
    }
    program = traced(sources)[0].program
    ledger = Ledger()
    for importers in (Importers(program), Importers(ledger.watch(program))):
        assert importers.of("lib") == {"shop.a", "shop.b"}
        assert importers.of("lib.run") == {"shop.a"}
        assert importers.of("shop") == {"c"}
        assert importers.of("nobody") == frozenset()
    assert ledger.consulted() == Consulted((), False, imported=("lib", "lib.run", "nobody", "shop"))


@pytest.mark.parametrize("ask", [list, len, sorted, lambda d: list(reversed(d))])
def test_questions_that_depend_on_all_names(ask: Callable[[object], object]) -> None:
    for of in ("modules", "functions"):
        ledger = Ledger()
        ask(getattr(ledger.watch(traced({"shop/app.py": "def main(): pass\n"})[0].program), of))
        # names of modules depend on no content, names of functions on that of all modules
        assert ledger.consulted() == Consulted((), of == "functions", of == "modules")


@pytest.mark.parametrize("ask", [dict, lambda d: d.copy(), lambda d: d.items(), lambda d: d.values()])
def test_questions_that_depend_on_everything(ask: Callable[[object], object]) -> None:
    for of in ("modules", "functions"):
        ledger = Ledger()
        ask(getattr(ledger.watch(traced({"shop/app.py": "def main(): pass\n"})[0].program), of))
        assert ledger.consulted().everything


BEFORE = "def f(a):\n    return g(a, 'x')\n\ndef g(a, b):\n    return [a, b]\n"

WORDS = {
    "nothing": (BEFORE, (1, 2, -1), True),
    "a line that is wrapped": (BEFORE.replace("g(a, 'x')", "g(\n        a,\n        'x',\n    )"), (1, 2, -1), True),
    "other quotes": (BEFORE.replace("'x'", '"x"'), (1, 2, -1), True),
    "a docstring": (BEFORE.replace("    return g", "    'What f does.'\n    return g"), (1, 2), True),
    "another text": (BEFORE.replace("'x'", "'y'"), (1,), False),
    "another text that nobody read": (BEFORE.replace("'x'", "'y'"), (2,), True),
    "a text, where all were asked for": (BEFORE.replace("'x'", "'y'"), (2, -1), False),
    "arguments that change places": (BEFORE.replace("g(a, 'x')", "g('x', a)"), (1,), False),
    "a statement that calls": (BEFORE.replace("    return g", "    g(a, a)\n    return g"), (1,), False),
    "a function more": (BEFORE + "\ndef h():\n    pass\n", (1,), False),
    "a function less": (BEFORE.partition("\n\n")[0], (1, 2), False),
    "a comment that speaks of lines": (BEFORE.replace("'x')", "'x')  # audit: size=3"), (1,), False),
}


@pytest.mark.parametrize("name", WORDS)
def test_what_says_the_same_in_other_words(name: str) -> None:
    text, read, same = WORDS[name]
    before, now = extract_module(BEFORE.encode(), "m"), extract_module(text.encode(), "m")
    assert says_the_same(before, now, read) == says_the_same(now, before, read) == same
