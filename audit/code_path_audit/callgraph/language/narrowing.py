"""isinstance, callable, iscoroutinefunction, in: which values of a variable pass a test.

A value nothing is known of becomes what the test says: an object of the class. Assumes that a test for a class means
that such objects come by; wrong (edges too many) for a test that only guards against misuse and never holds.
"""

from __future__ import annotations

from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.heap.containers import all_field
from code_path_audit.callgraph.library.loaded_classes import on_wanted
from code_path_audit.callgraph.solver.abstract_values import (
    BMETHOD,
    BOUND,
    BOX,
    CALLABLES,
    CLASS,
    CORO,
    CTX,
    CTXFUNC,
    EXT,
    FUNC,
    GEN,
    INST,
    INT,
    LISTED_UPPER,
    MODULE,
    NONE,
    PARTIAL,
    STR,
    UNKNOWN,
    XINST,
    XMETHOD,
    XRES,
)
from code_path_audit.callgraph.solver.ids import Activation, Value, Var
from code_path_audit.callgraph.solver.state import State
from code_path_audit.facts.rows import Type

MAYBE = None

CLASS_OF = {
    STR: "builtins.str", INT: "builtins.int", NONE: "types.NoneType", FUNC: "types.FunctionType",
    CTXFUNC: "types.FunctionType", BOUND: "types.MethodType",
}  # fmt: skip
"""The class of constants, functions and methods."""

NO_BUILTIN = frozenset((MODULE, BMETHOD, GEN, CORO, CTX, PARTIAL))
"""Further kinds of values that are of no class that has a name among the builtins, but `object`."""

MAX_CLASSES = 24
"""Of one test, each by itself."""


MAX_DEPTH = 3
"""Tuples of classes within one another."""


class Declarations:
    """Variables of which the source says what they hold."""

    def __init__(self) -> None:
        self.annotated: list[tuple[Var, Type, Activation]] = []
        """By an annotation."""
        self.of_class: list[tuple[Var, Value]] = []
        """Objects of a class, or of one below it."""
        self.annotated_entries: list[tuple[Var, Type, Activation]] = []
        """Parameters of entry points that have a default besides."""


def narrow(s: State, data: tuple[Var, str, Var, Var], values: list[Value]) -> None:
    """Values of a variable (the last of the data) against the classes of the test."""
    dst, polarity, against, source = data
    if polarity == "is":
        s.watch_all(against, on_classes, (dst, source, 0))
        for cls in s.holds(against):
            test(s, (dst, source, 0), values, cls, len(s.pts[against] or ()))
    else:
        s.later(narrow_not, (dst, against), list(values))


def narrow_not(s: State, data: tuple[Var, Var], values: list[Value]) -> None:
    """Values pass unless they are surely of one of the classes; asked when nothing else is going on."""
    dst, against = data
    tests = [c for a in s.holds(against) for c in (s.holds(all_field(s, a)) if s.kinds[a] == BOX else [a])]
    if len(tests) > MAX_CLASSES:
        tests = []
    s.steps += len(tests) * len(values)
    for value in values:
        if s.kinds[value] in (UNKNOWN, XRES) or not any(matches(s, value, c) is True for c in tests):
            s.add(dst, value)


def on_classes(s: State, data: tuple[Var, Var, int], classes_: list[Value]) -> None:
    """Classes of a test against all values that the variable holds."""
    values = s.holds(data[1])
    for cls in classes_:
        test(s, data, values, cls, len(classes_))


def test(s: State, data: tuple[Var, Var, int], values: list[Value], cls: Value, count: int) -> None:
    """One class of the test: the value itself where it passes, an object of the class where it may be anything.

    Tests for a protocol (`typing`, `collections.abc`, ...) let everything through that is not surely something else;
    so does a test for more than `MAX_CLASSES` classes, which is one for classes that are not known.
    """
    dst, source, depth = data
    if count > MAX_CLASSES:
        s.flow(source, dst)
        return
    if s.kinds[cls] == BOX:
        if depth < MAX_DEPTH:
            inside, inner = all_field(s, cls), (dst, source, depth + 1)
            s.watch_all(inside, on_classes, inner)
            for each in s.holds(inside):
                test(s, inner, values, each, len(s.pts[inside] or ()))
        return
    s.steps += len(values)
    for value in values:
        answer = matches(s, value, cls)
        if answer is True:
            s.add(dst, value)
        elif answer is MAYBE:
            if s.kinds[cls] == CLASS and s.kinds[value] in (UNKNOWN, XRES, XINST):
                if not classes.is_protocol(s, cls):
                    s.add(dst, s.of(INST, cls, 0))
                s.tables[Declarations].of_class.append((dst, cls))
            elif s.kinds[cls] == EXT and s.kinds[value] in (UNKNOWN, XRES):
                s.add(dst, s.instance(s.rows[cls].dotted))
            else:
                s.add(dst, value)


def matches(s: State, value: Value, cls: Value) -> bool | None:
    """Whether a value is an instance of a class: yes, no, or not known."""
    kind = s.kinds[value]
    if s.kinds[cls] not in (CLASS, EXT):
        return MAYBE
    if kind == INST:
        if classes.is_subclass(s, s.rows[value].cls, cls):
            return True
        if s.kinds[cls] == CLASS and classes.is_protocol(s, cls):
            return classes.fits(s, s.rows[value].cls, cls)
        return MAYBE if s.kinds[cls] == EXT and is_abstract(s, s.rows[cls].dotted) else False
    if kind in (UNKNOWN, XRES):
        return MAYBE
    dotted = builtin_class(s, value)
    if kind in CALLABLES and s.kinds[cls] == CLASS and classes.is_protocol(s, cls):
        return OF_FUNCTIONS.issuperset(classes.members(s, cls))
    if s.kinds[cls] == CLASS:
        # an object from outside may be of a class of the source that derives from its declared class
        if kind == XINST:
            return (
                MAYBE
                if any(
                    s.kinds[b] == EXT and s.stubs.is_subclass(s.rows[b].dotted, dotted or "")
                    for b in classes.order(s, cls)
                )
                else False
            )
        return False
    wanted = s.rows[cls].dotted
    if kind in NO_BUILTIN and wanted.startswith("builtins.") and wanted != "builtins.object":
        return False
    if dotted is None:
        return MAYBE
    if s.stubs.is_subclass(dotted, wanted):
        return True
    if kind == XINST and (s.stubs.is_subclass(wanted, dotted) or not s.stubs.mro(dotted) or is_abstract(s, wanted)):
        return MAYBE
    return MAYBE if is_abstract(s, wanted) and kind in (BOX, FUNC, CTXFUNC, BOUND) else False


OF_FUNCTIONS = frozenset(("__call__", "__name__", "__qualname__", "__module__", "__doc__"))
"""What every function has of what a protocol may ask for."""


def is_abstract(s: State, dotted: str) -> bool:
    """Whether a class tests for a protocol rather than for itself, or is one of which the stubs know nothing.

    Judged by its module, so a concrete class of `abc` or `numbers` counts as a protocol as well.
    """
    return dotted.startswith(("typing.", "collections.abc.", "numbers.", "abc.")) or not s.stubs.mro(dotted)


def builtin_class(s: State, value: Value) -> str | None:
    """The class of a value from outside or of a literal."""
    kind = s.kinds[value]
    if kind == XINST:
        return str(s.rows[value].dotted)
    if kind == BOX:
        name = s.rows[value].box_kind
        return f"builtins.{name}" if name in ("list", "tuple", "set", "dict") else None
    if kind == CLASS:
        return "builtins.type"
    return CLASS_OF.get(kind)


def narrow_callable(s: State, data: tuple[Var, str], value: Value) -> None:
    """callable(x): values that surely are pass, and both ways those that may be (what an unknown library returned)."""
    dst, polarity = data
    kind = s.kinds[value]
    if kind in CALLABLES or kind in (EXT, XMETHOD):
        answer: bool | None = True
    elif kind == INST:
        answer = classes.find(s, s.rows[value].cls, "__call__") is not None
    elif kind in (STR, INT, NONE, BOX):
        answer = False
    else:
        answer = MAYBE
    if answer is MAYBE or answer == (polarity == "is"):
        s.add(dst, value)


def narrow_coroutine(s: State, data: tuple[Var, str], value: Value) -> None:
    """inspect.iscoroutinefunction(x): functions and methods of the source on the side that their `async` says, what is
    surely no coroutine function where it is false, all else on both."""
    dst, polarity = data
    function = s.rows[value].callable if s.kinds[value] == BOUND else value
    answer: bool | None = MAYBE
    if s.kinds[function] == FUNC:
        facts = s.facts[s.rows[function].function]
        answer = facts.is_async and (MAYBE if facts.is_generator else True)
    elif s.kinds[function] in (CLASS, STR, INT, NONE, BOX):
        answer = False
    if answer is MAYBE or answer == (polarity == "async"):
        s.add(dst, value)


# classes


def narrow_class(s: State, data: tuple[Var, Var | None], value: Value) -> None:
    """issubclass(x, C), inspect.isclass(x), where true: classes alone, and what is not known."""
    dst, against = data
    kind = s.kinds[value]
    if kind == CLASS and against is not None:
        s.watch(against, on_base, (dst, value))
    elif kind in (CLASS, EXT, UNKNOWN, XRES, XINST):
        s.add(dst, value)
        if against is not None:
            s.watch(against, on_wanted, dst)


def on_base(s: State, data: tuple[Var, Value], base: Value) -> None:
    """One class that it is to be below; asked when nothing else is going on, since bases become known late."""
    if s.kinds[base] == BOX:
        s.watch(all_field(s, base), on_base, data)
    elif s.kinds[base] != CLASS:
        s.add(*data)
    else:
        s.later(when_below, (*data, base), base)


def when_below(s: State, data: tuple[Var, Value, Value], base: Value) -> None:
    """The class passes if it is the base or below it."""
    if classes.is_subclass(s, data[1], base):
        s.add(data[0], data[1])


# texts


def narrow_text(s: State, data: tuple[Var, Var | None], value: Value) -> None:
    """x.startswith(p), x.isupper(), where true: constants that do pass; of another text it is known how it begins."""
    dst, against = data
    kind = s.kinds[value]
    if against is None:
        upper(s, dst, value)
    elif kind in (STR, UNKNOWN) or (kind == XINST and s.rows[value].dotted == "builtins.str"):
        s.watch(against, on_beginning, (dst, value))
    else:
        s.add(dst, value)


def on_beginning(s: State, data: tuple[Var, Value], prefix: Value) -> None:
    """One text that it may begin with, or a tuple of them."""
    dst, value = data
    if s.kinds[prefix] == BOX:
        s.watch(all_field(s, prefix), on_beginning, data)
    elif s.kinds[prefix] != STR:
        s.add(dst, value)
    elif s.kinds[value] != STR:
        s.add(dst, s.of(XINST, "builtins.str", ((prefix,),), 0))
    elif str(s.rows[value].text).startswith(s.rows[prefix].text):
        s.add(dst, value)


def upper(s: State, dst: Var, value: Value) -> None:
    """x.isupper(), where it is true: of the names that dir() gave, those in capitals."""
    row = s.rows[value]
    if row.kind == STR:
        if row.text.isupper():
            s.add(dst, value)
    elif s.tag(s.beginning(value)) == "dir":
        s.add(dst, s.of(XINST, row.dotted, ((s.of(*LISTED_UPPER),),), 0))
    else:
        s.add(dst, value)


# elements


def narrow_member(s: State, data: tuple[Var, Var], value: Value) -> None:
    """x in CONTAINER, where that is true: a text or a number is one of the constants in it; all else passes."""
    dst, against = data
    kind = s.kinds[value]
    if kind in (STR, INT, UNKNOWN, XRES) or (kind == XINST and s.rows[value].dotted == "builtins.str"):
        s.watch(against, on_container, (dst, value))
        s.when_empty(against, on_no_container, (dst, value))
    else:
        s.add(dst, value)


def narrow_unknown_member(s: State, data: tuple[Var, Var]) -> None:
    """The same of what nothing is known of: taken for a text."""
    narrow_member(s, data, s.instance("builtins.str"))


def on_container(s: State, data: tuple[Var, Value], container: Value) -> None:
    """One container that it is in."""
    dst, value = data
    box = classes.box_of(s, container) if s.kinds[container] == INST else container
    if box is None or s.kinds[box] != BOX:
        s.add(dst, value)
        return
    elements = s.field(box, "keys") if s.rows[box].box_kind == "dict" else all_field(s, box)
    s.watch(elements, on_member, data)
    s.when_empty(elements, on_no_container, data)


def on_no_container(s: State, data: tuple[Var, Value]) -> None:
    """Nothing is known of what it is in."""
    s.add(*data)


def constant_of(s: State, value: Value) -> str | int | None:
    """The text or number that a value is."""
    row = s.rows[value]
    return row.text if row.kind == STR else row.number if row.kind == INT else None


def on_member(s: State, data: tuple[Var, Value], element: Value) -> None:
    """One element: a constant is what the value is, if it may be."""
    dst, value = data
    if s.kinds[element] not in (STR, INT) or s.tag(element) in ("dir", "DIR"):
        s.add(dst, value)
    elif s.kinds[value] in (STR, INT):
        if constant_of(s, value) == constant_of(s, element):
            s.add(dst, value)
    elif s.kinds[value] != XINST or s.kinds[element] == STR:
        prefix = s.beginning(value)
        if prefix is None or str(constant_of(s, element)).startswith(str(constant_of(s, prefix))):
            s.add(dst, element)
