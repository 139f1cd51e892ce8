"""Modules and objects that are imported by a text: plugins, backends, handlers named in settings.

For a text that is made at run time there are three kinds of evidence, all inferred; the import itself stays unresolved.
*A prefix*: a text that begins with a package of the source (`"shop.backends." + name`) means any module below it.
*Texts that name it*: where nothing is known of the text, any dotted name or file of the source that the reached code
spells as a constant (`"shop.ext.tax"`, `"shop.cart:Cart"`, `"dodo.py"`) may be what comes, and the modules of a package
so named where the program lists the modules of packages (`pkgutil`); the name that a module has of itself (`__name__`)
is no such text. *What is asked of it*: `found.setup(app)` means every module of the source that defines a function
`setup` which takes one argument.

Wrong, by edges too many, for names in messages and for modules that happen to have such a function; by edges too few
for names that only a file of the user holds, and modules of which only constants or classes are asked.

Functions that return the object which a text names (`import_string("shop.cart.Cart")`, `pkgutil.resolve_name`) are here
too: the longest part of the text that is a module of the source is loaded; the rest are attributes. They assume that
nothing but the text decides; a text that is not constant gives something unknown.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from code_path_audit.callgraph.heap.modules import load
from code_path_audit.callgraph.solver.abstract_values import (
    CTXFUNC,
    EXT,
    FUNC,
    MODULE,
    STR,
    UNKNOWN,
    XINST,
    XMETHOD,
    XRES,
)
from code_path_audit.callgraph.solver.ids import Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Read, State
from code_path_audit.facts.rows import Param
from code_path_audit.program.dependencies import beginning, defining
from code_path_audit.program.names import is_dotted
from code_path_audit.program.register_names import canonical

MAX_NAMED = 200
"""Texts that name something of the source: of more, the rest is not looked at."""

MAX_BELOW = 100
"""Modules below a prefix, or with a function of one name: more are no evidence."""

MAX_WORDS = 12
"""Words of a text that may each name something."""

MODULES = ("importlib.import_module().", "types.ModuleType.")
"""What a function of a module that nothing is known of is called here, up to its own name."""


class Wanted(NamedTuple):
    """A variable that gets what texts name: any object, or the modules that define a function of one name."""

    dst: Var
    site: Site
    member: str


class TextImports:
    """Imports of texts that are not known, and texts that may be meant."""

    def __init__(self) -> None:
        self.begun: list[tuple[Call, str]] = []
        """Imports of which it is known how the text begins."""
        self.blind: list[Call] = []
        """The others."""
        self.served: dict[str, int] = {}
        """How many of those have been given what a text names."""
        self.lists_packages: bool = False
        """Whether the program lists the modules of packages."""
        self.seen_values: int = 0
        """Values that have been looked at for texts."""
        self.read_values: int = 0
        """Values of which it is known what they name: `seen_values` begins anew where a new import may mean them."""
        self.naming: list[tuple[int, str, str]] = []
        """Those that name something: the value, the module, and what of it."""
        self.named: dict[str, dict[str, None]] = {}
        """What texts name in each module."""
        self.spelled: set[str] = set()
        """Modules that texts name, or something in them."""
        self.picks: dict[str, list[Call]] = {}
        """Calls that pick some name of a module."""
        self.objects: dict[str, None] = {}
        """The dotted names of modules, and of classes and functions at the top of one, that texts spell."""
        self.files: dict[str, None] = {}
        """The modules of which a text spells the file, which no other has: "default_config.py"."""
        self.from_files: dict[Call, int] = {}
        """Calls that make a module of a file, and how many of those they were given."""
        self.by_file: dict[str, list[str]] = {}
        """All modules, by the name of their file."""
        self.wanted: dict[Wanted, int] = {}
        """Who gets what such texts name, and how many of them it was given."""


def note(s: State, call: Call, prefix: str = "") -> None:
    """An import of a text that is not known, or only how it begins."""
    imports = s.tables[TextImports]
    if "." in prefix:
        imports.begun.append((call, prefix))
    else:
        s.add(call.dst, unknown_module(s))
        imports.blind.append(call)
        imports.seen_values = 0


def unknown_module(s: State) -> Value:
    """What an import by a text gives that is not known; besides, the modules that are found for it."""
    return s.of(XRES, "importlib.import_module()", 0)


def is_unknown_module(s: State, var: Var, module: str) -> bool:
    """Whether a variable holds what is imported by a text that nothing is known of, and no text spells this module."""
    return module not in s.tables[TextImports].spelled and unknown_module(s) in (s.pts[var] or ())


def from_texts(s: State) -> bool:
    """Evidence: what imports of texts that are not known may load. New texts count for old imports too."""
    imports = s.tables[TextImports]
    begun, imports.begun = imports.begun, []
    for call, prefix in begun:
        if not below(s, call, prefix):
            note(s, call)
    if (imports.blind or imports.wanted or imports.from_files) and imports.seen_values < len(s.rows):
        read_texts(s)
        new = imports.naming[bisect_left(imports.naming, (imports.seen_values,)) :]
        # what is spelled counts as such, also where a package that is listed has it
        imports.spelled.update(module for _, module, _ in new)
        for _, module, member in new:
            on_dotted(s, module, member)
        imports.seen_values = len(s.rows)
    for call, served in imports.from_files.items():
        for name in list(imports.files)[served:]:
            load(s, name, call.site)
            s.add(call.dst, s.of(MODULE, name))
        imports.from_files[call] = len(imports.files)
    for wanted, served in imports.wanted.items():
        for name in list(imports.objects)[served:]:
            serve(s, wanted, name)
        imports.wanted[wanted] = len(imports.objects)
    return s.busy()


def read_texts(s: State) -> None:
    """Finds what the texts name that came up since."""
    imports = s.tables[TextImports]
    for value in range(imports.read_values, len(s.rows)):
        row = s.rows[value]
        if row.kind == STR and "." in row.text and not row.tag:
            for word in words_of(row.text):
                module, member = named_by(s, word) if "." in word else ("", "")
                if module:
                    imports.naming.append((value, module, member))
                if word.endswith(".py") and (name := file_module(s, word)):
                    imports.files[name] = None
    imports.read_values = len(s.rows)


def file_module(s: State, text: str) -> str:
    """The one module of the source whose file has the name, or the path from some folder on, that a text spells."""
    known = s.tables[TextImports].by_file
    if not known:
        for name in s.program.modules:
            known.setdefault(name.rpartition(".")[2], []).append(name)
    path = text.removesuffix(".py").replace("/", ".")
    found = [m for m in known.get(path.rpartition(".")[2], ()) if m == path or m.endswith("." + path)]
    return found[0] if len(found) == 1 else ""


def of_file(s: State, call: Call, value: Value) -> bool:
    """importlib.util.module_from_spec(spec): a module of some file, which is not known."""
    imports = s.tables[TextImports]
    s.unresolved(call.site, "dynamic import")
    if call.dst and call not in imports.from_files:
        imports.from_files[call] = 0
        imports.seen_values = 0
    return False


def words_of(text: str) -> list[str]:
    """A text, or the words of one that lists several."""
    words = text.replace(",", " ").split()
    return words if 1 < len(words) <= MAX_WORDS else [text]


def want(s: State, var: Var, wanted: Wanted) -> None:
    """Where a variable holds no constant text, what any text names may be meant."""
    s.watch(var, on_vague, wanted)
    s.when_empty(var, on_none, wanted)


@sees(XRES, XINST, UNKNOWN)
def on_vague(s: State, wanted: Wanted, value: Value) -> None:
    """A text of which nothing is known."""
    if s.kinds[value] != XINST or s.rows[value].dotted == "builtins.str":
        on_none(s, wanted)


def on_none(s: State, wanted: Wanted) -> None:
    """Nothing is known at all."""
    imports = s.tables[TextImports]
    if wanted not in imports.wanted:
        imports.wanted[wanted] = 0
        imports.seen_values = 0


def serve(s: State, wanted: Wanted, name: str) -> None:
    """One name that may be meant."""
    is_module = name in s.program.modules
    if wanted.member and not (is_module and f"{name}.{wanted.member}" in s.program.functions):
        return
    module, _, last = name.rpartition(".")
    load(s, name if is_module else module, wanted.site)
    if is_module:
        s.add(wanted.dst, s.of(MODULE, name))
    else:
        s.flow(s.field(s.of(MODULE, module), last), wanted.dst)


def lists_packages(s: State) -> None:
    """pkgutil.iter_modules, walk_packages: who lists the modules of packages loads them by name."""
    imports = s.tables[TextImports]
    imports.lists_packages = True
    imports.seen_values = 0


def named_by(s: State, text: str) -> tuple[str, str]:
    """What a constant text names: a module of the source, by name or file, or a class or function at the top of one,
    also where another imports it from there, and "" or that; ("", "") for nothing."""
    name = text[:-3].replace("/", ".") if text.endswith(".py") else text.replace(":", ".")
    if not is_dotted(name):
        return "", ""
    if name in s.program.modules:
        return name, ""
    module, _, last = name.rpartition(".")
    place = s.program.functions.get(name)
    if place is None and module in s.program.modules:
        place = s.program.functions.get(canonical(s.program, name))
    if place is None or s.program.modules[place[0]].functions[place[1]].parent != 0:
        return "", ""
    return module, last


def on_dotted(s: State, name: str, member: str) -> None:
    """A module that is named, and what of it, if a text says so."""
    imports = s.tables[TextImports]
    if member:
        imports.objects[f"{name}.{member}"] = None
        imports.named.setdefault(name, {})[member] = None
        for call in imports.picks.get(name, ()):
            s.read(s, Read(call.dst, member, call.site), s.of(MODULE, name))
    elif name not in imports.named:
        if len(imports.named) >= MAX_NAMED:
            s.widened["texts that name a module"] = None
            return
        imports.named[name] = {}
    if not member:
        imports.objects[name] = None
    if imports.lists_packages and s.program.modules[name].is_package:
        for inner in below_package(s, name):
            on_dotted(s, inner, "")
    for call in imports.blind[imports.served.get(name, 0) :]:
        load(s, name, call.site)
        s.add(call.dst, s.of(MODULE, name))
    imports.served[name] = len(imports.blind)


def below(s: State, call: Call, prefix: str) -> bool:
    """An import of a text with a constant prefix: the modules below it. False if there is none, or very many."""
    found = beginning(s.program, prefix)
    if not found or len(found) > MAX_BELOW:
        return False
    for name in found:
        load(s, name, call.site)
        s.add(call.dst, s.of(MODULE, name))
    return True


def below_package(s: State, package: str) -> list[str]:
    """The modules right below a package."""
    head = package + "."
    return [name for name in beginning(s.program, head) if "." not in name[len(head) :]]


def asked(s: State, call: Call, path: str) -> None:
    """A function of a module of which nothing is known is called: every module that has one of that name, as it takes.

    Asked where values are missing.
    """
    name = next((path[len(head) :] for head in MODULES if path.startswith(head)), "")
    if not name.isidentifier() or any(star for _, star in call.pos):
        return
    found = [module for module in defining(s.program, name) if defines(s, module, name, call)]
    if len(found) > MAX_BELOW:
        s.widened["modules with a function of one name"] = None
        return
    for module in found:
        load(s, module, call.site)
        out = s.variable()
        s.read(s, Read(out, name, call.site), s.of(MODULE, module))
        s.watch(out, on_function, call)


def defines(s: State, module: str, name: str, call: Call) -> bool:
    """Whether a module itself defines a function of the name that takes so many arguments."""
    place = s.program.functions.get(f"{module}.{name}")
    if place is None or place[0] != module:
        return False
    facts = s.program.modules[module].functions[place[1]]
    if facts.parent != 0 or facts.kind not in ("function", "async function"):
        return False
    names = {p.name for p in facts.params}
    places = sum(p.kind in ("pos", "normal") for p in facts.params)
    required = sum(p.kind in ("pos", "normal") and not p.default for p in facts.params)
    given = len(call.pos) + len(call.kw)
    if any(k is not None and k not in names for k, _ in call.kw) and not has(facts.params, "starstar"):
        return False
    return required <= given and (len(call.pos) <= places or has(facts.params, "star"))


def has(params: tuple[Param, ...], kind: str) -> bool:
    """Whether there is a parameter of a kind."""
    return any(p.kind == kind for p in params)


def on_function(s: State, call: Call, value: Value) -> None:
    """One function that may be meant."""
    if s.kinds[value] in (FUNC, CTXFUNC):
        s.apply(s, call, value)


def import_object(s: State, call: Call, value: Value) -> bool:
    """A call of such a function."""
    for var, _ in call.pos[:1]:
        if call.dst and s.behaviours.is_named(s.rows[value].dotted):
            want(s, var, Wanted(call.dst, call.site, ""))
        s.watch(var, on_text, (call, s.rows[value].dotted if s.kinds[value] in (EXT, XMETHOD, XRES) else ""))
    return True


def on_text(s: State, data: tuple[Call, str], value: Value) -> None:
    """One text."""
    call, dotted = data
    text = s.rows[value].text.replace(":", ".") if s.kinds[value] == STR else ""
    parts = text.split(".") if is_dotted(text) else []
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        if module in s.program.modules:
            load(s, module, call.site)
            source = s.variable()
            s.add(source, s.of(MODULE, module))
            for index, name in enumerate(parts[length:]):
                out = call.dst if length + index == len(parts) - 1 else s.variable()
                s.watch(source, s.read, Read(out, name, call.site))
                source = out
            if length == len(parts):
                s.flow(source, call.dst)
            return
    s.add(call.dst, s.of(XRES, f"{dotted}()", 0))
