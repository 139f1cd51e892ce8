"""Modules that nothing imports: a framework that runs the program finds them by their place or by their name.

An action that hands control to a library of which nothing is known (`session.run()`, `Sphinx(...).build()`) is likely
to have it load those modules of the source that use the library and that no module imports: an extension that a
configuration names, a registry of pipelines, what is collected from a folder. What such a module defines is in the
hands of the library then: functions and classes that nothing else uses (`setup(app)`), and objects. A module that can
be started as a program, or has an entry point that a package declares, is loaded by nobody; one of tests, by what runs
tests alone.

Wrong, by edges too many, for modules that lie there unused, and for those that another program has loaded; by edges too
few for modules that neither import the library nor anything that does.
"""

from __future__ import annotations

import re

from code_path_audit.callgraph.evidence.before_action import is_before, loaded_before
from code_path_audit.callgraph.frameworks.loading import CONTROL
from code_path_audit.callgraph.heap.modules import load, module_names
from code_path_audit.callgraph.library.escapes import on_handed
from code_path_audit.callgraph.library.summaries import Places, use
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, CTXFUNC, FUNC, INST, MODULE
from code_path_audit.callgraph.solver.ids import Site, Value
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import State
from code_path_audit.facts import opcodes as op
from code_path_audit.program.imports import users_of

MAX_UNIMPORTED = 100
"""Modules that one library may load because nothing imports them: of more, none is meant."""

HANDS_CONTROL = re.compile(
    rf"(?:{CONTROL})"
    # but no names of things, and no questions: `runner`, `builder`, `startswith`
    r"(?!n?er(?:s|_|$)|or(?:s|_|$)|s?with|time(?:s|_|$))"
)
"""How the names of functions begin that run what a program made for them."""

OF_TESTS = re.compile(r"(?:.*\.)?(?:tests?(?:\..*)?|conftest|test_[^.]*|[^.]*_test)")
"""The names of modules that what runs tests finds."""

TEST_RUNNERS = frozenset(("pytest", "nose", "nose2"))
"""Libraries that run tests."""


class UnimportedModules:
    """What was found."""

    def __init__(self) -> None:
        self.of: dict[str, tuple[str, ...]] = {}
        """What each library is likely to load."""
        self.loaded: set[tuple[str, Site]] = set()
        """What was loaded, and where."""
        self.called: dict[str, frozenset[str]] = {}
        """The globals that code of a module calls."""
        self.given_control: dict[str, str] = {}
        """By what is called outside: the library, of which nothing is known, that a call of it hands control to, or
        ""."""
        self.came_up: int = 0
        """How much of what was found outside was looked at (`State.came_up`)."""
        self.handing: list[tuple[Site, str]] = []
        """The call sites that hand control to such a library, and which."""


def from_unimported_modules(s: State) -> bool:
    """Evidence: libraries that the action hands control to load what uses them, and is loaded by nobody else."""
    if s.phase is not Evidence.LIKELY:
        return False
    table = s.tables[UnimportedModules]
    for library, sites in sorted(unknown_frameworks(s).items()):
        if library not in table.of:
            table.of[library] = unimported(s, library)
        for name in table.of[library]:
            for site in sites:
                if (name, site) not in table.loaded:
                    table.loaded.add((name, site))
                    load(s, name, site)
                    for bound in sorted(module_names(s, name)):
                        s.watch(s.field(s.of(MODULE, name), bound), on_defined, (name, site))
    return s.busy()


def unimported(s: State, library: str) -> tuple[str, ...]:
    """The modules that use a library, and that nothing imports."""
    names = sorted(users_of(s.importers.of, [library], s.module_aids))
    s.steps += 4 * len(names)
    if library not in TEST_RUNNERS:
        names = [name for name in names if not OF_TESTS.fullmatch(name)]
    found = [name for name in names if is_unimported(s, name)]
    s.steps += 4 * len(found)
    if len(found) > MAX_UNIMPORTED:
        s.widened["modules that nothing imports"] = None
        return ()
    return tuple(found)


def unknown_frameworks(s: State) -> dict[str, list[Site]]:
    """The libraries of which nothing is known, by top-level name, and calls of the action that hand control to them."""
    found: dict[str, list[Site]] = {}
    before, nobody = loaded_before(s), s.tables[Places].nobody
    s.steps += len(s.external)
    for place, library in handing(s):
        if place.activation != nobody and not is_before(s, place, before):
            sites = found.setdefault(library, [])
            if not sites or sites[-1] != place:
                sites.append(place)
    return found


def handing(s: State) -> list[tuple[Site, str]]:
    """The call sites that hand control to a library of which nothing is known, and to which; looked for again where
    one came up."""
    table = s.tables[UnimportedModules]
    known = table.given_control
    new, table.came_up = dict.fromkeys(s.came_up[table.came_up :]), len(s.came_up)
    for dotted in new:
        if dotted not in known:
            known[dotted] = given_control(s, dotted)
    if any(known[dotted] for dotted in new):
        every = ((place, known.get(dotted, "")) for place, rows in s.external.items() for dotted, _ in rows)
        table.handing = [(place, library) for place, library in every if library]
    return table.handing


def given_control(s: State, dotted: str) -> str:
    """The library that a call of something outside hands control to, if nothing is known of it; else ""."""
    library = dotted.partition(".")[0]
    is_known = library in s.behaviours.packages or s.stubs.is_stdlib(library)
    return library if hands_control(dotted) and not is_known else ""


def hands_control(dotted: str) -> bool:
    """Whether a call of something outside is likely to run what it finds, by its name."""
    return HANDS_CONTROL.match(dotted.replace("()", "").rpartition(".")[2]) is not None


def is_unimported(s: State, name: str) -> bool:
    """Whether nothing but a module itself, and what is below it, imports it, and it is no program."""
    if name.rpartition(".")[2] == "__main__" or any(t.partition(":")[0] == name for _, _, t in s.program.entry_points):
        return False
    if any(by != name and not by.startswith(name + ".") for by in s.importers.of(name)):
        return False
    return not any(row[0] == op.MAIN for row in s.program.modules[name].functions[0].code)


@sees(FUNC, CTXFUNC, CLASS, INST, BOX)
def on_defined(s: State, data: tuple[str, Site], value: Value) -> None:
    """One value of a name of such a module: what it defines itself, or a package takes from below it, is handed over,
    and so are objects."""
    name, site = data
    kind = s.kinds[value]
    if kind in (FUNC, CLASS):
        function = s.rows[value].function
        home = s.modules[function]
        if (home != name and not home.startswith(name + ".")) or s.facts[function].name in called_names(s, home):
            return
    use(s, site, (on_handed, True, 2), value)


def called_names(s: State, module: str) -> frozenset[str]:
    """The globals that code of a module calls by their name: helpers of its own."""
    known = s.tables[UnimportedModules].called
    found = known.get(module)
    if found is None:
        names: set[str] = set()
        for facts in s.program.modules[module].functions:
            read = {row[1]: row[2] for row in facts.code if row[0] == op.GLOBAL}
            names.update(read[row[2]] for row in facts.code if row[0] == op.CALL and row[2] in read)
            s.steps += len(facts.code)
        found = known[module] = frozenset(names)
    return found
