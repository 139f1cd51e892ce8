"""Entry points, as people write them, to the functions that they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from code_path_audit.errors import AuditError, as_written
from code_path_audit.profiles.named_entries import asked, functions_of, is_named, named, names_like
from code_path_audit.profiles.view_classes import is_view
from code_path_audit.program.model import Program

UNWRITTEN = frozenset("@<")
"""What stands in the names of functions that nobody wrote."""

NEAREST = 3
"""Names that an error offers."""

CONSTRUCTORS = ("__new__", "__init__", "__post_init__")


def resolve_entries(program: Program, entry_points: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """The fqnames that `entry_points` name: in their order, a glob's matches sorted, none twice.

    An entry point is a name that callers say (`route:GET /orders/{id}`, `command:export`, `task:send`); an fqname; a
    module (its body); a class (its own `__new__`, `__init__` and `__post_init__`; of a view its handlers as well, as a
    route to it that asks for no method); `module:function` or `module:Class.method`; or a glob over
    fqnames, which matches functions and methods alone, and nested functions only where nothing else matches. Of a name
    that is defined more than once every definition counts.
    AuditError "unknown-entry-point", with the nearest names, for one that matches nothing; "no-entry-point" for none.
    """
    if not entry_points:
        raise AuditError("no-entry-point", "the action has no entry points", todo="Name at least one function.")
    found: dict[str, None] = {}
    for text in entry_points:
        names = list(matches(program, text))
        if not names:
            raise unknown(program, text)
        found.update(dict.fromkeys(names))
    return tuple(found)


def methods_asked(program: Program, entry_points: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The functions among entry points that answer requests, each with every method of HTTP that it is asked with:
    pairs, sorted; none of a function that may be asked with any."""
    found: dict[str, set[str]] = {}
    for text in entry_points:
        rows = asked(program, text) if is_named(text) else ((name, "") for name in matches(program, text))
        for name, method in rows:
            found.setdefault(name, set()).add(method)
    return tuple((name, method) for name in sorted(found) if "" not in found[name] for method in sorted(found[name]))


def matches(program: Program, text: str) -> Iterator[str]:
    """The functions that one entry point names."""
    name = text.strip()
    if is_named(name):
        yield from named(program, name)
        return
    module, colon, qualified = name.partition(":")
    if colon:
        if not qualified or (module not in program.modules and not is_glob(module)):
            return
        name = f"{module}.{qualified}"
    if is_glob(name):
        yield from globbed(program, name)
        return
    if name in program.modules and not colon:
        yield name
        return
    for definition in definitions(program, name):
        if program.facts(definition).kind != "class":
            yield definition
            continue
        made = [one for method in CONSTRUCTORS for one in definitions(program, f"{definition}.{method}")]
        if is_view(program, definition):
            made += [one for one in functions_of(program, definition, "") if one not in (definition, *made)]
        yield from made


def is_glob(name: str) -> bool:
    """Whether a name holds a wildcard."""
    return any(char in name for char in "*?[")


def definitions(program: Program, name: str) -> Iterator[str]:
    """A name, and `name#2`, `name#3`, ... where a scope defines it again: which one stands, only a run can tell."""
    number, definition = 1, name
    while definition in program.functions:
        if program.functions[definition][1]:  # 0 is the body of a module
            yield definition
        number += 1
        definition = f"{name}#{number}"


def globbed(program: Program, pattern: str) -> list[str]:
    """The functions that a glob matches, sorted: those that can be called from outside, else nested ones."""
    hits = [
        name
        for name in program.functions
        if not UNWRITTEN.intersection(name) and fnmatchcase(name, pattern) and program.facts(name).kind == "function"
    ]
    return sorted([name for name in hits if not is_nested(program, name)] or hits)


def is_nested(program: Program, fqname: str) -> bool:
    """Whether a function stands inside another function."""
    module, index = program.functions[fqname]
    functions = program.modules[module].functions
    parent = functions[index].parent
    while parent >= 0:
        if functions[parent].kind in ("function", "lambda"):
            return True
        parent = functions[parent].parent
    return False


def unknown(program: Program, text: str) -> AuditError:
    """The error for an entry point that names no function."""
    if is_named(text):
        near = names_like(program, text)
        return AuditError(
            "unknown-entry-point",
            f"entry point {text!r} is no route, command or task that the source declares{not_read(program)}",
            todo=f"Nearest: {', '.join(near)}." if near else "The source declares none.",
        )
    name = text.strip().replace(":", ".")
    if name in program.functions and program.facts(name).kind == "class":
        members = [other for other in program.functions if other.rpartition(".")[0] == name]
        offered = [other for other in members if program.facts(other).kind == "function"][:NEAREST]
        what = f"entry point {text!r} is a class that defines no constructor"
    else:
        offered = nearest(program, name)
        what = f"entry point {as_written(text, 200)} names no function of the source"
    todo = f"Nearest: {', '.join(offered)}." if offered else "The source has no function with a name like it."
    return AuditError("unknown-entry-point", what, todo=todo)


def not_read(program: Program) -> str:
    """Which files may declare it, since nobody could read them: the first, and how many more."""
    files = [file for file in program.skipped if file.module and file.path.endswith(".py")]
    if not files:
        return ""
    first, more = files[0], f", and {len(files) - 1} more" if len(files) > 1 else ""
    place = f"{first.path}:{first.line}" if first.line else first.path
    return f" in what could be read of it; not read: {place} ({first.reason}){more}"


def nearest(program: Program, name: str) -> list[str]:
    """The names most like `name`: the same last part first, then by their letters."""
    from difflib import get_close_matches

    named = sorted(other for other in program.functions if program.facts(other).kind in ("function", "module", "class"))
    last = name.rpartition(".")[2]
    same = [other for other in named if last and other.rpartition(".")[2] == last]
    close = get_close_matches(name, same, NEAREST, 0.0)
    if len(close) < NEAREST:
        close += [other for other in get_close_matches(name, named, NEAREST) if other not in close]
    return close[:NEAREST]
