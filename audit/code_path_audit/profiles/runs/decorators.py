"""Decorators that keep results: which functions they stand before, and for how many different arguments; and the
`__missing__` of a dict that keeps what it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple, TypeVar

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import CAPTURED, KEPT, CallSite
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.runs.origins import Origin, origins
from code_path_audit.profiles.values import Values, ValuesOf

T = TypeVar("T")

CACHES = {
    "cache": "arguments", "lru_cache": "arguments", "memoize": "arguments", "memoized": "arguments",
    "cached": "arguments", "ttl_cache": "arguments", "lfu_cache": "arguments", "alru_cache": "arguments",
    "cachedmethod": "arguments", "cached_method": "arguments", "cache_data": "arguments", "cache_resource": "arguments",
    "memo": "arguments", "cache_page": "arguments", "memoize_method": "arguments", "run_once": "arguments",
    "once": "arguments",
    "cached_property": "object", "cachedproperty": "object", "lazy_property": "object", "lazyproperty": "object",
    "reify": "object", "memoized_property": "object", "threaded_cached_property": "object",
    "cached_class_property": "object",
}  # fmt: skip
"""Decorators that keep results, by the last part of their name: for each set of arguments, or for each object."""

SIZES = frozenset(("maxsize", "max_size"))
"""Keywords that say how many results are kept."""


class Cache(NamedTuple):
    """What a decorator keeps: a result for each set of "arguments", or for each "object"; `most` results at a time,
    None for any number. `given` arguments are the same each time, because they were given before."""

    how: str
    most: int | None
    given: int = 0


def caches_of(reach: Reach, values_of: ValuesOf) -> dict[str, Cache]:
    """The functions of an action whose results a decorator keeps."""
    found: dict[str, Cache] = {}
    for function, cache in decorated(reach, partial(caches_in, values_of)):
        facts = reach.facts(function)
        if cache is None and (keeps_missing(facts) or keeps_attributes(facts)):
            cache = Cache("arguments", None)
        if cache is not None:
            found[function] = cache
    return found


def decorated(reach: Reach, found_in: Callable[[str, int], Mapping[str, T]]) -> Iterator[tuple[str, T | None]]:
    """The functions of an action that another one, a class or a module defines, each with what is found there of its
    decorators; None for nothing. `found_in` is asked once for each such place, by its module and number."""
    found: dict[tuple[str, int], Mapping[str, T]] = {}
    for function in sorted(reach.depths):
        facts = reach.facts(function)
        if facts.parent < 0 or facts.kind != "function":
            continue
        around = (reach.program.functions[function][0], facts.parent)
        if around not in found:
            found[around] = found_in(*around)
        yield function, found[around].get(facts.name.rpartition(".")[2])


def how_of(site: CallSite) -> str | None:
    """What a decorator keeps by its name, as `CACHES` has it; None for any other call."""
    return CACHES.get(site.text.replace("()", "").rpartition(".")[2])


def keeps_missing(facts: FunctionFacts) -> bool:
    """Whether a function is a `__missing__` that stores what it makes under the key that it was asked for."""
    if not facts.name.endswith(".__missing__") or len(facts.params) != 2:
        return False
    values = Values(facts)
    return any(row[0] == op.STORE_ITEM and [values.origin(reg) for reg in row[1:3]] == [0, 1] for row in facts.code)


STORING = ("setattr", "object.__setattr__", "super().__setattr__")


def keeps_attributes(facts: FunctionFacts) -> bool:
    """Whether a function is a `__getattr__` that stores what it makes as an attribute of its object."""
    if not facts.name.endswith(".__getattr__") or len(facts.params) != 2:
        return False
    return stores_at(Values(facts), 0)


def stores_at(values: Values, holder: int) -> bool:
    """Whether a function stores something as an attribute of what it was given."""
    for row in values.facts.code:
        if row[0] == op.STORE_ATTR and values.origin(row[1]) == holder:
            return True
        if row[0] == op.STORE_ITEM:
            held = values.making(row[1])
            if held is not None and held[0] == op.ATTR and held[3] == "__dict__" and values.origin(held[2]) == holder:
                return True
        if row[0] == op.CALL and row[5] >= 0 and values.facts.sites[row[5]].text in STORING:
            is_bound = values.facts.sites[row[5]].text.startswith("super")
            if is_bound and holder == 0:
                return True
            if row[3] and row[3][0] >= 0 and values.origin(row[3][0]) == holder:
                return True
    return False


def caches_in(values_of: ValuesOf, module: str, index: int) -> dict[str, Cache]:
    """The functions that are defined in a module, a class or a function, and whose results a decorator keeps."""
    facts = values_of.program.modules[module].functions[index]
    found = {}
    for number, site in enumerate(facts.sites):
        if site.kind != "decorator" or not site.arguments:
            continue
        how = how_of(site)
        if how is not None:
            cache = cache_at(values_of, module, values_of.at(module, index), number, how)
        elif site.text in PLAIN:
            continue
        else:
            values = values_of.at(module, index)
            cache = descriptor_at(values_of, module, values, number) if facts.kind == "class" else None
            cache = cache or own_cache_at(values_of, module, values, number)
        if cache is not None:
            found[site.arguments[0].text] = cache
    return found


PLAIN = frozenset(("property", "staticmethod", "classmethod", "abstractmethod", "overload", "override"))
"""Decorators of methods that keep nothing."""


def descriptor_at(values_of: ValuesOf, module: str, values: Values, number: int) -> Cache | None:
    """What a decorator of a method keeps that is a class of the source whose `__get__` stores what it gives in the
    object that is asked; None for any other."""
    program = values_of.program
    found = list(origins(values_of, values, module, values.calls[number][2]))
    getters = [f"{origin.name}.__get__" for origin in found if origin.is_source]
    if not getters or len(getters) < len(found) or any(name not in program.functions for name in getters):
        return None
    keeps_all = all(len(program.facts(name).params) > 1 and stores_at(values_of(name), 1) for name in getters)
    return Cache("object", None) if keeps_all else None


def own_cache_at(values_of: ValuesOf, module: str, values: Values, number: int) -> Cache | None:
    """What a decorator of the source keeps whose name says nothing: what its function gives for each key, where a dict
    is asked for that first; None for any other. That it may be switched off makes no difference."""
    found, _ = decorator_at(values_of, module, values, number)
    keeps_all = all(
        row.is_source and values_of.once(stores, row.name) and values_of.once(asks_first, row.name) for row in found
    )
    return Cache("arguments", None) if found and keeps_all else None


def asks_first(values_of: ValuesOf, name: str) -> bool:
    """Whether a function that a function of the source makes looks for a key in a variable of that before it makes
    something."""
    program = values_of.program
    if name not in program.functions:
        return False
    module, own = program.functions[name]
    functions = program.modules[module].functions
    return any(
        arm.left == KEPT and arm.per and arm.holder <= CAPTURED
        for index in values_of.inside(name)
        if index != own
        for arm in functions[index].arms
    )


def cache_at(values_of: ValuesOf, module: str, values: Values, number: int, how: str) -> Cache | None:
    """What a call of a decorator, by its call site, keeps of what it is given; None for nothing."""
    found, made = decorator_at(values_of, module, values, number)
    most = kept_at_most(values, made) if made is not None else None
    return Cache(how, most) if most != 0 and keeps(values_of, found) else None


def decorator_at(values_of: ValuesOf, module: str, values: Values, number: int) -> tuple[list[Origin], tuple | None]:  # type: ignore[type-arg]
    """What a decorator is, by the call site that applies it, and the call that makes it where one does:
    `@cache(maxsize=2)`."""
    decorator = values.calls[number][2]
    made = values.making(decorator)
    if made is None or made[0] != op.CALL:
        made = None
    return list(origins(values_of, values, module, decorator if made is None else made[2])), made


def kept_at_most(values: Values, call: tuple) -> int | None:  # type: ignore[type-arg]
    """How many results lru_cache(maxsize=2) keeps; None where it does not say."""
    given = [reg for name, reg in call[4] if name in SIZES] or [reg for reg in call[3][:1] if reg >= 0]
    row = values.making(given[0]) if given else None
    return max(int(row[2]), 0) if row is not None and row[0] == op.INT else None


def keeps(values_of: ValuesOf, found: list[Origin]) -> bool:
    """Whether a decorator of such a name keeps results: one of a library does, one of the source if it stores what the
    function gives. One of which nothing is known is taken at its word."""
    return not found or any(not row.is_source or values_of.once(stores, row.name) for row in found)


def stores(values_of: ValuesOf, name: str) -> bool:
    """Whether a function or a class of the source stores what something gave that it was given, or has a library keep
    it."""
    program = values_of.program
    if name not in program.functions:
        return False
    module = program.functions[name][0]
    for index in values_of.inside(name):
        facts = program.modules[module].functions[index]
        if any(map(how_of, facts.sites)):
            return True
        values = values_of.at(module, index)
        if any(is_given(values, row[-2]) for row in facts.code if row[0] in (op.STORE_ATTR, op.STORE_ITEM)):
            return True
        if any(is_given(values, row[-1]) for row in facts.code if row[0] in (op.STORE_FREE, op.STORE_GLOBAL)):
            return True
        if any(
            facts.sites[row[5]].text == "setattr" and len(row[3]) > 2 and is_given(values, row[3][2])
            for row in values.calls.values()
        ):
            return True
    return False


def is_given(values: Values, reg: int) -> bool:
    """Whether a value is what a function gave that is no global: a parameter, what is captured, an attribute."""
    row = values.making(reg) if reg >= 0 else None
    if row is not None and row[0] == op.AWAIT:
        row = values.making(row[2])
    if row is None or row[0] != op.CALL:
        return False
    called = values.making(row[2])
    return called is None or called[0] in (op.FREE, op.ATTR)
