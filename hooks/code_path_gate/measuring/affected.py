"""Which actions a change can affect: the one rule for what an action depends on.

An action depends on the configuration and on what it names, on what the packages declare as plugins, on its baseline,
on each module that it could reach, on each that could be loaded under a name which nobody knows, and on the sizes of
the files that its modules could name. Where all of these are the same in both states, so is the verdict, and the action
costs no trace. What differs is found by content (see `differences`), not by what git lists as changed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from code_path_audit.callgraph.frameworks.loading import CARRYING, carried_at, is_loaded
from code_path_audit.config import ActionConfig
from code_path_audit.costs.sizes import amounts
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.profiles.named_entries import is_named
from code_path_audit.program import imports
from code_path_audit.program.dependencies import beginning
from code_path_audit.program.files import Files
from code_path_audit.program.model import Program
from code_path_audit.program.names import dotted_start
from code_path_gate.measuring.actions import Actions, content
from code_path_gate.measuring.differences import Differences, differences
from code_path_gate.measuring.earlier import Earlier
from code_path_gate.measuring.file_names import can_name, can_name_all, cut_at, pieces_of
from code_path_gate.measuring.found import Found, fixtures
from code_path_gate.measuring.said import CUTTING, Said
from code_path_gate.states.comparison import Comparison

OWN_BEHAVIOURS = re.compile(rb"behaviours|import|module")
"""What a table says of functions that load what a text names."""


def affected(
    compared: Comparison, chosen: tuple[ActionConfig, ...], now: Actions, earlier: Earlier, baselines: str
) -> tuple[ActionConfig, ...]:
    """Those of some actions that the change can affect, and those without a baseline, in the folder `baselines`."""
    if compared.whole:
        return chosen
    found = differences(compared, now, earlier)
    if found is None:
        return chosen
    finds: dict[int, Found] = {}
    return tuple(
        action
        for action in chosen
        if _is_rebased(compared, action, earlier, baselines)
        or _Reach(now, action, finds).meets(found, earlier)
        or _was_read(found, earlier, baselines, action.name)
    )


def _is_rebased(compared: Comparison, action: ActionConfig, earlier: Earlier, baselines: str) -> bool:
    """Whether an action has no baseline, or another one than before."""
    data = compared.state.baseline(baselines, action.name)
    was = earlier.data(baselines, action.name)
    return data is None or was is None or data.replace(b"\r\n", b"\n") != was.replace(b"\r\n", b"\n")


def _was_read(found: Differences, earlier: Earlier, baselines: str, action: str) -> bool:
    """Whether one of the files that have another size was read, as the baseline says: it names none, but their sizes.

    So is found what no constants spell: a name that is cut out of others. A file that comes has no size yet: what its
    name may be cut out of is looked at (`_Reach.meets`).
    """
    before = {size for size in found.resized().values() if size is not None}
    if not before:
        return False
    known = earlier.baseline(baselines, action)
    if known is None:
        return True
    read = [op.size for op in known.ops if op.size_source == "file"]
    return any(any(math.isclose(size, one, rel_tol=1e-6) for one in amounts(was)) for was in before for size in read)


class _Reach:
    """What an action could reach in the state that is checked; each part is found when somebody asks.

    `finds` is what frameworks find in each state, for all actions: by the identity of its files.
    """

    def __init__(self, now: Actions, action: ActionConfig, finds: dict[int, Found]) -> None:
        self.now, self.finds = now, finds
        self.entry_points = (*action.entry_points, *_recorded(now, action))

    def meets(self, found: Differences, earlier: Earlier) -> bool:
        """Whether one of the differences is something that the action depends on."""
        modules = sorted(found.modules)
        if modules and (
            not found.modules.isdisjoint(self.closure)
            or self._are_entries(modules)
            or self._are_loaded(modules, earlier)
            or self._were_used(modules, earlier)
            or self._are_carried(modules)
            or self._came_or_went(modules, earlier)
        ):
            return True
        resized = found.resized()
        if any(can_name(path, self.pieces) for path in resized):
            return True
        came = [path for path, was in resized.items() if was is None]
        return bool(came) and self._said.has(CUTTING) and any(can_name_all(path, self._cut) for path in came)

    @cached_property
    def closure(self) -> frozenset[str]:
        """The modules that it could reach by imports, also of those that a framework loads when it starts, and that
        a library may load because they use it."""
        return self._with_users(self.now.files)

    @cached_property
    def _starts_framework(self) -> bool:
        found = self._closure_of(self.entry_points)
        return self._said_by(self.now.files, found).starts_framework

    def _entries(self, files: Files) -> tuple[str, ...]:
        """The entry points, with the modules that a framework loads, and those that one finds."""
        entries = self.entry_points
        if self._starts_framework:
            entries = (*entries, *sorted(filter(is_loaded, files.by_module)))
        finds = self._found(files)
        own = finds.names(["entries", self.entry_points], lambda program: entered(program, self.entry_points))
        while True:
            around = self._users(files, entries)
            more = finds.by(own, around, self._said_by(files, around)) - around
            if not more:
                return entries
            entries = (*entries, *sorted(more))

    def _found(self, files: Files) -> Found:
        return self.finds.setdefault(id(files), Found(files))

    def _said_by(self, files: Files, modules: frozenset[str]) -> Said:
        return self._found(files).said(modules, self._constants(files, modules))

    def _constants(self, files: Files, modules: frozenset[str]) -> frozenset[str]:
        """The pieces of names in the constants of some modules."""
        about = ["constants", *sorted(modules)]
        return self._found(files).names(about, lambda program: constants_of(program, modules))

    def _closure_of(self, entries: tuple[str, ...]) -> frozenset[str]:
        return self._found(self.now.files).names([entries], lambda program: import_closure(program, entries))

    def _are_carried(self, modules: list[str]) -> bool:
        """Whether one of some modules is of a package that the source carries along, and that some text names."""
        parts = [module.split(".") for module in modules]
        return self._said.names({row[at + 1] for row in parts for at, part in enumerate(row[:-1]) if part in CARRYING})

    def _were_used(self, modules: list[str], earlier: Earlier) -> bool:
        """Whether a library could have loaded one of some modules before the change."""
        return earlier.files is not None and not self._with_users(earlier.files).isdisjoint(modules)

    def _came_or_went(self, modules: list[str], earlier: Earlier) -> bool:
        """Whether one of some modules is in one of the states alone, and these modules may ask the package around it
        for something of its name."""
        before = self.now.files.by_module if earlier.files is None else earlier.files.by_module
        parts = [name.rpartition(".") for name in modules if (name in before) != (name in self.now.files.by_module)]
        return self._said.names({last for around, _, last in parts if around in self.closure})

    def _with_users(self, files: Files) -> frozenset[str]:
        return self._users(files, self._entries(files))

    def _users(self, files: Files, entries: tuple[str, ...]) -> frozenset[str]:
        by = self.now.by
        return self._found(files).names(
            ["users", entries, by.model_files],
            lambda program: closure_of_users(program, entries, by.costs.behaviours.packages),
        )

    @cached_property
    def constants(self) -> frozenset[str]:
        """The pieces of names in the constants of these modules."""
        return self._constants(self.now.files, self.closure)

    @cached_property
    def pieces(self) -> frozenset[str]:
        """What the names of files may be put together from: constants, and the names that modules have of what is
        theirs."""
        about = ["own names", *sorted(self.closure)]
        names = self._found(self.now.files).names(about, lambda program: names_of(program, self.closure))
        return self.constants | names

    @cached_property
    def _cut(self) -> frozenset[str]:
        """The same, and what is left of constants that are cut; where they are may be any of them."""
        separators = self._said.separators
        about = ["cut", sorted(separators or ()), separators is None, *sorted(self.closure)]
        return self.pieces | self._found(self.now.files).names(
            about, lambda program: cut_constants(program, self.closure, separators)
        )

    @cached_property
    def _said(self) -> Said:
        return self._said_by(self.now.files, self.closure)

    def _are_entries(self, modules: list[str]) -> bool:
        """Whether an entry point with wildcards could lie in one of some modules."""
        patterns = [entry for entry in self.entry_points if set("*?[").intersection(entry)]
        return any(may_hold(module, pattern) for pattern in patterns for module in modules)

    def _are_loaded(self, modules: list[str], earlier: Earlier) -> bool:
        """Whether one of some modules could be loaded under a name that is made at run time.

        The call graph takes a module for what is loaded so where a text begins its name, or where it has something of
        the name that is asked of what was loaded.
        """
        said = self._said
        if any(map(is_loaded, modules)) and said.starts_framework:
            return True
        if not self._has_own_behaviours() and not said.loads_by_name:
            return False
        if any(map(said.can_load, modules)):
            return True
        return said.names({name for module in modules for name in _defined(self.now, earlier, module)})

    def _has_own_behaviours(self) -> bool:
        """Whether a table of the user's own may say of a function that it loads what a text names."""
        config, read = self.now.state.config, self.now.state.read_file()
        paths = [config.root / path for path in config.files_that_count if path != config.observations]
        return any(OWN_BEHAVIOURS.search(content(read, path) or b"") for path in paths)


def _defined(now: Actions, earlier: Earlier, module: str) -> Iterator[str]:
    """The names at the top of a module, as it is and as it was."""
    for files in (now.files, earlier.files):
        facts = None if files is None else files.facts(module)
        if facts is not None:
            yield from (name for name in facts.header.names if name and "." not in name and "#" not in name)


def may_hold(module: str, pattern: str) -> bool:
    """Whether an entry point with wildcards may be in a module."""
    literal = re.split(r"[*?\[]", pattern.replace(":", "."), maxsplit=1)[0]
    return module.startswith(literal) or literal.startswith(module + ".") or literal == module


def constants_of(program: Program, closure: Iterable[str]) -> frozenset[str]:
    """The pieces of names in the constants of some modules."""
    modules = [program.modules[name] for name in sorted(closure) if name in program.modules]
    return pieces_of(text for module in modules for text in module.strings)


def cut_constants(program: Program, closure: Iterable[str], separators: Collection[str] | None) -> frozenset[str]:
    """What is left of the constants of some modules that are cut at some separators; None: at any of them."""
    texts = {text for name in closure if name in program.modules for text in program.modules[name].strings}
    return cut_at(texts, texts if separators is None else separators)


def names_of(program: Program, closure: Iterable[str]) -> frozenset[str]:
    """The pieces of names in what some modules are called, and what they define."""
    names = {name for name in closure if name in program.modules}
    own = {last.rpartition(".")[2] for name in sorted(names) for last in program.modules[name].header.names}
    return pieces_of(names | own)


def _recorded(now: Actions, action: ActionConfig) -> tuple[str, ...]:
    """The functions that recorded runs of an action called: no import need lead to them."""
    return tuple(edge.callee for edge in now.by.observations.edges if edge.action == action.name)


def import_closure(program: Program, entry_points: Iterable[str]) -> frozenset[str]:
    """Every module name that an action could reach by imports, also of modules that do not exist.

    More than is ever called: a name in a string that is a module counts as imported, and so do the packages around a
    module. A module that is missing is in it by the name that asked for it, so its coming and going counts.
    """
    front = [name for entry in entry_points for name in _entry_modules(program, entry)]
    return imports.import_closure(program, front, lambda module: _imports(program, module))


def closure_of_users(program: Program, entry_points: Iterable[str], modelled: Collection[str] = ()) -> frozenset[str]:
    """The same, with the modules that use a library which one of these uses, themselves or by others: it may load them,
    though nothing imports them. `modelled` libraries load what their models say. A library is also used where constants
    spell its name."""
    importers, found = imports.importers_of(program.modules.items()), import_closure(program, entry_points)
    tops = {name for name in importers if "." not in name and name not in program.modules and name not in modelled}
    libraries = [name for name in sorted(tops) if not program.stubs.is_stdlib(name)]
    while libraries:
        own = [program.modules[name] for name in sorted(found) if name in program.modules]
        used = {name.partition(".")[0] for facts in own for name in imports.imported_names(facts)}
        constants = constants_of(program, found)
        named = [name for name in libraries if name in used or can_name(name, constants)]
        more = imports.users_of(lambda name: importers.get(name, ()), named) - found
        if not more:
            break
        found |= import_closure(program, more)
    return found


def entered(program: Program, entry_points: Iterable[str]) -> frozenset[str]:
    """The modules that some entry points may lie in."""
    return frozenset(name for entry in entry_points for name in _entry_modules(program, entry))


def _entry_modules(program: Program, entry: str) -> Iterator[str]:
    """The modules that an entry point may lie in, whether or not they exist; one that callers name may be anywhere."""
    if is_named(entry):
        yield from program.modules
        return
    dotted = entry.replace(":", ".")
    if not set("*?[").intersection(dotted):
        parts = dotted.split(".")
        yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))
        return
    yield from (module for module in program.modules if may_hold(module, entry))


PLUGINS = ("importlib.metadata", "importlib_metadata", "pkg_resources", "stevedore", "pluggy")
"""Packages that load what the project's own files declare as plugins."""


ENDS_OF_PREFIXES = ("%", "{")
"""What stands behind a constant beginning in a text that is filled in; one to which something is added has no more."""


def _imports(program: Program, module: ModuleFacts) -> Iterator[str]:
    yield from imports.imported_names(module)
    yield from fixtures(module)
    if any(name == lib or name.startswith(lib + ".") for name in imports.imported_names(module) for lib in PLUGINS):
        yield from (target.partition(":")[0] for _, _, target in program.entry_points)
    for text in module.strings:
        yield from _named(program, text)
    for name in imports.imported_names(module):
        top = name.partition(".")[0]
        if top not in program.modules and not program.stubs.is_stdlib(top):
            yield from _carried(program, module.module, name)


def _carried(program: Program, importer: str, name: str) -> Iterator[str]:
    """Where a package of others lies that the source carries along."""
    top, around = name.partition(".")[0], importer
    while around:
        found = [place for place in carried_at(around, top) if place in program.modules]
        yield from (place + name[len(top) :] for place in found)
        around = around.rpartition(".")[0]


def _named(program: Program, text: str) -> Iterator[str]:
    """What may be loaded by a text: "shop.plugins", "shop.cart:total", "shop/cart.py", any below "shop.backends."; also
    where it is gone."""
    path = text.removesuffix(".py").replace("/", ".") if text.endswith(".py") else text
    start = dotted_start(path)
    if "." in start and (path == start or path[len(start) :].startswith(ENDS_OF_PREFIXES)):
        yield from beginning(program, start)
    if start:
        yield start.rstrip(".")
