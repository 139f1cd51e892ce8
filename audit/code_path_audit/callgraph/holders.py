"""Objects from outside that keep what they are given: what they hold, and which of them belong together.

An object from outside that may keep callables (a parser, an executor, a click group) is one value for each place that
made it. What came out of such an object shares what that holds: a subparser with its parser. Wrong for a library that
makes independent objects (a factory): what is given to one then seems to be called through another as well.
"""

from __future__ import annotations

from code_path_audit.callgraph import classes
from code_path_audit.callgraph.state import State
from code_path_audit.callgraph.values import BOX, CALLABLES, EXT, INST, MODULE, STR, XINST, XRES

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


def family(s: State, holder: int) -> int:
    """The object that stands for all that came out of one another."""
    while True:
        above = s.families.get(holder)
        if above is None:
            return holder
        further = s.families.get(above)
        if further is not None:
            s.families[holder] = further
        holder = above


def held(s: State, holder: int) -> int:
    """The variable of what the family of an object from outside holds; all objects of one registry hold the same."""
    name = registry(s, holder)
    root = s.of(EXT, name) if name else family(s, holder)
    var = s.held.get(root)
    if var is None:
        var = s.held[root] = s.variable()
    return var


def keep(s: State, holder: int, value: int) -> None:
    """An object from outside holds a value, and so does its family.

    Objects without a key (str, Path, datetime: see `holder_key`) keep nothing.
    """
    if can_keep(s, holder):
        s.add(held(s, holder), value)


def can_keep(s: State, value: int) -> bool:
    """Whether an object may keep callables for code outside to call.

    Those from outside do unless their class is plain, those of the source if a base from outside is not plain.
    """
    kind = s.kinds[value]
    if kind == XINST:
        return bool(s.rows[value][3])
    if kind != INST:
        return kind == XRES
    return any(
        s.kinds[e] == XRES or s.rows[e][1].partition(".")[0] not in PLAIN
        for e in classes.outside_bases(s, s.rows[value][1])
    )


def registry(s: State, value: int) -> str:
    """The registry of the whole process that an object is a face of (`GLOBAL_HOLDERS`): any logger; or ""."""
    kind = s.kinds[value]
    if kind == XINST:
        return s.rows[value][3] if s.rows[value][3] in GLOBAL_HOLDERS else ""
    if kind == INST:
        tops = (s.rows[e][1].partition(".")[0] for e in classes.outside_bases(s, s.rows[value][1]))
        return next((top for top in tops if top in GLOBAL_HOLDERS), "")
    return ""


def hold(s: State, holder: int, source: int) -> None:
    """An object from outside holds what a variable holds."""
    s.watch(source, on_hold, holder)


def on_hold(s: State, holder: int, value: int) -> None:
    """One value that an object from outside is given."""
    if s.kinds[value] in CALLABLES or s.kinds[value] == INST:
        keep(s, holder, value)
    elif s.kinds[value] == BOX:
        s.watch(reach(s, value), on_hold, holder)


def reach(s: State, box: int) -> int:
    """The variable of what is handed over with a container: what may be called, used or loaded, at any depth.

    One for all who are given the container; a large table of data has few such elements.
    """
    key = (box, "#reach")
    var = s.fields.get(key)
    if var is None:
        var = s.field(*key)
        s.watch(s.field(box, "*"), on_reach, var)
    return var


def on_reach(s: State, var: int, value: int) -> None:
    """One element of a container that is handed over."""
    kind = s.kinds[value]
    if kind == BOX:
        s.flow(reach(s, value), var)
    elif kind == XINST:
        if can_keep(s, value):
            s.add(var, value)
    elif kind in CALLABLES or kind in (INST, MODULE, XRES) or (kind == STR and "." in s.rows[value][1]):
        s.add(var, value)


def on_keeper(s: State, value: int, keeper: int) -> None:
    """The result of the call keeps what was handed over."""
    if s.kinds[keeper] in (XINST, XRES):
        keep(s, keeper, value)


def belongs(s: State, value: int, parent: int) -> None:
    """What came out of an object from outside shares what that holds; the first such object counts."""
    if (
        s.kinds[value] not in (XRES, XINST)
        or s.kinds[parent] not in (XRES, XINST, INST)
        or (s.kinds[value] == XINST and not s.rows[value][3])
        or value in s.families
    ):
        return
    root = family(s, parent)
    if root == value:
        return
    s.families[value] = root
    before = s.held.pop(value, None)
    if before is not None:
        # what was asked of the old variable goes on there; both hold the same from now on
        s.flow(before, held(s, root))
        s.flow(held(s, root), before)


def on_descendant(s: State, parent: int, value: int) -> None:
    """What a method of an object returned belongs to that object."""
    belongs(s, value, parent)
    if s.kinds[value] == XRES and s.kinds[parent] == XRES:
        s.flow(content(s, parent), content(s, value))


def content(s: State, value: int) -> int:
    """The variable of what the callbacks that an external called gave it: it may hand them on."""
    return s.field(value, "()")
