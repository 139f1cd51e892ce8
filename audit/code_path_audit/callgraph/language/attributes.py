"""Attributes: reading, binding, writing."""

from __future__ import annotations

from types import AsyncGeneratorType, GeneratorType

from code_path_audit.callgraph.functions.invocation import apply_with, bind_and_call, is_partial_method
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.heap.containers import all_field, bound_method, key_field
from code_path_audit.callgraph.heap.modules import module_names
from code_path_audit.callgraph.language.single_dispatch import Dispatchers
from code_path_audit.callgraph.library import (
    descriptors,
    objects_of_classes,
    passed_through,
    plugins,
    proxies,
    records,
    stored_attributes,
)
from code_path_audit.callgraph.library.collection_mixins import OWNERS
from code_path_audit.callgraph.library.holders import hold
from code_path_audit.callgraph.library.overrides import Decorated
from code_path_audit.callgraph.library.plugins import Managers
from code_path_audit.callgraph.library.proxies import Proxies
from code_path_audit.callgraph.library.stub_values import (
    derived,
    is_class_name,
    member,
    named,
    read_external,
    stands_for,
    unknown_element,
)
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import (
    BOUND,
    BOX,
    CALLABLES,
    CLASS,
    CLASSM,
    CORO,
    CTX,
    CTXFUNC,
    EXT,
    FUNC,
    GEN,
    INST,
    INT,
    MODULE,
    NONE,
    PARTIAL,
    PROPERTY,
    STATIC,
    STR,
    SUPER,
    UNKNOWN,
    XINST,
    XMETHOD,
    XRES,
)
from code_path_audit.callgraph.solver.ids import NOWHERE, Activation, Function, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Read, State, Write
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts


def read(s: State, data: Read, base: Value) -> None:
    """One value of the object whose attribute is read."""
    managers = s.tables[Managers]
    dst, name, _ = data
    kind = s.kinds[base]
    row = s.rows[base]
    if kind == INST:
        read_instance(s, data, base)
    elif kind == CLASS:
        read_class(s, data, base)
    elif kind == MODULE:
        read_module(s, data, base)
    elif kind == EXT:
        if s.frameworks.named(s, data, base) or s.frameworks.member(s, data, base):
            return
        named(s, f"{row.dotted}.{name}", dst)
        s.flow(s.field(base, name), dst)  # what the source put in its place
        if is_object_outside(s, row.dotted):
            stored_attributes.read(s, base, data)
    elif kind in (STR, INT, XINST):
        if base in s.tables[Proxies].made_of:
            s.watch(proxies.real(s, base, data.site), read, data)
        if managers.loaded and kind == XINST:
            plugins.read_plugin(s, data, base)
        if kind == XINST and name in s.behaviours.attributes:
            costly_read(s, data, row.dotted)
        if kind == XINST and plugins.is_distribution(s, base) and name == "entry_points":
            s.add(dst, plugins.collection(s))
            return
        if kind == XINST and s.frameworks.member(s, data, base):
            return
        read_external(s, data, base)
        if kind == XINST:
            stored_attributes.read(s, base, data)
            passed_through.read(s, base, name, dst)
    elif kind == BOX and (base, "." + name) in s.fields:  # a tuple whose parts have names
        s.flow(s.field(base, "." + name), dst)
    elif kind == BOX:  # the data of a UserDict, or a UserList, has what that has
        s.add(dst, base if name == "data" else bound_method(s, name, base))
    elif kind == XRES:
        s.add(dst, unknown_element(s, base, "." + name))
        stored_attributes.read(s, base, data)
        passed_through.read(s, base, name, dst)
        objects_of_classes.read(s, base, data)
        if managers.loaded:
            plugins.read_plugin(s, data, base)
    elif kind == SUPER:
        read_super(s, data, base)
    elif kind in (FUNC, CTXFUNC, BOUND, PARTIAL, CLASSM, STATIC):
        read_function(s, data, base)
    elif kind == PROPERTY:
        if name in ("setter", "getter", "deleter"):
            s.add(dst, s.of(XMETHOD, "builtins.property." + name, base))
        else:
            s.flow(s.field(base, name), dst)
    elif kind in (GEN, CORO, CTX) and (kind != GEN or name in OF_GENERATORS):
        s.add(dst, s.of(XMETHOD, "typing.Generator." + name, base))
    elif kind == UNKNOWN:
        s.add(dst, s.of(UNKNOWN, name))
        s.flow(stored_attributes.attribute(s, stored_attributes.ANYTHING, name), dst)
    elif kind == XMETHOD and (made := stands_for(s, base)) is not None:
        read(s, data, made)
    elif kind == XMETHOD:
        s.add(dst, derived(s, row.receiver, f"{row.dotted}.{name}"))
        if s.kinds[row.receiver] in (XINST, XRES):
            stored_attributes.read(s, base, data)


def is_object_outside(s: State, dotted: str) -> bool:
    """Whether a name outside may be of an object that a library has: `current_app` of `from web import current_app`."""
    return "." in dotted and not is_class_name(dotted) and s.stubs.lookup(dotted) is None


def costly_read(s: State, data: Read, dotted: str) -> None:
    """A member that a library works for when it is read: what a distribution's files say."""
    owners = s.behaviours.attributes[data.name]
    for owner in (dotted, *s.stubs.mro(dotted)):
        if s.behaviours.canonical(owner) in owners:
            s.calls_external(data.site, f"{owner}.{data.name}", "property")
            return


def read_module(s: State, data: Read, base: Value) -> None:
    """A global of a module of the source, or one of its submodules."""
    dst, name, site = data
    module = s.rows[base].name
    names = module_names(s, module)
    if name in names:
        s.flow(s.field(base, name), dst)
    child = f"{module}.{name}"
    if child in s.program.modules:
        s.add(dst, s.of(MODULE, child))
    elif name not in names:
        if "__getattr__" in names:
            text = s.variable()
            s.add(text, s.of(STR, name))
            s.watch(s.field(base, "__getattr__"), s.apply, Call(site, dst, ((text, False),), (), "property"))
        elif name == "__dict__":
            s.add(dst, made_there(s, base))
        elif name == "__name__":
            s.add(dst, s.of(STR, module, "__name__"))
        elif name == "__path__":
            s.add(dst, path_of(s, module))
        elif name in ("__file__", "__doc__", "__package__"):
            s.add(dst, s.instance("builtins.str"))
        else:  # what `globals()[name] = f` or `setattr(module, name, f)` may bind
            s.flow(s.field(base, name), dst)


def path_of(s: State, package: str) -> Value:
    """The `__path__` of a package of the source: a list of texts that is known for whose it is."""
    return s.of(XINST, "builtins.list", ((s.instance("builtins.str"),),), ("__path__", package))


# objects


def read_instance(s: State, data: Read, base: Value) -> None:
    """self.name: what was stored in the instance, then what its class has."""
    dst, name, _ = data
    cls = s.rows[base].cls
    if name == "__class__":
        s.add(dst, cls)
        return
    if name == "__dict__":
        s.add(dst, s.box("dict", (base, "__dict__")))
        return
    s.flow(s.field(base, name), dst)
    classes.depends(s, cls, read_instance_class, data, base, name)
    read_instance_class(s, data, base, again=True)


def read_instance_class(s: State, data: Read, base: Value, again: bool = False) -> None:
    """The part of a read that the order of the class decides."""
    dst, name, site = data
    cls = s.rows[base].cls
    if not again:
        classes.depends(s, cls, read_instance_class, data, base, name)
    found = classes.find(s, cls, name)
    for outside in classes.outside_bases(s, cls) if s.behaviours.naming else ():
        if (package := s.rows[outside].dotted.partition(".")[0]) in s.behaviours.naming:
            stored_attributes.read(s, base, data, package)
    if cls in s.tables[classes.Hierarchy].subclasses:
        s.tables[classes.Hierarchy].unmade[data, base] = None
    if found is None:
        s.later(read_missing, data, base)
        return
    if isinstance(found, classes.Own):
        s.watch(found.var, bind, (dst, base, cls, site, name))
        if not s.pts[found.var]:
            s.later(read_missing, data, base)
    elif (behind := classes.behind_unknown(s, cls, name, found)) is not None:
        s.tables[classes.Hierarchy].behind_unknown.append((data, base, behind))
    elif not s.stubs.mro(s.rows[found.base].dotted) and (base, name) in s.fields:
        s.later(read_outside_unless_stored, (data, found.base), base)
    else:
        read_outside_member(s, data, base, found.base)


def read_outside_unless_stored(s: State, data: tuple[Read, Value], base: Value) -> None:
    """What a base of which nothing is known may have, and the source stores in its objects: that is what is there, if
    more is known of it than that it is of a library."""
    read, outside = data
    if all(s.kinds[value] in (NONE, UNKNOWN, XINST, XRES) for value in s.pts[s.field(base, read.name)] or ()):
        read_outside_member(s, read, base, outside)


def from_behind_unknown(s: State) -> bool:
    """What a base of which nothing is known may not have: the class of the source behind it has it.

    Assumes that such a class is among the bases for what it has. Wrong where the unknown base has it, too.
    """
    hierarchy = s.tables[classes.Hierarchy]
    rows, hierarchy.behind_unknown = hierarchy.behind_unknown, []
    for (dst, name, site), base, found in rows:
        s.steps += 4
        s.watch(found.var, bind, (dst, base, s.rows[base].cls, site, name))
    return s.busy()


def from_given_classes(s: State) -> bool:
    """What a library gave is likely an object of a class that it was given (`library/objects_of_classes.py`)."""
    return objects_of_classes.joined(s, read_instance)


OF_GENERATORS = frozenset((*dir(GeneratorType), *dir(AsyncGeneratorType)))
"""What a generator has: reading another name of it fails, so that no such call runs."""

MAX_UNMADE = 100
"""A class that more are derived from than this says nothing of which is meant."""


def from_unmade(s: State) -> bool:
    """An object of a declared class: a method that only raises NotImplementedError is one of the classes below. If
    neither the class nor any below it is made, the object is made where nobody looks (by a plugin manager, by a
    loader), and all that is read of it may be of any of them.

    Wrong, by edges too many, where such an object never comes.
    """
    hierarchy = s.tables[classes.Hierarchy]
    rows, hierarchy.unmade = hierarchy.unmade, {}
    for data, base in rows:
        cls = s.rows[base].cls
        below = [c for c in classes.with_subclasses(s, cls) if c != cls]
        s.steps += 4 + len(below)
        is_made = cls in s.constructed or any(c in s.constructed for c in below)
        if is_made and not is_abstract(s, cls, data.name):
            continue
        if len(below) > MAX_UNMADE:
            s.widened["classes below a declared one"] = None
            continue
        for derived_class in below:
            if data.name in s.own[derived_class]:
                hierarchy.made_elsewhere[derived_class] = None
                read_instance(s, data, s.of(INST, derived_class, 0))
    return s.busy()


def is_abstract(s: State, cls: Value, name: str) -> bool:
    """Whether what a class has under a name is left to those below it: a method that does nothing but raise
    NotImplementedError."""
    held = classes.held(s, cls, name)
    return bool(held) and all(s.kinds[v] == FUNC and op.only_raises(s.facts[s.rows[v].function].code) for v in held)


def read_missing(s: State, data: Read, base: Value) -> None:
    """__getattr__ is asked for what neither the instance nor its class has; asked when nothing else is going on."""
    dst, name, site = data
    cls = s.rows[base].cls
    found = classes.find(s, cls, name)
    if isinstance(found, classes.Own) and s.pts[found.var]:
        return
    getter: classes.Found | None = own_getattribute(s, cls)
    if getter is None and (not s.pts[s.field(base, name)] or stores_nothing(s, cls) or stores_as_item(s, cls, name)):
        getter = classes.find(s, cls, "__getattr__")
    if isinstance(getter, classes.Own) and not (name.startswith("__") and name.endswith("__")):
        ask(s, getter, name, base, cls, dst, site)


def ask(s: State, getter: classes.Own, name: str, base: Value, cls: Value, dst: Var, site: Site) -> None:
    """A `__getattr__` gets the name of an attribute."""
    text = s.variable()
    s.add(text, s.of(STR, name))
    s.watch(getter.var, bind_and_call, (base, cls, Call(site, dst, ((text, False),), (), "property")))


def stores_nothing(s: State, cls: Value) -> bool:
    """Whether what is written to an object of a class is not stored as its attribute: its own `__setattr__` hands it
    to no other, nor to the object's `__dict__`."""
    setter = classes.find(s, cls, "__setattr__")
    functions = [v for v in s.holds(setter.var) if s.kinds[v] == FUNC] if isinstance(setter, classes.Own) else []
    return bool(functions) and not any(stores(s.facts[s.rows[v].function]) for v in functions)


def stores_as_item(s: State, cls: Value, name: str) -> bool:
    """Whether what is written to a public attribute of an object may be stored as an item of it: its own `__setattr__`
    does both, by what the name is (`self[key] = value` where it does not begin with `_`)."""
    setter = classes.find(s, cls, "__setattr__")
    if name.startswith("_") or not isinstance(setter, classes.Own):
        return False
    held = [s.facts[s.rows[v].function] for v in s.holds(setter.var) if s.kinds[v] == FUNC]
    return any(row[0] == op.STORE_ITEM and row[1] == 0 for facts in held for row in facts.code)


def stores(facts: FunctionFacts) -> bool:
    """Whether a `__setattr__` stores attributes of the object."""
    dicts = {row[1] for row in facts.code if row[0] == op.ATTR and row[3] == "__dict__"}
    return any(
        (row[0] == op.ATTR and (row[3] == "__setattr__" or row[2] in dicts))
        or (row[0] == op.STORE_ITEM and row[1] in dicts)
        for row in facts.code
    )


def own_getattribute(s: State, cls: Value) -> classes.Own | None:
    """__getattribute__, where the source defines it."""
    found = classes.find(s, cls, "__getattribute__")
    return found if isinstance(found, classes.Own) else None


def read_outside_member(s: State, data: Read, base: Value, outside: Value) -> None:
    """A member that a source instance inherits from a class outside."""
    dst, name, _ = data
    if s.frameworks.member(s, data, base):
        return
    path = s.rows[outside].dotted
    if name == "__new__":
        s.add(dst, s.of(EXT, "builtins.object.__new__"))
        return
    if s.kinds[base] == INST and not name.startswith("__init"):
        box = classes.box_of(s, base)
        known = s.stubs.member(path, name) if s.kinds[outside] == EXT else None
        owner = known[0] if known is not None else path
        if box is not None and owner.startswith(("builtins.", "collections.", "typing.")):
            s.add(dst, box if name == "data" else bound_method(s, name, box))
            if owner.startswith(OWNERS) and not path.startswith("builtins."):  # written in Python: calls overrides
                s.add(dst, s.of(XMETHOD, f"{path}.{name}", base))
            return
    if not s.stubs.mro(path):
        stored_attributes.read(s, base, data, path.partition(".")[0])
    if s.kinds[outside] == EXT:
        member(s, path, name, base, dst)
    else:
        s.add(dst, s.of(XMETHOD, f"{path}.{name}"[:120], base))


def bind(s: State, data: tuple[Var, Value, Value, Site, str], value: Value) -> None:
    """A class attribute read through an instance: descriptors do their work."""
    dst, base, cls, site, _ = data
    kind = s.kinds[value]
    if kind in (INST, XINST) and s.frameworks.bound(s, Read(dst, data[4], site), base, cls, value):
        return
    is_method = kind == PARTIAL and (is_partial_method(s, value) or bool(s.tables[Dispatchers].places.get(value)))
    if kind in (FUNC, CTXFUNC) or is_method:
        s.add(dst, s.bound_method(value, base))
    elif kind == STATIC:
        s.add(dst, s.rows[value].callable)
    elif kind == CLASSM:
        s.add(dst, s.bound_method(s.rows[value].callable, cls))
    elif kind == PROPERTY:
        s.watch(s.field(value, "fget"), apply_with, (Call(site, dst, (), (), "property"), base))
    elif kind == INST:
        found = classes.find(s, s.rows[value].cls, "__get__")
        if isinstance(found, classes.Own):
            owner, instance = s.variable(), s.variable()
            s.add(owner, cls)
            s.add(instance, base)
            call = Call(site, dst, ((instance, False), (owner, False)), (), "property")
            s.watch(found.var, bind_and_call, (value, s.rows[value].cls, call))
        else:
            s.add(dst, value)
            if s.kinds[base] == INST:
                descriptors.used(s, "read", value, data[4], base, site)
    elif s.kinds[base] == INST and kind in (XINST, XRES) and value not in s.declared:
        if not descriptors.default_of(s, value, dst):
            s.add(dst, value)
        descriptors.used(s, "read", value, data[4], base, site)
    elif not (value in s.declared and (s.kinds[base] == INST or records.hides(s, value))):
        s.add(dst, value)


# classes


def read_class(s: State, data: Read, base: Value) -> None:
    """C.name"""
    dst, name, site = data
    classes.depends(s, base, read_class, data, base, name)
    found = classes.find(s, base, name)
    if isinstance(found, classes.Own):
        s.watch(found.var, bind_class, (dst, base, name, site))
        if base in s.metaclass:
            s.later(read_declared, data, base)
    elif name in GIVEN:
        read_given(s, dst, base, name)
    elif found is not None:
        read_outside_member(s, data, base, found.base)
    if found is None and base in s.metaclass:
        s.watch(s.metaclass[base], on_metaclass, (data, base))


def read_declared(s: State, data: Read, base: Value) -> None:
    """What the body of a class merely declares (`name: type`) it does not have; asked when nothing else is going on."""
    found = classes.find(s, base, data.name)
    if isinstance(found, classes.Own) and not s.pts[found.var]:
        s.watch(s.metaclass[base], missing_in_class, (data, base))


GIVEN = frozenset(
    ("__module__", "__name__", "__qualname__", "__doc__", "__subclasses__", "__dict__", "__mro__", "__bases__")
)
"""What the language gives to every class, whatever it derives from."""


def read_given(s: State, dst: Var, cls: Value, name: str) -> None:
    """C.__name__ and its like."""
    if name == "__module__":
        s.add(dst, s.of(STR, s.modules[s.rows[cls].function]))
    elif name == "__subclasses__":
        s.add(dst, s.of(XMETHOD, "builtins.type.__subclasses__", cls))
    elif name == "__dict__":
        s.add(dst, class_dict(s, cls))
    elif name == "__name__" and s.indices[s.rows[cls].function] >= 0:
        s.add(dst, name_of(s, cls))
    elif name in ("__mro__", "__bases__"):
        box = s.box("tuple", (cls, name))
        for entry in classes.order(s, cls):
            s.add(s.field(box, "?"), entry)
        s.add(dst, box)
    else:
        s.add(dst, s.instance("builtins.str"))


def stands_in_body(s: State, function: Function, env: Activation) -> bool:
    """Whether a function stands in the body of a module or of a class; others may go by the name of what they wrap."""
    around = s.facts[s.a_function[env]].kind if env >= 0 else "module"
    return s.facts[function].kind == "function" and around in ("module", "class")


def name_of(s: State, value: Value) -> Value:
    """f.__name__: the text, of which is known that it is no name of a module."""
    return s.of(STR, s.facts[s.rows[value].function].name.rpartition(".")[2], "__name__")


def made_there(s: State, module: Value) -> Value:
    """module.__dict__: what a module of the source makes, not what it imports: who looks through it wants the first."""
    box = s.box("dict", (module, "__dict__"))
    for name in sorted(module_names(s, s.rows[module].name)):
        s.watch(s.field(module, name), on_own, (key_field(s, box, "=s:" + name), s.rows[module].name))
    all_field(s, box)
    return box


def on_own(s: State, data: tuple[Var, str], value: Value) -> None:
    """One value of a name of a module: modules, what lies outside, and what other modules define is imported."""
    dst, module = data
    kind = s.kinds[value]
    if kind not in (MODULE, EXT) and (kind not in (FUNC, CLASS) or s.modules[s.rows[value].function] == module):
        s.add(dst, value)


def module_dict(s: State, module: Value) -> Value:
    """globals(): the names of a module of the source."""
    box = s.box("dict", (module, "globals"))
    for name in sorted(module_names(s, s.rows[module].name)):
        s.flow(s.field(module, name), key_field(s, box, "=s:" + name))
    all_field(s, box)
    return box


def class_dict(s: State, cls: Value) -> Value:
    """C.__dict__: the names of the class's own body."""
    box = s.box("dict", (cls, "__dict__"))
    for name in sorted(s.own[cls]):
        s.flow(s.field(cls, name), key_field(s, box, "=s:" + name))
        s.add(s.field(box, "keys"), s.of(STR, name))
    return box


@sees(CLASS)
def on_metaclass(s: State, data: tuple[Read, Value], value: Value) -> None:
    """An attribute of a class that its metaclass has."""
    (dst, name, site), base = data
    if s.kinds[value] == CLASS:
        found = classes.find(s, value, name)
        if isinstance(found, classes.Own):
            s.watch(found.var, bind, (dst, base, value, site, name))
        elif found is None:
            s.later(missing_in_class, (data[0], base), value)


def missing_in_class(s: State, data: tuple[Read, Value], metaclass: Value) -> None:
    """The `__getattr__` of a metaclass is asked for what a class does not have; asked when nothing else is going on."""
    (dst, name, site), base = data
    getter = classes.find(s, metaclass, "__getattr__")
    if isinstance(getter, classes.Own) and not (name.startswith("__") and name.endswith("__")):
        ask(s, getter, name, base, metaclass, dst, site)


def bind_class(s: State, data: tuple[Var, Value, str, Site], value: Value) -> None:
    """A class attribute read through the class."""
    dst, cls, name, site = data
    kind = s.kinds[value]
    if kind in (INST, XINST) and s.frameworks.bound(s, Read(dst, name, site), cls, cls, value):
        return
    if kind == CLASSM:
        s.add(dst, s.bound_method(s.rows[value].callable, cls))
    elif kind == STATIC:
        s.add(dst, s.rows[value].callable)
    elif name in ("__new__", "__init_subclass__", "__class_getitem__") and kind == FUNC:
        s.add(dst, value if name == "__new__" else s.bound_method(value, cls))
    elif kind not in (FUNC, CTXFUNC, PROPERTY, CLASS) and classes.is_enum(s, cls):
        member = s.of(INST, cls, 0)
        s.add(s.field(member, "value"), value)
        s.add(dst, member)
    elif value in s.declared and records.hides(s, value):
        s.flow(s.field(value, "#default"), dst)
    elif kind == INST:
        bind(s, (dst, s.of(NONE), cls, site, name), value)
    else:
        s.add(dst, value)


def read_super(s: State, data: Read, base: Value) -> None:
    """super().name"""
    dst, name, site = data
    after, instance = s.rows[base].after, s.rows[base].receiver
    start = s.rows[instance].cls if s.kinds[instance] == INST else instance
    if not s.is_class(start):
        return
    is_meta = start == instance and after not in classes.order(s, start)
    if is_meta:  # a method of a metaclass: its bases are asked, and what they have is bound to the class
        start = after
    found = classes.find(s, start, name, after)
    classes.depends(s, start, read, data, base, name, after)
    if found is None:
        bases = classes.outside_bases(s, start)
        unknown = [e for e in bases if s.kinds[e] == XRES or not s.stubs.mro(s.rows[e].dotted)]
        owner = s.rows[unknown[0]].dotted if unknown and name != "__new__" else "builtins.object"
        s.add(dst, s.of(XMETHOD, f"{owner}.{name}", instance))
    elif isinstance(found, classes.Own):
        if s.kinds[instance] == INST or is_meta:
            s.watch(found.var, bind, (dst, instance, start, site, name))
        else:
            s.watch(found.var, bind_class_super, (dst, instance, name, site))
    else:
        read_outside_member(s, data, instance, found.base)


def bind_class_super(s: State, data: tuple[Var, Value, str, Site], value: Value) -> None:
    """super() in a classmethod or a metaclass: what is found there is bound to the class."""
    dst, cls, name, _ = data
    bind_class(s, data, value)
    if s.kinds[value] == FUNC and name not in ("__new__", "__init_subclass__", "__class_getitem__"):
        s.add(dst, s.bound_method(value, cls))


# functions


def read_function(s: State, data: Read, base: Value) -> None:
    """Attributes of functions and methods."""
    dst, name, _ = data
    row = s.rows[base]
    if name == "__module__" and row.kind == FUNC:
        s.add(dst, s.of(STR, s.modules[row.function]))
    elif name == "__name__" and row.kind == FUNC and stands_in_body(s, row.function, row.env):
        s.add(dst, name_of(s, base))
    elif name in ("__name__", "__qualname__", "__doc__", "__module__"):
        s.add(dst, s.instance("builtins.str"))
    elif name == "__self__" and row.kind == BOUND:
        s.add(dst, row.receiver)
    elif name == "__func__" and row.kind in (BOUND, CLASSM, STATIC):
        s.add(dst, row.callable)
    elif name == "__call__":
        s.add(dst, base)
    elif name == "func" and row.kind == PARTIAL:
        s.flow(s.field(base, "func"), dst)
    elif name == "__get__":
        s.add(dst, s.of(XMETHOD, "builtins.function.__get__", base))
    elif row.kind in (BOUND, CLASSM, STATIC, CTXFUNC):
        read_function(s, data, row.callable) if s.kinds[row.callable] == FUNC else None
        s.flow(s.field(base, name), dst)
    else:
        s.flow(s.field(base, name), dst)
        faces = s.tables[Decorated].faces.get(base, ())
        # where it is known what a decorator made, its attributes are no other's: main.add_command of a group
        made = [face for face in faces if s.kinds[face] == XINST] or faces
        for face in made:
            s.add(dst, unknown_element(s, face, "." + name))


# writing


def write(s: State, data: Write, base: Value) -> None:
    """One value of the object whose attribute is written."""
    name, source, site = data
    kind = s.kinds[base]
    if kind == INST:
        setter = classes.find(s, s.rows[base].cls, "__setattr__")
        if isinstance(setter, classes.Own):
            text = s.variable()
            s.add(text, s.of(STR, name))
            call = Call(site, NOWHERE, ((text, False), (source, False)), (), "property")
            s.watch(setter.var, bind_and_call, (base, s.rows[base].cls, call))
        store(s, data, base)
    elif kind == CLASS:
        s.flow(source, classes.declare(s, base, name))
    elif kind == MODULE or kind in (FUNC, BOUND, PARTIAL):
        s.flow(source, s.field(base, name))
    elif kind == EXT:
        s.flow(source, s.field(base, name))
        if is_object_outside(s, s.rows[base].dotted):
            stored_attributes.stored(s, base, name, source)
        if f"{s.rows[base].dotted}.{name}" in HOOKS:
            s.watch(source, on_hook, site)
    elif kind in (XINST, XRES):
        hold(s, base, source)
        stored_attributes.stored(s, base, name, source)
        if base in s.tables[Proxies].made_of:
            s.watch(proxies.real(s, base, site), write, data)
    elif kind == UNKNOWN:
        stored_attributes.stored_anywhere(s, name, source)
    elif kind == XMETHOD:
        hold(s, s.rows[base].receiver, source)
        if s.kinds[s.rows[base].receiver] in (XINST, XRES):
            stored_attributes.stored(s, base, name, source)


def store(s: State, data: Write, base: Value) -> None:
    """An attribute of an object is stored, whatever `__setattr__` its class has: what `object.__setattr__` does."""
    name, source, site = data
    found = classes.find(s, s.rows[base].cls, name)
    if isinstance(found, classes.Own):
        s.watch(found.var, write_descriptor, (base, name, source, site))
    s.flow(source, s.field(base, name))
    if s.rows[base].context:
        s.assigned.add((base, name))


HOOKS = frozenset((
    "sys.excepthook", "sys.displayhook", "sys.unraisablehook", "sys.breakpointhook", "threading.excepthook",
    "warnings.showwarning", "warnings.formatwarning",
))  # fmt: skip
"""Attributes of modules that Python itself calls: taken to be called where they are set."""


def on_hook(s: State, site: Site, value: Value) -> None:
    """What stands in such an attribute."""
    if s.kinds[value] in CALLABLES or s.kinds[value] == INST:
        s.apply(s, Call(site, NOWHERE, (), (), "callback", Evidence.LIKELY), value)


def delete(s: State, data: tuple[str, Site], base: Value) -> None:
    """del x.name: a property's deleter."""
    name, site = data
    if s.kinds[base] == INST:
        cls = s.rows[base].cls
        found = classes.find(s, cls, name)
        if isinstance(found, classes.Own):
            s.watch(found.var, on_delete, (base, site))
        deleter = classes.find(s, cls, "__delattr__")
        if isinstance(deleter, classes.Own):
            text = s.variable()
            s.add(text, s.of(STR, name))
            s.watch(deleter.var, bind_and_call, (base, cls, Call(site, NOWHERE, ((text, False),), (), "property")))


@sees(PROPERTY)
def on_delete(s: State, data: tuple[Value, Site], value: Value) -> None:
    """The deleter of one property."""
    base, site = data
    if s.kinds[value] == PROPERTY:
        s.watch(s.field(value, "fdel"), apply_with, (Call(site, NOWHERE, (), (), "property"), base))


@sees(PROPERTY, INST, XINST, XRES)
def write_descriptor(s: State, data: tuple[Value, str, Var, Site], value: Value) -> None:
    """An attribute whose class has a property or another data descriptor for it."""
    base, name, source, site = data
    kind = s.kinds[value]
    if kind == PROPERTY:
        s.watch(s.field(value, "fset"), apply_with, (Call(site, NOWHERE, ((source, False),), (), "property"), base))
    elif kind == INST:
        found = classes.find(s, s.rows[value].cls, "__set__")
        if isinstance(found, classes.Own):
            instance = s.variable()
            s.add(instance, base)
            call = Call(site, NOWHERE, ((instance, False), (source, False)), (), "property")
            s.watch(found.var, bind_and_call, (value, s.rows[value].cls, call))
            return
    if kind in (INST, XINST, XRES):
        descriptors.used(s, "write", value, name, base, site)
