"""What libraries do with what they are given: keep it, call it now, or call it at a later use of what keeps it.

Assumed throughout: a library does with what it is given what libraries do. A function or class that is handed to an
unknown function may be called by it at once; handed to a constructor or a method it is kept, and any later use of the
object that keeps it may call it; an object may have its special methods called, and what its class overrides of a base
from outside. Wrong (edges too many) for libraries that only store or compare what they get, and (edges too few) for
those that keep it in a place of their own, outside of every object that the source sees. The edges have the kind
`callback?` here, which the result turns into inferred callbacks; what a stub says is called is a plain callback.
"""

from __future__ import annotations

import re

from code_path_audit.callgraph.functions.invocation import apply_with, bind_and_call
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.library.holders import (
    GLOBAL_HOLDERS,
    can_keep,
    content,
    keeps,
    named_object,
    on_keeper,
    reach,
    use_kept,
)
from code_path_audit.callgraph.library.overrides import is_named, overrides
from code_path_audit.callgraph.library.summaries import Places, use, use_all
from code_path_audit.callgraph.library.view_decorators import decorate
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import (
    BOX,
    CALLABLES,
    CLASS,
    CLASSM,
    CTXFUNC,
    EXT,
    FUNC,
    INST,
    MODULE,
    PROPERTY,
    STATIC,
    STR,
    XINST,
    XRES,
)
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State

CALLED_PROTOCOLS = (
    "__call__", "__iter__", "__next__", "__len__", "__str__", "__fspath__", "__enter__", "__exit__", "__getitem__",
    "__contains__", "__hash__", "__eq__", "__lt__", "__format__", "__repr__", "__bool__", "__index__", "__int__",
    "__html__", "keys", "read", "readline", "write", "flush", "close",
)  # fmt: skip
"""What code outside calls on any object that it is given."""

STREAM_PROTOCOLS = (
    "__iter__", "__next__", "__fspath__", "__enter__", "__exit__", "read", "readline", "write", "flush", "close",
)  # fmt: skip
"""What functions of the standard library call on objects that they take for streams, paths and iterables."""

FOREIGN = (
    "types.FunctionType", "types.MethodType", "types.ModuleType.", "importlib.import_module()", "builtins.exec()",
    "builtins.eval()", "runpy.run_path()", "runpy.run_module()",
)  # fmt: skip
"""What code that the program loads at run time is called here: plugins, users' files, generated code."""

MAX_FOREIGN_METHODS = 80
"""An object that is handed to such code is made for it: it may have more methods than a listener has."""

MAX_METHODS = 24
"""Objects with more public methods than this are too large for all of them to be called by a library."""


# handing over


class Runnable:
    """Class attributes that code outside may run."""

    def __init__(self) -> None:
        self.of: dict[Var, Var] = {}
        """Those values of a class attribute that can be run."""


def hand_over(s: State, call: Call, dst: Var, receiver: Value | None, unknown: bool, is_constructor: bool) -> None:
    """Arguments escape: what can be called is kept by the receiver and by the result; an unknown function calls it now.

    Assumes that a constructor and a decorator only keep, and that a function the stubs know calls what they say alone.
    Wrong for an unknown function that merely registers what it gets: the call then seems to happen at registration.
    """
    now = unknown and not is_constructor and call.kind != "decorator"
    level = 2 if unknown else 1 if receiver is not None else 0
    for var in (*(v for v, _ in call.pos), *(v for _, v in call.kw)):
        use_all(s, call.site, (on_handed, now, level), var)
        if receiver is not None:
            keeps(s, receiver, var, level)
        s.watch(dst, on_keeper, (var, level))


@sees(*CALLABLES, INST, BOX, MODULE, STR, XINST, XRES)
def on_handed(s: State, data: tuple[Site, bool, int], value: Value) -> None:
    """One value that goes outside: a container hands over its elements, an unknown object what it holds already.

    `level` is that of `holders.usable`: 2 where nothing is known of the callee. The standard library, of which the
    stubs know, loads neither modules nor dotted names.
    """
    site, now, level = data
    kind = s.kinds[value]
    if kind == INST and not now:
        protocols_called(s, value, site, level == 2)
        if level == 2:
            methods_called(s, value, site)
    elif kind in CALLABLES or kind == INST:
        if now:
            escape(s, site, value)
    elif kind == BOX and level:
        use_all(s, site, (on_handed, now, level), reach(s, value))
    elif kind in (MODULE, STR) and level == 2:
        source = named_object(s, value, site)
        if source:
            use_all(s, site, (on_handed, now or kind == STR, level), source)
    elif kind in (XINST, XRES) and level == 2:
        fire(s, value, site)


def hand_to_relatives(s: State, call: Call, dotted: str) -> None:
    """A function of the standard library is given an object, or a class, that extends a class of the same package.

    It may call what that overrides: `json.dumps(x, cls=Encoder)`, `xml.sax.parse(file, Handler())`.
    """
    top = dotted.partition(".")[0]
    if top not in ("builtins", "typing", "abc", "enum", "dataclasses", *GLOBAL_HOLDERS):
        for var in (*(v for v, _ in call.pos), *(v for _, v in call.kw)):
            use_all(s, call.site, (on_relative, top), var)


@sees(INST, CLASS)
def on_relative(s: State, data: tuple[Site, str], value: Value) -> None:
    """One argument of such a function."""
    site, top = data
    kind = s.kinds[value]
    cls = value if kind == CLASS else s.rows[value].cls
    classes.depends(s, cls, on_relative, data, value)
    if any(name.partition(".")[0] == top for name in classes.outside_names(s, cls)):
        if kind == CLASS:
            escape(s, site, value, evidence=Evidence.LIKELY)
        else:
            overridden(s, value, site)


def hand_over_held(s: State, call: Call, dotted: str) -> None:
    """An unknown library is given an object of the source that extends a class of that library: what its base was given
    is in it (the factories of commands in a loader of commands)."""
    for var in (*(v for v, _ in call.pos), *(v for _, v in call.kw)):
        use_all(s, call.site, (on_held, dotted.partition(".")[0]), var)


@sees(INST)
def on_held(s: State, data: tuple[Site, str], value: Value) -> None:
    """One such object."""
    site, top = data
    if any(name.partition(".")[0] == top for name in classes.outside_names(s, s.rows[value].cls)):
        fire(s, value, site)


# what is kept is used


def fire(s: State, holder: Value, site: Site, dst: Var = NOWHERE, name: str = "", is_known: bool = False) -> None:
    """Something keeps callables and is used: what it holds may be called; the use may return the results.

    Any use counts as one that calls everything held, so an object with many callbacks has too many edges. `is_known`: a
    model knows of the use, and does not say that it calls what is kept.
    """
    if not can_keep(s, holder) or (s.kinds[holder] != INST and s.behaviours.is_quiet(s.rows[holder].dotted)):
        return
    evidence = Evidence.LIKELY if runs_what_it_holds(name) and not is_known else Evidence.POSSIBLE
    method = "" if name.startswith("__") else name
    returned = s.field(holder, "#returned")
    if dst:
        s.watch(dst, on_result_holder, returned)
    use_kept(s, holder, site, (on_fire, returned, method, evidence))


RUNNING = re.compile(
    r"(?:call|run|start|invoke|main$|emit|send|dispatch|exec|fire|trigger|notify|publish|handle|process|perform|apply|do$"
    r"|wait|join|submit|parse|iterate|serve|listen|loop|tick|step|result|render|convert|transform|visit|walk)"
    # but no names of things, and no questions: `callback_query`, `handler`, `startswith`
    r"(?!back|e?r(?:s|_|$)|or(?:s|_|$)|utor|s?with|et(?:s|_|$))"
)
"""How the names of methods begin that call what their object was given to keep."""


def runs_what_it_holds(name: str) -> bool:
    """Whether using an object by a method of that name is likely to call what it keeps."""
    return RUNNING.match(name.lstrip("_")) is not None


@sees(*CALLABLES, INST, XINST, XRES)
def on_fire(s: State, data: tuple[Site, Var, str, Evidence], value: Value) -> None:
    """One held value: called, where it can be; of an object from outside, what that holds.

    Of an object, which was handed over before: overrides, `__call__`, and the method that has the name of the one that
    is called on the keeper, since wrappers delegate (`signer.dumps(x)` calls `dumps` of the serializer it was given).
    """
    site, returned, name, evidence = data
    if s.kinds[value] in (XINST, XRES):
        if can_keep(s, value):
            use_kept(s, value, site, (on_fire, returned, "", evidence))
        return
    if s.kinds[value] != INST:
        escape(s, site, value, returned, evidence)
        return
    overridden(s, value, site, evidence=evidence)
    use(s, site, (on_method, "__call__", evidence), value, evidence)
    if name:
        # a handle of an unknown library stands for an object of a class below one of its own: a proxy of an actor
        bases = classes.outside_bases(s, s.rows[value].cls)
        stands = any(not classes.is_known(s, o) and not is_named(s, o) for o in bases)
        evidence = max(evidence, Evidence.LIKELY) if stands else evidence
        use(s, site, (on_method, name, evidence), value, evidence)


def on_method(s: State, data: tuple[Site, str, Evidence], value: Value) -> None:
    """One method of an object, by name; what is named in capitals declares classes that the framework makes objects
    of."""
    site, name, evidence = data
    cls = s.rows[value].cls
    classes.depends(s, cls, on_method, data, value, name)
    found = classes.find(s, cls, name)
    if isinstance(found, classes.Own):
        if name.isupper():
            s.watch(found.var, on_made_by_name, (site, evidence, 0))
        s.watch(running(s, found.var), on_override, (value, cls, Call(site, NOWHERE, (), (), "callback", evidence)))


@sees(CLASS, BOX)
def on_made_by_name(s: State, data: tuple[Site, Evidence, int], value: Value) -> None:
    """`SCREENS = {"help": Help}`: the framework makes an object of the class when the name is asked for."""
    site, evidence, depth = data
    if s.kinds[value] == CLASS:
        s.apply(s, Call(site, s.variable(), (), (), "construct", evidence), value)
    elif depth < MAX_DECLARED:
        s.watch(s.field(value, "*"), on_made_by_name, (site, evidence, depth + 1))


def hand_to_foreign(s: State, call: Call, code: Value) -> None:
    """A call of code that the program loaded at run time: the objects that it is handed are there for it to use.

    Public methods and properties run, and so do the special ones of what they return. Assumes nothing of the code, so
    edges too many: the code will use some of them.
    """
    for var in (*(v for v, _ in call.pos), *(v for _, v in call.kw)):
        use_all(s, call.site, (on_foreign, True), var)
    use_kept(s, code, call.site, (on_foreign, True))


@sees(BOX, INST)
def on_foreign(s: State, data: tuple[Site, bool], value: Value) -> None:
    """One value in the hands of code that was loaded at run time."""
    site, is_first = data
    if s.kinds[value] == BOX and is_first:
        use_all(s, site, (on_foreign, True), reach(s, value))
    elif s.kinds[value] == INST:
        protocols_called(s, value, site)
        if is_first:
            out = s.field(value, "#foreign")
            use_all(s, site, (on_foreign, False), out)
            methods_called(s, value, site, MAX_FOREIGN_METHODS, out)


def escape(s: State, site: Site, value: Value, out: Var = NOWHERE, evidence: Evidence = Evidence.POSSIBLE) -> None:
    """Code outside does with a value what it can: calls it, constructs it, uses its protocols, methods and overrides.

    The upper bound of what a library may do; nothing is known of the arguments that it passes. `out` gets the results.
    """
    kind = s.kinds[value]
    if kind == INST:
        protocols_called(s, value, site)
        overridden(s, value, site, evidence=evidence)
        methods_called(s, value, site)
    elif kind in CALLABLES:
        use(s, site, (on_escape, out, evidence), value, evidence)


def on_escape(s: State, data: tuple[Site, Var, Evidence], value: Value) -> None:
    """One callable: called with arguments of which nothing is known."""
    site, out, evidence = data
    call = Call(site, out, (), (), "callback", evidence)
    if s.kinds[value] == CLASS:
        s.construct(s, call._replace(dst=out or s.variable()), value)
        # what a library does with an object that it makes is known where a model names the overrides
        known = any(is_named(s, outside) for outside in classes.outside_bases(s, value))
        made = s.of(INST, value, 0)
        overridden(s, made, site, evidence=evidence if known else Evidence.POSSIBLE)
        if isinstance(classes.find(s, value, "__call__"), classes.Own):
            use(s, site, (on_method, "__call__", evidence), made, evidence)
    else:
        s.apply(s, call, value)


@sees(XRES)
def on_result_holder(s: State, out: Var, value: Value) -> None:
    """What callbacks returned is in what the library returned."""
    s.flow(out, content(s, value))


# what is called of an object


def methods_called(s: State, value: Value, site: Site, limit: int = MAX_METHODS, dst: Var = NOWHERE) -> None:
    """A library of which nothing is known may call the public methods of a small object that it was given.

    Small: at most `MAX_METHODS` of them, for a listener, a handler, a strategy. Wrong for data objects (edges too many)
    and for larger ones (edges too few).
    """
    use(s, site, (on_methods, limit, dst), value, Evidence.POSSIBLE)


def on_methods(s: State, data: tuple[Site, int, Var], value: Value) -> None:
    """The public methods of one object."""
    site, limit, dst = data
    cls = s.rows[value].cls
    classes.depends(s, cls, on_methods, data, value)
    names = [name for name in classes.own_names(s, cls) if not name.startswith("_")]
    if len(names) <= limit:
        for var in classes.own_attributes(s, cls, names):
            s.watch(running(s, var), on_override, (value, cls, Call(site, dst, (), (), "callback", Evidence.POSSIBLE)))


def protocols_called(s: State, value: Value, site: Site, unknown: bool = True) -> None:
    """The special methods of an object that code outside was given.

    All of them where nothing is known of the callee, those of streams and paths where the stubs know it: what else the
    standard library calls has a model or a callback of its own.
    """
    use(s, site, (on_protocols, unknown), value, Evidence.POSSIBLE)


def on_protocols(s: State, data: tuple[Site, bool], value: Value) -> None:
    """The special methods of one object."""
    site, unknown = data
    cls = s.rows[value].cls
    classes.depends(s, cls, on_protocols, data, value)
    for name in CALLED_PROTOCOLS if unknown else STREAM_PROTOCOLS:
        found = classes.find(s, cls, name)
        if isinstance(found, classes.Own):
            s.watch(found.var, bind_and_call, (value, cls, Call(site, NOWHERE, (), (), "callback", Evidence.POSSIBLE)))


def overridden(
    s: State,
    value: Value,
    site: Site,
    only: tuple[str, ...] | None = None,
    evidence: Evidence = Evidence.LIKELY,
) -> None:
    """What a class of the source overrides of its bases outside: their code calls it.

    Assumes that any use of the object reaches any override (template methods); constructors are called where they are.
    Where nothing is known of the bases, a method is not taken for an override that what it calls itself calls back
    (`summaries.give`). `only` these, where it is known what is called.
    """
    use(s, site, (on_overridden, only, evidence), value, evidence)


def on_overridden(s: State, data: tuple[Site, tuple[str, ...] | None, Evidence], value: Value) -> None:
    """The overrides of one object."""
    places = s.tables[Places]
    site, only, evidence = data
    cls = s.rows[value].cls
    classes.depends(s, cls, on_overridden, data, value)
    outside = classes.outside_bases(s, cls)
    if not outside:
        return
    if any(s.kinds[o] == EXT and s.stubs.mro(s.rows[o].dotted) for o in outside):
        places.guessed.discard(site.place)
    else:
        places.guessed.add(site.place)
    packages = tuple(dict.fromkeys(s.rows[o].dotted.partition(".")[0] for o in outside if is_named(s, o)))
    back = s.field(value, "#back") if packages else NOWHERE
    if packages:
        s.watch(back, on_given_back, (site, 0))
    call = Call(site, back, (), (), "callback", evidence)
    methods = {name: running(s, var) for name, var in overrides(s, value, only)}
    for var in methods.values():
        s.watch(var, on_override, (value, cls, call))
    decorate(s, value, call, [var for name, var in methods.items() if not name.startswith("_")])
    if only is None and packages:
        for _, var in classes.all_attributes(s, cls):
            s.watch(var, on_declared, (site, packages, 0))


MAX_DECLARED = 3
"""Containers within one another in a class attribute, or in what a method gives back."""


@sees(INST, CLASS, BOX)
def on_given_back(s: State, data: tuple[Site, int], value: Value) -> None:
    """What a method gives back to the framework that calls it is there for that to use: the protocol that a factory
    builds, the resource that answers for a part of a path."""
    site, depth = data
    if s.kinds[value] == BOX:
        if depth < MAX_DECLARED:
            s.watch(s.field(value, "*"), on_given_back, (site, depth + 1))
    else:
        use_of_framework(s, site, value)


@sees(CLASS, INST, BOX, XINST)
def on_declared(s: State, data: tuple[Site, tuple[str, ...], int], value: Value) -> None:
    """A class attribute of a framework's class declares what the framework works with (`form_class = OrderForm`): it
    makes objects of classes below one of a library, asks these and objects that stand there, and uses what its own
    objects keep."""
    site, packages, depth = data
    kind = s.kinds[value]
    if kind == BOX:
        if depth < MAX_DECLARED:
            s.watch(s.field(value, "*"), on_declared, (site, packages, depth + 1))
    elif kind == XINST:
        if s.rows[value].dotted.partition(".")[0] in packages and can_keep(s, value):
            use_kept(s, value, site, (on_fire, s.field(value, "#returned"), "", Evidence.LIKELY))
    else:
        use_of_framework(s, site, value)


def use_of_framework(s: State, site: Site, value: Value) -> None:
    """What is there for a library to use: it makes objects of a class below one of its own, and asks an object."""
    is_class = s.kinds[value] == CLASS
    if is_class and s.frameworks.is_mapped(s, value):
        return  # `model = Order`: what is done with rows of a model is known (`frameworks`)
    if not any(is_named(s, o) for o in classes.outside_bases(s, value if is_class else s.rows[value].cls)):
        return
    if is_class:
        escape(s, site, value, evidence=Evidence.LIKELY)
    else:
        overridden(s, value, site)


def running(s: State, var: Var) -> Var:
    """The variable of those values of a class attribute that code outside can run: one for all who use it."""
    runnable = s.tables[Runnable]
    out = runnable.of.get(var)
    if out is None:
        out = runnable.of[var] = s.variable()
        s.watch(var, on_running, out)
    return out


def on_running(s: State, out: Var, value: Value) -> None:
    """One value of a class attribute."""
    if s.kinds[value] in (FUNC, CTXFUNC, STATIC, CLASSM, PROPERTY):
        s.add(out, value)


def on_override(s: State, data: tuple[Value, Value, Call], value: Value) -> None:
    """A method that overrides one from outside is called, a property is read; a plain attribute runs nothing."""
    kind = s.kinds[value]
    if kind in (FUNC, CTXFUNC, STATIC, CLASSM):
        bind_and_call(s, data, value)
    elif kind == PROPERTY:
        s.watch(s.field(value, "fget"), apply_with, (data[2], data[0]))
