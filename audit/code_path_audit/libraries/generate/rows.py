"""Summaries to the rows of a model, under the names that others import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from code_path_audit.facts.rows import Param
from code_path_audit.libraries.generate.costs import costs_of
from code_path_audit.libraries.generate.effects import RESULT, STEPS, Effect, Origin, root
from code_path_audit.libraries.generate.members import DATA
from code_path_audit.libraries.generate.package import Package, is_plain

Rows = dict[str, dict[str, tuple[str, ...]]]
"""Word to name to values."""

MAX_VALUES = 12
"""Values of one row: a function of which more is known does too much to be told so."""


def public_names(package: Package) -> dict[str, str]:
    """Where something is defined, to the shortest name under which a module has it, where that is another."""
    found: dict[str, str] = {}
    for (module, name), origins in package.bound.items():
        if module not in package.program.modules or hidden(f"{module}.{name}"):
            continue
        targets = {package.last(o[1].partition("#")[0]) for o in origins if o[0] in ("function", "class")}
        for target in (one.partition("#")[0] for one in targets if len(targets) == 1):
            if target in package.program.functions:
                other = f"{module}.{name}"
                home = package.module_of(target)
                best = found.get(target, target if not hidden(target) else "")
                # a package says what it exports of the modules below it; others merely import it
                if home != module and not home.startswith(f"{module}.") and not hidden(home):
                    continue
                if not best or (other.count("."), other) < (best.count("."), best):
                    found[target] = other
    return {target: name for target, name in found.items() if name and name != target}


def hidden(dotted: str) -> bool:
    """Whether a name is one that others should not use."""
    parts = dotted.split(".")
    return any(part.startswith("_") and not (part.startswith("__") and part.endswith("__")) for part in parts)


def rows_of(package: Package, classify: Callable[[str], str]) -> tuple[Rows, dict[str, str]]:
    """The rows of all functions that others can name, and the aliases that lead to the names that they have.

    `classify` gives the cost class of a call outside of the library, "" for none.
    """
    aliases = public_names(package)
    rows: Rows = {}
    for name in package.program.functions:
        facts = package.facts(name)
        if name != package.last(name.partition("#")[0]) or facts.kind in ("module", "lambda"):
            continue
        plain = name.partition("#")[0]
        if facts.kind == "class":
            above = (*package.bases.get(name, ()), *package.outside.get(name, ()))
            bases = [named(aliases, base) for base in above if base.isidentifier() or not hidden(named(aliases, base))]
            if bases and not hidden(named(aliases, plain)):
                rows.setdefault("bases", {})[named(aliases, plain)] = tuple(bases)
            continue
        around = package.around(name)
        if package.facts(around).kind in ("function", "lambda"):
            continue
        public = named(aliases, plain)
        if hidden(public):
            continue
        if public.endswith((".__init__", ".__new__")):
            public = public.rpartition(".")[0]
        for word, values in words(package, name, aliases):
            rows.setdefault(word, {}).setdefault(public, values)
        for inner in returned_functions(package, name):
            for word, values in words(package, inner, aliases):
                rows.setdefault(word, {}).setdefault(f"{public}()", values)
    for name, cost_class in costs_of(package, package.graph, classify).items():
        public = named(aliases, name.partition("#")[0])
        if not hidden(public) and package.facts(name).kind == "function":
            rows.setdefault("costs", {})[public.removesuffix(".__init__")] = (cost_class,)
    return {word: dict(sorted(names.items())) for word, names in sorted(rows.items())}, aliases


def named(aliases: dict[str, str], dotted: str) -> str:
    """A name by which others know something: that of the function or class, or of the class around."""
    head, tail = dotted, ""
    while head:
        if head in aliases:
            return aliases[head] + tail
        head, _, last = head.rpartition(".")
        tail = f".{last}{tail}"
    return dotted


def returned_functions(package: Package, name: str) -> list[str]:
    """The functions inside of functions that a function returns: decorators that it makes."""
    found = {origin[1] for origins in package.summary(name).returns for origin in origins if origin[0] == "function"}
    return sorted(one for one in found if package.facts(package.around(one)).kind == "function")


def words(package: Package, name: str, aliases: dict[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The rows of one function: its word and values, one each."""
    summary = package.summary(name)
    found: dict[str, dict[str, bool]] = {}
    for effect in summary.effects:
        for word, text in told(package, name, effect):
            perhaps = found.setdefault(word, {})
            perhaps[text] = perhaps.get(text, True) and effect.perhaps
    if any(text in ("*", "**") for text in found.get("self", ())):
        del found["self"]  # any method may be asked for
    for word, texts in found.items():
        doubts = word in ("calls", "asks", "self", "fires")
        values = tuple(sorted(text + ("?" if perhaps and doubts else "") for text, perhaps in texts.items()))
        if len(values) <= MAX_VALUES:
            yield word, values
    yield from given_back(package, name, aliases)


def told(package: Package, name: str, effect: Effect) -> Iterator[tuple[str, str]]:
    """The words of one effect: none for what only the library itself sees."""
    start = root(effect.on)
    own = start[0] == "param" and start[1] == name
    bound = package.is_bound(name)
    if effect.what == "self":
        if own and start[2] == 0 and bound and not effect.name.startswith("__"):
            yield "self", effect.name
    elif effect.what == "fires":
        if own and start[2] == 0 and bound:
            yield "fires", "self"
        elif own:
            place = place_of(package, name, start)
            if place:
                yield "fires", place
        elif start[0] == "global":
            yield "fires", "process"
    elif own and not (bound and start[2] == 0) and not is_plain(package.facts(name).params[start[2]].annotation):
        place = place_of(package, name, effect.on)
        if not place:
            return
        if effect.what == "calls":
            yield "calls", place
        elif effect.what == "keeps":
            where = where_of(effect.of, name, bound, package)
            if where is not None and is_used(package, effect):
                yield "keeps", place + where
        elif effect.what == "asks" and effect.name not in (*DATA, "*") and not effect.name.startswith("_"):
            yield "asks", f"{place}.{effect.name}"


def is_used(package: Package, effect: Effect) -> bool:
    """Whether something that is kept there is ever called."""
    if effect.of[0] == "global":
        return (not effect.name and f"{effect.of[1]}.{effect.of[2]}" in package.live) or effect.name in package.live
    return not effect.name or effect.name in package.live


def where_of(holder: Origin, name: str, bound: bool, package: Package) -> str | None:
    """Where something is kept, as a row says it; None where that is another argument, or nowhere that counts."""
    if holder == RESULT or holder[0] == "object":
        returned = any(holder in origins for origins in package.summary(name).returns)
        return (" in result" if bound else "") if holder == RESULT or returned else None
    if holder[0] == "global":
        return " in process"
    if bound and holder == ("param", name, 0):
        return ""
    around = package.around(name)
    is_method = package.facts(around).kind == "function" and package.is_bound(around)
    return "" if is_method and holder == ("param", around, 0) else None


def place_of(package: Package, name: str, origin: Origin) -> str:
    """An argument as a row spells it, "" where it has no spelling."""
    steps = []
    key = origin[2] if origin[0] == "key" else ""
    while origin[0] in STEPS:
        steps.append(origin[0])
        origin = origin[1]
    if origin[0] != "param" or origin[1] != name or steps not in ([], ["item"], ["key"]):
        return ""
    params = package.facts(name).params
    index, param = origin[2], params[origin[2]]
    shift = 1 if package.is_bound(name) else 0
    if param.kind == "star":
        return f"{index - shift}*"
    if key:
        return key
    if param.kind == "starstar":
        return "*" if steps else ""
    return spelled(param, index - shift) + ("[]" if steps else "")


def spelled(param: Param, index: int) -> str:
    """`0:func`, or `func` where it is only passed by name."""
    if param.kind == "kwonly":
        return param.name
    return f"{index}" if param.kind == "pos" else f"{index}:{param.name}"


def given_back(package: Package, name: str, aliases: dict[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a function returns, where each `return` gives one thing."""
    returns = package.summary(name).returns
    every = {origin for origins in returns for origin in origins}
    if not returns or not all(returns):
        return
    first = ("param", name, 1 if package.is_bound(name) else 0)
    inner = [o for o in every if o[0] == "function" and package.around(o[1]) == name]
    is_bare = 0 < len(inner) < len(every)
    if is_bare:  # what such a decorator is without arguments, and with them
        every = every.difference(inner)
    objects = sorted({origin[1] for origin in every if origin[0] == "object"})
    # what a class that is given makes is taken for one of that which is there without it
    every = {origin for origin in every if origin[0] != "called" or not objects}
    keeps = any(effect.what == "keeps" and effect.on == first for effect in package.summary(name).effects)
    wraps = any(
        effect.what == "calls" and effect.on == first
        for origin in every
        if origin[0] == "function" and package.around(origin[1]) == name
        for effect in package.summary(origin[1]).effects
    )
    if every == {first}:
        place = place_of(package, name, first)
        if place:
            yield "returns", (place,)
    elif wraps:
        yield "face", ("function",)
    elif objects and all(origin[0] == "object" for origin in every):
        target = named(aliases, common(package, objects))
        is_inner = package.facts(package.around(name)).kind == "function"
        if target and not hidden(target):
            yield ("face" if is_bare or (is_inner and keeps) else "returns"), (target,)


def common(package: Package, classes: list[str]) -> str:
    """The class of the library that some classes are or derive from, or ""."""
    above = [list(package.above(one)) for one in classes]
    return next((one for one in above[0] if all(one in others for others in above[1:])), "")


IMPLIED = ("__call__", "__enter__", "__iter__", "__getitem__")
"""Methods that nobody has to name."""


def used(rows: Rows, names: Iterable[str]) -> Rows:
    """The rows that a program can be concerned by: of functions and classes that it mentions, of what these return, of
    the classes above them, and of those of their methods that it mentions."""
    mentioned = set(names)
    tops = {name.replace("()", "") for table in rows.values() for name in table}
    reached = {name for name in tops if last_of(name) in mentioned}
    while True:
        more = {
            value.replace("()", "")
            for word in ("bases", "returns", "face")
            for name, values in rows.get(word, {}).items()
            for value in values
            if name.replace("()", "") in reached or owner_of(name) in reached
        } - reached
        if not more:
            break
        reached |= more
    kept: Rows = {}
    for word, table in rows.items():
        chosen = {name: values for name, values in table.items() if concerns(name, reached, mentioned)}
        if chosen:
            kept[word] = chosen
    return kept


def concerns(name: str, reached: set[str], mentioned: set[str]) -> bool:
    """Whether a row is about something that is reached: a function, a class, or a method that has its name used."""
    plain = name.replace("()", "")
    owner = owner_of(plain)
    if not owner:
        return plain in reached
    return owner in reached and (last_of(plain) in mentioned or last_of(plain) in IMPLIED)


def last_of(name: str) -> str:
    """The last part of a dotted name."""
    return name.rpartition(".")[2]


def owner_of(name: str) -> str:
    """The class that a name is below, by its capital; "" for none."""
    owner = name.replace("()", "").rpartition(".")[0]
    return owner if last_of(owner)[:1].isupper() else ""
