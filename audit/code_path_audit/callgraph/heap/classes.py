"""Classes of the source: bases, method resolution order, attributes, what decorators and bases say of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import NamedTuple, TypeVar

from code_path_audit.callgraph.solver.abstract_values import CLASS, CLASSM, EXT, FUNC, STATIC, XRES
from code_path_audit.callgraph.solver.ids import NO_CLASS, Activation, Function, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import AnyHandler, sees
from code_path_audit.callgraph.solver.state import Read, State
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.annotations import dotted
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import Type

D = TypeVar("D")

MAX_MRO = 60
"""Classes in one resolution order; what stands behind them is not looked at."""


ANY_NAME = ""
"""What asks a class for several names, all of them special ones."""

ASKED_LAST = ("__getattr__", "__getattribute__")
"""What answers for any name."""

MAX_BASES = 6
"""Classes that one base expression may stand for."""


BodyWatcher = tuple[Callable[[State, tuple[Value, str, Site], Value], None], Site]

Lookups = tuple["Found | None", list[tuple[AnyHandler, object, Value]]]
"""What a class answered when it was asked for a name, and what runs again when it answers otherwise."""


class Hierarchy:
    """What is known of the classes of the source."""

    def __init__(self) -> None:
        self.bases: dict[Value, list[list[Value]]] = {}
        """The values of each base expression of a class."""
        self.orders: dict[Value, tuple[Value, ...]] = {}
        """Resolution orders, until a base comes up that changes them."""
        self.outside: dict[Value, tuple[tuple[Value, ...], tuple[Value, ...], tuple[str, ...]]] = {}
        """The classes from outside in such an order, and the names of those that have one."""
        self.members_outside: dict[tuple[Value, str], bool] = {}
        """Whether a class from outside has a member."""
        self.below_outside: dict[tuple[tuple[str, ...], tuple[str, ...]], bool] = {}
        """Whether one of some classes from outside is, or is below, one of others."""
        self.attributes: dict[Value, tuple[Shape, int, list[tuple[str, Var]]]] = {}
        """What `all_attributes` found, of how many names, and of which shape of a class."""
        self.subclasses: dict[Value, dict[Value, None]] = {}
        """The classes right below a class."""
        self.objects: dict[Value, dict[Value, None]] = {}
        """The objects of a class that are told apart, beside the one that stands for all others."""
        self.traits: dict[Value, set[str]] = {}
        """What decorators and calls say of a class: "record"."""
        self.lookups: dict[Value, dict[str, dict[Value, Lookups]]] = {}
        """By class, name, and the class behind which was looked."""
        self.body_watchers: dict[Value, BodyWatcher] = {}
        """What looks at the attributes of a class body, also at those that are set later."""
        self.record_rows: dict[Function, tuple[tuple[str, bool], ...]] = {}
        """The fields that a class body declares, and whether they are taken by position."""
        self.unmade: dict[tuple[Read, Value], None] = {}
        """Attributes that are read of objects of classes that others derive from."""
        self.made_elsewhere: dict[Value, None] = {}
        """Classes of which there is an object that nothing made which was followed by then."""
        self.behind_unknown: list[tuple[Read, Value, Own]] = []
        """Attributes of objects that a class of the source has, behind a base that may have them, too."""


def make(s: State, value: Value, aid: Activation) -> None:
    """Prepare a class value; `aid` is the activation of its body."""
    hierarchy = s.tables[Hierarchy]
    if value in s.own:
        return
    facts = s.facts[s.rows[value].function]
    s.own[value] = {row[1] for row in facts.code if row[0] == op.STORE_NAME}
    hierarchy.bases[value] = []
    hierarchy.traits[value] = set()
    s.a_class[aid] = value


@sees(CLASS, EXT, XRES)
def add_base(s: State, data: tuple[Value, int], base: Value) -> None:
    """A value of one of the base expressions of a class."""
    hierarchy = s.tables[Hierarchy]
    value, index = data
    kind = s.kinds[base]
    if kind not in (CLASS, EXT, XRES) or base == value:
        return
    rows = hierarchy.bases[value]
    while len(rows) <= index:
        rows.append([])
    if base in rows[index]:
        return
    if len(rows[index]) >= MAX_BASES:
        s.widened["classes that one base may be"] = None
        return
    rows[index].append(base)
    hierarchy.subclasses.setdefault(base, {})[value] = None
    changed(s, value)


def changed(s: State, value: Value) -> None:
    """The order of a class, and of those below it, is not what it was: look attributes up again."""
    hierarchy = s.tables[Hierarchy]
    below = with_subclasses(s, value, MAX_MRO)
    s.steps += len(below)
    for current in below:
        hierarchy.orders.pop(current, None)
    for current in below:
        for name in list(hierarchy.lookups.get(current, ())):
            look_again(s, current, name)


def with_subclasses(s: State, value: Value, levels: int | None = None) -> list[Value]:
    """A class and those below it; `levels`: only so far below, since no order reaches up further."""
    level, seen = [value], {value}
    subclasses = s.tables[Hierarchy].subclasses
    while level and levels != 0:
        level = sorted({sub for one in level for sub in subclasses.get(one, ())} - seen)
        seen.update(level)
        levels = None if levels is None else levels - 1
    return sorted(seen)


def look_again(s: State, value: Value, name: str) -> None:
    """Run again what asked a class for a name, unless the answer is what it was: an attribute of the same class."""
    hierarchy = s.tables[Hierarchy]
    table = hierarchy.lookups[value].get(name)
    for after, (answer, rows) in list(table.items()) if table else ():
        if not isinstance(answer, Own) or find(s, value, name, after) != answer:
            del hierarchy.lookups[value][name][after]
            s.steps += len(rows)
            for handler, data, argument in rows:
                handler(s, data, argument)


def depends(s: State, value: Value, handler: Callable[[State, D, Value], None], data: D, argument: Value,
            name: str = ANY_NAME, after: Value = NO_CLASS) -> None:  # fmt: skip
    """Run a handler again when a class may have another answer to `find` for a name, or for any special one."""
    table = s.tables[Hierarchy].lookups.setdefault(value, {}).setdefault(name, {})
    row = table.get(after)
    if row is None:
        row = table[after] = (find(s, value, name, after) if name else None, [])
    row[1].append((handler, data, argument))


def order(s: State, value: Value) -> tuple[Value, ...]:
    """The resolution order of a class (C3): classes of the source and, where they come up, those from outside."""
    hierarchy = s.tables[Hierarchy]
    found = hierarchy.orders.get(value)
    if found is not None:
        return found
    todo = [value]
    hierarchy.orders[value] = (value,)  # a cycle of bases ends here
    while todo:
        current = todo[-1]
        base = next(
            (b for b in first_bases(s, current) if s.kinds[b] == CLASS and b not in hierarchy.orders),
            NO_CLASS,
        )
        if base != NO_CLASS:
            todo.append(base)
            hierarchy.orders[base] = (base,)
        else:
            hierarchy.orders[current] = linearize(s, current)
            todo.pop()
    return hierarchy.orders[value]


def first_bases(s: State, value: Value) -> list[Value]:
    """The bases of a class, of each all candidates: as many as its order may have."""
    every = (b for row in s.tables[Hierarchy].bases.get(value, ()) for b in row)
    found = list(islice(every, MAX_MRO))
    if next(every, None) is not None:
        s.widened["classes in a resolution order"] = None
    return found


def linearize(s: State, value: Value) -> tuple[Value, ...]:
    """C3 over the bases; where it has no answer, depth first. Several candidates for one base follow one another."""
    hierarchy = s.tables[Hierarchy]
    bases = first_bases(s, value)
    if len(bases) == 1:
        above = hierarchy.orders.get(bases[0], (bases[0],))
        s.steps += 1 + 3 * len(above)
        if len(above) >= MAX_MRO:
            s.widened["classes in a resolution order"] = None
        return (value, *above[: MAX_MRO - 1])
    rows = [list(hierarchy.orders.get(b, (b,))) for b in bases]
    rows.append(list(bases))
    out = [value]
    while any(rows) and len(out) < MAX_MRO:
        rows = [row for row in rows if row]
        for row in rows:
            head = row[0]
            if not any(head in other[1:] for other in rows):
                break
        else:
            head = rows[0][0]
        out.append(head)
        s.steps += 2 + len(rows)
        rows = [[v for v in row if v != head] for row in rows]
    if any(rows):
        s.widened["classes in a resolution order"] = None
    return tuple(out)


class Own(NamedTuple):
    """An attribute that a class of the source has: which class in the order, and the variable of the attribute."""

    owner: Value
    var: Var


class Outside(NamedTuple):
    """An attribute that a base from outside has, as far as is known."""

    base: Value


Found = Own | Outside
"""Where a class has an attribute."""


def find(s: State, value: Value, name: str, after: Value = NO_CLASS) -> Found | None:
    """The first class in the order of a class that has an attribute.

    `after`: only behind this class in the order (super). A base outside the source answers if the stubs know the
    member, or if nothing is known of it at all.
    """
    s.steps += 2
    passed, kinds, own = after == NO_CLASS, s.kinds, s.own
    for entry in s.tables[Hierarchy].orders.get(value) or order(s, value):
        if not passed:
            passed = entry == after
            continue
        if kinds[entry] == CLASS:
            if name in own[entry]:
                return Own(entry, s.field(entry, name))
        elif outside_has(s, entry, name):
            return Outside(entry if is_known(s, entry) else modelled(s, value, name, entry))
    return None


def held(s: State, value: Value, name: str) -> list[Value]:
    """What an attribute of a class holds, where a class of the source answers first."""
    found = find(s, value, name)
    return s.holds(found.var) if isinstance(found, Own) else []


def modelled(s: State, value: Value, name: str, unknown: Value) -> Value:
    """Of the bases of which no stub knows the members, from one on, the first whose member a library model speaks of;
    else that one: a mixin from outside in front of a view does not hide what is known of the view."""
    entries = order(s, value)
    behind = entries[entries.index(unknown) :] if len(entries) > 1 else []
    for entry in behind:
        if s.kinds[entry] == CLASS and name in s.own[entry]:
            break
        if s.kinds[entry] == EXT and s.behaviours.speaks_of(s.rows[entry].dotted, name):
            return entry
    return unknown


def behind_unknown(s: State, value: Value, name: str, found: Outside) -> Own | None:
    """What a class of the source has, behind bases of which nothing is known."""
    behind: Found | None = found
    while isinstance(behind, Outside) and not is_known(s, behind.base):
        behind = find(s, value, name, behind.base)
    return behind if isinstance(behind, Own) else None


Shape = tuple[tuple[Value, ...], list[int]]
"""The order of a class, and how many names each class of the source in it defines: names only come, so as long as it is
the same a class has the same attributes."""


def shape(s: State, cls: Value) -> Shape:
    """What the attributes of a class depend on."""
    found = order(s, cls)
    return found, [len(s.own[entry]) for entry in found if s.kinds[entry] == CLASS]


def all_attributes(s: State, cls: Value) -> list[tuple[str, Var]]:
    """The names that the classes of the source in the order of a class define, sorted, with the variable of each that
    such a class answers first; found once, until one comes."""
    known, now = s.tables[Hierarchy].attributes, shape(s, cls)
    before = known.get(cls)
    if before is not None and before[0] == now:
        s.steps += 2 * before[1]  # of `find`, as if each were asked for again: caps are hit where they always were
        return before[2]
    names = own_names(s, cls)
    rows = [(name, find(s, cls, name)) for name in names]
    found = [(name, row.var) for name, row in rows if isinstance(row, Own)]
    known[cls] = now, len(names), found
    return found


def own_names(s: State, cls: Value) -> list[str]:
    """The names that the classes of the source in the order of a class define, sorted."""
    return sorted({name for entry in order(s, cls) if s.kinds[entry] == CLASS for name in s.own[entry]})


def own_attributes(s: State, cls: Value, names: Iterable[str]) -> Iterator[Var]:
    """The variable of each of these names that a class of the source answers first."""
    for name in names:
        found = find(s, cls, name)
        if isinstance(found, Own):
            yield found.var


def outside_has(s: State, entry: Value, name: str) -> bool:
    """Whether a base class from outside has a member, as far as is known: special forms of typing have none."""
    known = s.tables[Hierarchy].members_outside
    found = known.get((entry, name))
    if found is None:
        found = known[entry, name] = _outside_has(s, entry, name)
    return found


def _outside_has(s: State, entry: Value, name: str) -> bool:
    if s.kinds[entry] == XRES:
        return not name.startswith("__")
    dotted = s.rows[entry].dotted
    if is_known(s, entry):
        return s.stubs.member(dotted, name) is not None
    return not name.startswith("__") and s.stubs.lookup(dotted) is None


def is_known(s: State, entry: Value) -> bool:
    """Whether the stubs know the members of a base class from outside."""
    return s.kinds[entry] == EXT and bool(s.stubs.mro(s.rows[entry].dotted))


def outside_bases(s: State, value: Value) -> tuple[Value, ...]:
    """The classes from outside in the order of a class."""
    return _outside(s, value)[1]


def outside_names(s: State, value: Value) -> tuple[str, ...]:
    """The names of the classes from outside in the order of a class, of those that have one."""
    return _outside(s, value)[2]


def _outside(s: State, value: Value) -> tuple[tuple[Value, ...], tuple[Value, ...], tuple[str, ...]]:
    """The order of a class with both, found once for each order that it has."""
    hierarchy = s.tables[Hierarchy]
    entries = hierarchy.orders.get(value) or order(s, value)
    found = hierarchy.outside.get(value)
    if found is None or found[0] is not entries:
        bases = tuple([e for e in entries if s.kinds[e] != CLASS])
        names = tuple([s.rows[e].dotted for e in bases if s.kinds[e] == EXT])
        found = hierarchy.outside[value] = entries, bases, names
    return found


def is_subclass(s: State, value: Value, base: Value) -> bool:
    """Whether a class of the source has another class among its bases."""
    if base in order(s, value):
        return True
    if s.kinds[base] == EXT:
        dotted = s.rows[base].dotted
        return any(s.stubs.is_subclass(name, dotted) for name in outside_names(s, value))
    return False


def has_outside(s: State, value: Value, *names: str) -> bool:
    """Whether one of some classes from outside is among the bases."""
    known = outside_names(s, value)
    if not known:
        return False
    answers = s.tables[Hierarchy].below_outside
    found = answers.get((known, names))
    if found is None:
        found = any(dotted in names or any(n in s.stubs.mro(dotted) for n in names) for dotted in known)
        answers[known, names] = found
    return found


PROTOCOLS = ("typing.Protocol", "typing_extensions.Protocol")


def is_protocol(s: State, value: Value) -> bool:
    """Whether a class is a protocol itself: a class that derives from one is not, unless it says so again."""
    rows = s.tables[Hierarchy].bases.get(value, ())
    return any(s.kinds[base] == EXT and s.rows[base].dotted in PROTOCOLS for row in rows for base in row)


def members(s: State, protocol: Value) -> list[str]:
    """The methods that a protocol asks for, sorted."""
    owners = (entry for entry in order(s, protocol) if s.kinds[entry] == CLASS)
    return sorted({name for entry in owners if is_protocol(s, entry) for name in s.own[entry]} - NO_MEMBERS)


NO_MEMBERS = frozenset(("__slots__", "__doc__", "__module__", "__class_getitem__", "__init__"))
"""Names of a class body that a protocol asks of nobody."""


def wrapping(s: State, cls: Value, function: Value) -> int:
    """The kind of value that a class has of a function of its body: STATIC, CLASSM, or FUNC as it is."""
    name = s.names[s.rows[function].function].rpartition(".")[2].partition("#")[0]
    held = [value for value in s.holds(s.field(cls, name)) if s.kinds[value] in (STATIC, CLASSM)]
    found = {s.kinds[value] for value in held if s.rows[value].callable == function}
    return next((kind for kind in (STATIC, CLASSM) if kind in found), FUNC)


def fits(s: State, value: Value, protocol: Value) -> bool:
    """Whether a class has what a protocol asks for."""
    return has_all(s, value, members(s, protocol))


def has_all(s: State, value: Value, names: Collection[str]) -> bool:
    """Whether a class has attributes of all these names, of which there are some."""
    return bool(names) and all(find(s, value, name) is not None for name in names)


def declare(s: State, value: Value, name: str) -> Var:
    """The field of a class attribute that is set from outside its body."""
    hierarchy = s.tables[Hierarchy]
    if name not in s.own[value]:
        s.own[value].add(name)
        below = with_subclasses(s, value)
        s.steps += len(below)
        for current in below:
            if name in ASKED_LAST:
                asked = list(hierarchy.lookups.get(current, ()))
            else:
                asked = [
                    n for n in (name, ANY_NAME)[: 1 + name.startswith("__")] if n in hierarchy.lookups.get(current, ())
                ]
            for known in asked:
                look_again(s, current, known)
        watched = hierarchy.body_watchers.get(value)
        if watched is not None:
            s.watch(s.field(value, name), watched[0], (value, name, watched[1]))
    return s.field(value, name)


CONTAINERS = {
    "builtins.list": "list", "builtins.dict": "dict", "builtins.set": "set", "builtins.tuple": "tuple",
    "collections.OrderedDict": "dict", "collections.UserDict": "dict", "collections.UserList": "list",
    "collections.defaultdict": "dict", "collections.deque": "list", "collections.Counter": "dict",
    "typing.List": "list", "typing.Dict": "dict", "builtins.frozenset": "set", "collections.ChainMap": "dict",
    "typing.MutableMapping": "dict", "typing.Mapping": "dict", "typing.MutableSequence": "list",
}  # fmt: skip


def box_of(s: State, instance: Value) -> Value | None:
    """The container behind an object whose class derives from one: class Registry(dict)."""
    for entry in outside_bases(s, s.rows[instance].cls):
        if s.kinds[entry] == EXT:
            for name in (s.rows[entry].dotted, *s.stubs.mro(s.rows[entry].dotted)):
                if name in CONTAINERS:
                    return s.box(CONTAINERS[name], ("of", instance))
    return None


IN_C = frozenset((
    "builtins.list", "builtins.dict", "builtins.set", "builtins.frozenset", "builtins.tuple", "collections.deque",
))  # fmt: skip
"""Classes that are written in C, whose methods call nothing that a class below overrides."""

WALKED_IN_C = IN_C | {"collections.UserDict"}
"""Classes whose `__iter__` asks no `__getitem__` of a class below."""


def is_walked_in_c(s: State, instance: Value) -> bool:
    """Whether an object without an `__iter__` of its own is walked by that of a built-in container."""
    return has_outside(s, s.rows[instance].cls, *WALKED_IN_C)


def is_copied_in_c(s: State, instance: Value) -> bool:
    """Whether dict(x) and f(**x) copy what an object holds and ask it nothing: a dict without an `__iter__` of its own;
    an OrderedDict has one."""
    cls = s.rows[instance].cls
    if isinstance(find(s, cls, "__iter__"), Own):
        return False
    return has_outside(s, cls, "builtins.dict") and not has_outside(s, cls, "collections.OrderedDict")


def is_container(s: State, outside: Value) -> bool:
    """Whether a class outside is one of those that objects of the source are containers by."""
    dotted = s.rows[outside].dotted
    return any(name in CONTAINERS for name in (dotted, *s.stubs.mro(dotted)))


ENUMS = ("enum.Enum", "enum.IntEnum", "enum.Flag", "enum.IntFlag", "enum.StrEnum")
RECORDS = ("typing.NamedTuple", "pydantic.BaseModel", "pydantic.main.BaseModel", "msgspec.Struct")


def is_enum(s: State, value: Value) -> bool:
    """Whether a class is an enumeration."""
    return has_outside(s, value, *ENUMS)


def is_record(s: State, value: Value) -> bool:
    """Whether its constructor takes its fields: dataclass, attrs, NamedTuple, pydantic and their like."""
    return any("record" in s.tables[Hierarchy].traits.get(e, ()) for e in order(s, value)) or has_outside(
        s, value, *RECORDS
    )


# the fields of records


def fields_of(s: State, cls: Value) -> tuple[list[str], set[str]]:
    """The fields that the constructor of a record takes by position, in order, bases first; and all of its fields."""
    hierarchy = s.tables[Hierarchy]
    names: dict[str, bool] = {}
    for entry in reversed(order(s, cls)):
        if s.kinds[entry] != CLASS:
            continue
        fid = s.rows[entry].function
        rows = hierarchy.record_rows.get(fid)
        if rows is None:
            rows = hierarchy.record_rows[fid] = body_fields(s.facts[fid])
        if not rows:  # attrs without annotations
            stored = (row[1] for row in s.facts[fid].code if row[0] == op.STORE_NAME)
            rows = tuple((name, True) for name in stored if any(v in s.declared for v in s.holds(s.field(entry, name))))
        names.update(rows)
    return [name for name, by_position in names.items() if by_position], set(names)


def body_fields(facts: FunctionFacts) -> tuple[tuple[str, bool], ...]:
    """The annotated names of a class body, and whether the constructor takes them by position."""
    typed: dict[int, tuple[int, Type]] = {}
    calls: dict[int, frozenset[str | None]] = {}
    copies: dict[int, int] = {}
    for row in facts.code:
        if row[0] == op.TYPED:
            typed[row[1]] = (row[2], row[3])
        elif row[0] == op.CALL:
            calls[row[1]] = frozenset(name for name, _ in row[4])
        elif row[0] == op.COPY:
            copies[row[1]] = row[2]
    out: list[tuple[str, bool]] = []
    by_name = False
    for row in facts.code:
        if row[0] != op.STORE_NAME:
            continue
        reg = row[2] if row[2] in typed else copies.get(row[2], -1)
        if reg not in typed:
            continue
        source, stated = typed[reg]
        if form(stated) == "KW_ONLY":
            by_name = True
        elif form(stated) != "ClassVar":
            out.append((row[1], not by_name and not calls.get(source, frozenset()) & {"init", "kw_only"}))
    return tuple(out)


def form(stated: Type) -> str:
    """The last name of a type, without what stands in its brackets."""
    return dotted(stated[1] if stated and stated[0] == "sub" else stated).rpartition(".")[2]
