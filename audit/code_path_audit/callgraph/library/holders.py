"""Objects from outside that keep what they are given: what they hold, and which of them belong together.

An object from outside that may keep callables (a parser, an executor, a click group) is one value for each place that
made it. What came out of such an object shares what that holds: a subparser with its parser. Wrong for a library that
makes independent objects (a factory): what is given to one then seems to be called through another as well.
"""

from __future__ import annotations

from typing import TypeVarTuple

from code_path_audit.callgraph.behaviours import PROCESS
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.heap.modules import load
from code_path_audit.callgraph.library.summaries import AnyUse, Use, use_all
from code_path_audit.callgraph.solver.abstract_values import BOX, CALLABLES, EXT, INST, MODULE, STR, XINST, XRES
from code_path_audit.callgraph.solver.ids import NO_SITE, NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import State

Ts = TypeVarTuple("Ts")

PLAIN = frozenset((
    "builtins", "typing", "types", "pathlib", "os", "posixpath", "io", "re", "datetime", "json", "collections",
    "string", "decimal", "fractions", "time", "math", "random", "hashlib", "uuid", "struct", "base64", "urllib",
    "zipfile", "tarfile", "tempfile", "shutil", "csv", "itertools", "operator", "enum", "abc", "configparser",
    "sqlite3", "http", "email", "sys", "platform", "stat", "locale", "copy", "pickle", "ast", "inspect", "textwrap",
    "dataclasses", "numbers", "importlib", "tokenize", "token", "difflib", "fnmatch", "glob", "shlex", "html",
    "mimetypes", "ipaddress", "secrets", "codecs", "unicodedata", "traceback", "linecache", "dis", "array",
    "bisect", "heapq", "zlib", "gzip", "bz2", "lzma", "tomllib", "subprocess", "contextvars", "getpass",
))  # fmt: skip
"""Modules of the standard library whose objects keep no callables of their users."""

KEEPING = frozenset(("urllib.request.OpenerDirector", "sqlite3.Connection"))
"""Classes of such modules whose objects keep callables all the same."""

GLOBAL_HOLDERS = frozenset(("logging", "atexit", "signal", "warnings"))
"""Modules whose objects are one registry: what is handed to one logger may be called through another."""


MODELLED = 3
"""The level (`usable`) of what a model says is kept."""


class Holders:
    """What objects from outside keep.

    What came out of an object shares what that keeps, and what it is given itself that one has as well: both are in the
    groups of the first. An object of several parents is in the groups of all of them, whichever came up first.
    """

    def __init__(self) -> None:
        self.groups: dict[Value, dict[Var, None]] = {}
        """The variables of what the groups of an object keep."""
        self.parents: dict[Value, dict[Value, None]] = {}
        self.children: dict[Value, dict[Value, None]] = {}
        self.kept: dict[Value, dict[Var, bool]] = {}
        """What an object was given itself, and whether those that share with it keep that, too."""
        self.shared: dict[Value, dict[Var, None]] = {}
        """That part of it: a group of commands keeps thousands that none does."""
        self.copies: dict[Value, dict[Value, None]] = {}
        """Objects that keep what another was given itself."""
        self.uses: dict[Value, dict[tuple[Site, AnyUse], None]] = {}
        """What is done, and where, with all that an object keeps."""
        self.stands: set[Value] = set()
        """What stands for a class that it came out of: `Orders.as_view()`."""
        self.usable: dict[tuple[Var, int], Var] = {}
        """What is handed over of what a variable holds, by level."""


def groups_of(s: State, holder: Value) -> dict[Var, None]:
    """The groups that an object is in: its own, if it came out of no other; all objects of one registry have one."""
    groups = s.tables[Holders].groups
    found = groups.get(holder)
    if found is None:
        name = registry(s, holder)
        owner = s.of(EXT, name) if name else holder
        found = groups[holder] = {s.field(owner, "#kept"): None}
    return found


def join(s: State, holder: Value, group: Var) -> None:
    """An object gets into one more group, and so does all that came out of it."""
    holders = s.tables[Holders]
    todo = [holder]
    while todo:
        one = todo.pop()
        groups = holders.groups.setdefault(one, {})
        if group in groups:
            continue
        groups[group] = None
        for source in holders.kept.get(one, ()):
            s.flow(source, group)
        for site, how in holders.uses.get(one, ()):
            use_all(s, site, how, group)
        todo += holders.children.get(one, ())


def use_kept(s: State, holder: Value, site: Site, how: Use[*Ts]) -> None:
    """Code outside does something with all that an object keeps, at a call site."""
    uses = s.tables[Holders].uses.setdefault(holder, {})
    if (site, how) not in uses:
        uses[site, how] = None
        for group in list(groups_of(s, holder)):
            use_all(s, site, how, group)


def ancestors(s: State, holder: Value) -> list[Value]:
    """An object, what it came out of, what that came out of ..."""
    parents = s.tables[Holders].parents
    found = {holder: None}
    todo = [holder]
    while todo:
        for parent in parents.get(todo.pop(), ()):
            if parent not in found:
                found[parent] = None
                todo.append(parent)
    return list(found)


def keeps(s: State, holder: Value, source: Var, level: int, is_shared: bool = True) -> None:
    """An object from outside holds what a variable holds, and so does its family; `level`: see `usable`. `is_shared`:
    so do those that share with it; not what a decorator registers, of which each is one.

    Objects without a key (str, Path, datetime: see `holder_key`) keep nothing.
    """
    if can_keep(s, holder):
        out = usable(s, source, level)
        kept = s.tables[Holders].kept.setdefault(holder, {})
        if out not in kept or (is_shared and not kept[out]):
            kept[out] = is_shared
            if is_shared:
                s.tables[Holders].shared.setdefault(holder, {})[out] = None
            for one in (holder, *(s.tables[Holders].copies.get(holder, ()) if is_shared else ())):
                for group in groups_of(s, one):
                    if level == MODELLED:
                        s.keeping.add(group)
                    s.flow(out, group)
    elif s.kinds[holder] == INST:
        classes.depends(s, s.rows[holder].cls, keeps_after_all, (source, level), holder)


def shares(s: State, holder: Value, other: Value) -> None:
    """An object keeps what another was given itself, and nothing of what that came out of."""
    holders = s.tables[Holders]
    holders.copies.setdefault(other, {})[holder] = None
    for out in holders.shared.get(other, ()):
        for group in groups_of(s, holder):
            s.flow(out, group)


def keeps_after_all(s: State, data: tuple[Var, int], holder: Value) -> None:
    """The bases of an object's class became known after something was handed to it."""
    keeps(s, holder, *data)


def usable(s: State, source: Var, level: int) -> Var:
    """The variable of what can be called or used among what a variable holds: one for all who are handed that.

    `level`: 0, the values themselves; 1, also what containers have in them; 2, also what modules and dotted names stand
    for, which only an unknown library looks up; 3, also objects from outside, for what these hold, where a model says
    that the argument is kept.
    """
    holders = s.tables[Holders]
    key = (source, level)
    out = holders.usable.get(key)
    if out is None:
        out = holders.usable[key] = s.variable()
        s.watch_all(source, on_part, out)
        if level:
            s.watch(source, on_box, (out, level))
        if level >= 2:
            s.watch_all(source, on_name, out)
        if level == 3:
            s.watch_all(source, on_keeping, out)
    return out


@sees(*CALLABLES, INST, XRES)
def on_part(s: State, out: Var, values: list[Value]) -> None:
    """Values that are handed over."""
    stands = s.tables[Holders].stands
    if found := [value for value in values if s.kinds[value] != XRES or value in stands]:
        s.propagate(found, (out,))


@sees(BOX, INST)
def on_box(s: State, data: tuple[Var, int], value: Value) -> None:
    """A container that is handed over, or an object of a class that derives from one."""
    out, level = data
    if s.kinds[value] == INST:
        classes.depends(s, s.rows[value].cls, on_box, data, value)
        box = classes.box_of(s, value)
        if box is None:
            return
        value = box
    s.watch_all(reach(s, value), on_part, out)
    if level >= 2:
        s.watch_all(reach(s, value), on_name, out)
    if level == 3:
        s.watch_all(reach(s, value), on_keeping, out)


@sees(XINST, XRES)
def on_keeping(s: State, out: Var, values: list[Value]) -> None:
    """Objects from outside that are kept by another: what they hold is used with it.

    Not what came out of a third, if no more is known of it than that: it would stand for all that the third holds.
    """
    parents = s.tables[Holders].parents
    found = [
        v
        for v in values
        if can_keep(s, v)
        and (s.kinds[v] == XINST or not parents.get(v))
        and not (s.kinds[v] == XINST and is_silent(s, s.rows[v].dotted))
    ]
    if found:
        s.propagate(found, (out,))


def is_silent(s: State, dotted: str) -> bool:
    """Whether a row of just this class says that its objects call nothing of what they keep; of a library that only
    calls where a row says so, its objects may be called through others, unless the library keeps itself whatever they
    are given."""
    facts = s.behaviours.facts(dotted)
    if facts.is_silent and s.behaviours.is_quiet(dotted):
        return any(place.is_any and place.where == PROCESS for place in facts.keeps)
    return facts.is_silent


@sees(MODULE, STR)
def on_name(s: State, out: Var, values: list[Value]) -> None:
    """Modules that are handed over, and names."""
    for value in values:
        if s.kinds[value] == MODULE or "." in s.rows[value].text:
            source = named_object(s, value)
            if source:
                s.flow(usable(s, source, 2), out)


def named_object(s: State, value: Value, site: Site = NO_SITE) -> Var:
    """The variable of what a module or a dotted name stands for where a library gets it; 0 for none.

    A module that is registered gives the functions that a decorator from outside marked, as plugin managers find them;
    wrong for libraries that find functions by name alone: those are missed. A string that spells the dotted name of a
    class or function of the source ("pkg.mod:func" as well) means it; wrong for names in messages.
    """
    if s.kinds[value] == MODULE:
        return s.field(value, "#marked")
    text = s.rows[value].text.replace(":", ".")
    place = s.program.functions.get(text) if "." in text else None
    if place is None or s.program.modules[place[0]].functions[place[1]].parent != 0:
        return NOWHERE
    load(s, place[0], site)
    return s.field(s.of(MODULE, place[0]), text.rpartition(".")[2])


def can_keep(s: State, value: Value) -> bool:
    """Whether an object may keep callables for code outside to call.

    Those from outside do unless their class is plain, those of the source if a base from outside is not plain.
    """
    kind = s.kinds[value]
    if kind == XINST:
        return bool(s.rows[value].key)
    if kind != INST:
        return kind == XRES
    return any(
        s.kinds[e] == XRES or s.rows[e].dotted.partition(".")[0] not in PLAIN
        for e in classes.outside_bases(s, s.rows[value].cls)
    )


def registry(s: State, value: Value) -> str:
    """The registry of the whole process that an object belongs to (`GLOBAL_HOLDERS`): any logger; or ""."""
    kind = s.kinds[value]
    if kind == XINST:
        key = s.rows[value].key
        return key if isinstance(key, str) and key in GLOBAL_HOLDERS else ""
    if kind == INST:
        tops = (s.rows[e].dotted.partition(".")[0] for e in classes.outside_bases(s, s.rows[value].cls))
        return next((top for top in tops if top in GLOBAL_HOLDERS), "")
    return ""


def hold(s: State, holder: Value, source: Var) -> None:
    """An object from outside holds what a variable holds."""
    keeps(s, holder, source, 1)


def reach(s: State, box: Value) -> Var:
    """The variable of what is handed over with a container: what may be called, used or loaded, at any depth.

    One for all who are given the container; a large table of data has few such elements.
    """
    key = (box, "#reach")
    var = s.fields.get(key)
    if var is None:
        var = s.field(*key)
        s.watch(s.field(box, "*"), on_reach, var)
    return var


@sees(BOX, XINST, *CALLABLES, INST, MODULE, XRES, STR)
def on_reach(s: State, var: Var, value: Value) -> None:
    """One element of a container that is handed over."""
    kind = s.kinds[value]
    if kind == BOX:
        s.flow(reach(s, value), var)
    elif kind == XINST:
        if can_keep(s, value):
            s.add(var, value)
    elif kind in CALLABLES or kind in (INST, MODULE, XRES) or (kind == STR and "." in s.rows[value].text):
        s.add(var, value)


@sees(XINST, XRES)
def on_keeper(s: State, data: tuple[Var, int], keeper: Value) -> None:
    """The result of a call keeps what was handed over (source, level)."""
    keeps(s, keeper, *data)


def belongs(s: State, value: Value, parent: Value) -> None:
    """What came out of an object from outside shares what that keeps."""
    holders = s.tables[Holders]
    if (
        value == parent
        or s.kinds[value] not in (XRES, XINST)
        or s.kinds[parent] not in (XRES, XINST, INST)
        or (s.kinds[value] == XINST and not s.rows[value].key)
        or parent in holders.parents.get(value, ())
    ):
        return
    holders.parents.setdefault(value, {})[parent] = None
    holders.children.setdefault(parent, {})[value] = None
    for group in list(groups_of(s, parent)):
        join(s, value, group)


@sees(XRES, XINST)
def on_descendant(s: State, parent: Value, value: Value) -> None:
    """What a method of an object returned belongs to that object."""
    belongs(s, value, parent)
    if s.kinds[value] == XRES and s.kinds[parent] == XRES:
        s.flow(content(s, parent), content(s, value))


def content(s: State, value: Value) -> Var:
    """The variable of what the callbacks that an external called gave it: it may hand them on."""
    return s.field(value, "()")
