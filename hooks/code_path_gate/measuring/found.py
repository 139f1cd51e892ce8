"""What frameworks find in the whole program for an action, though nothing that it imports leads there.

The solver goes through all modules for what runs around a request (`web_requests`), for what routers depend on
(`injected_dependencies`), for the settings of workers (`arq_workers`), for the views that URLs lead to
(`django_views`), for commands (`django_requests`) and for fixtures (`pytest_fixtures`). Each of these rules has its
part here: what it may find counts as imported by the action. Words of a text are looked for, not what they mean: a
module counts that may say such a thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from code_path_audit.callgraph.frameworks.loading import (
    ADDING,
    AROUND,
    COMMANDS,
    FILTERS,
    FINDING_USERS,
    HANDLING,
    INSIDE,
    ROUTERS,
    ROUTING,
    SERVING,
    WORKERS,
    is_loaded,
    is_routing,
)
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.program.files import Files
from code_path_audit.program.imports import imports_any
from code_path_audit.program.model import Program
from code_path_gate.measuring import cache
from code_path_gate.measuring.said import Said, plain


def _words(names: Iterable[str], before: str = r"\b") -> re.Pattern[bytes]:
    return re.compile(rf"{before}(?:{'|'.join(sorted(names))})\b".encode())


REGISTERING = _words({*AROUND, *INSIDE, *ADDING, *FILTERS, *FINDING_USERS, *ROUTING, "filters", "web"})
"""What registers something for requests: decorators, calls, a filter that is put into `app.jinja_env.filters`, and the
routes of aiohttp."""

OF_ROUTERS, DEPENDENCIES = _words(ROUTERS), re.compile(rb"\bdependencies\b|\*\*")
"""What makes or includes a router, and what says what is asked before all of its routes."""

DECORATED = _words(HANDLING, r"@[^\n]{0,200}\.\s{0,9}")
"""A decorator of what answers requests."""

REQUEST = re.compile(rb"\(\s{0,99}request\b")
"""A function that looks like a view, to which a URL may lead."""

ASKING = ("call_command", "execute_from_command_line", "ManagementUtility")
"""Functions that run the command of a name."""

USERS = (*SERVING, "flask_login")

TEST, CONFTEST = "test", "conftest"


class Found:
    """What frameworks find in one state of the program."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self._said: dict[frozenset[str], Said] = {}
        self._names: dict[str, frozenset[str]] = {}

    def names(self, about: Iterable[object], find: Callable[[Program], frozenset[str]]) -> frozenset[str]:
        """A set of names (`cache.names`); found once for all actions that ask the same."""
        asked = list(about)
        key = repr(asked)
        if key not in self._names:
            self._names[key] = cache.names(self.files, asked, find)
        return self._names[key]

    def said(self, modules: frozenset[str], constants: frozenset[str]) -> Said:
        """What some modules say: put together once for all actions that reach the same."""
        if modules not in self._said:
            texts = self.files.texts(sorted(name for name in modules if name in self.files.by_module))
            self._said[modules] = Said(texts, constants)
        return self._said[modules]

    def by(self, entries: Iterable[str], around: frozenset[str], said: Said) -> frozenset[str]:
        """The modules that may be found for an action that enters at some modules and reaches those `around` by
        imports; `said` is what these say."""
        by_module = self.files.by_module
        found = set(self._workers)
        own = self.files.texts([name for name in entries if name in by_module]).values()
        if self._served and (not self._served.isdisjoint(around) or any(map(DECORATED.search, own))):
            found |= self._registering
        if said.names(ASKING):
            found.update(name for name in by_module if COMMANDS in f".{name}")
        if any(map(is_routing, by_module)) and any(map(REQUEST.search, own)):
            found.update(filter(is_loaded, by_module))
        return frozenset(found)

    @cached_property
    def _workers(self) -> frozenset[str]:
        return self.names(["importing", WORKERS], lambda program: _importing(program, (WORKERS,)))

    @cached_property
    def _served(self) -> frozenset[str]:
        """The modules that use what answers requests."""
        return self.names(["importing", *USERS], lambda program: _importing(program, USERS))

    @cached_property
    def _registering(self) -> frozenset[str]:
        """The modules that may say what runs around requests: such ones, and what they import themselves."""
        near = self.names(["near", *USERS], lambda program: _near(program, _importing(program, USERS)))
        names = sorted(name for name in near if name in self.files.by_module)
        texts = {name: plain(text) for name, text in self.files.texts(names).items()}
        asks = any(OF_ROUTERS.search(text) and DEPENDENCIES.search(text) for text in texts.values())
        patterns = (REGISTERING, OF_ROUTERS) if asks else (REGISTERING,)
        return frozenset(name for name, text in texts.items() if any(row.search(text) for row in patterns))


def _importing(program: Program, packages: tuple[str, ...]) -> frozenset[str]:
    """The modules that import one of some packages themselves."""
    return frozenset(name for name, facts in program.modules.items() if imports_any(facts, packages))


def _near(program: Program, modules: frozenset[str]) -> frozenset[str]:
    """Some modules, and those that they import."""
    return modules.union(*(program.modules[name].header.imports for name in sorted(modules)))


def fixtures(module: ModuleFacts) -> Iterator[str]:
    """The modules in which tests, and fixtures, of a module look for fixtures, whether or not they exist."""
    names = (name.rpartition(".")[2] for name in (*module.header.names, module.module))
    if any(name == CONFTEST or name.startswith(TEST) for name in names):
        around = module.module
        while around:
            around = around.rpartition(".")[0]
            yield f"{around}.{CONFTEST}".lstrip(".")
