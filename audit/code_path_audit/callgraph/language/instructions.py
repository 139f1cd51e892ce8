"""The body of an activation: each instruction of the facts becomes what it means for the variables."""

from __future__ import annotations

from collections.abc import Callable

from code_path_audit.callgraph.functions.arguments import star_box
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.language import (
    attributes,
    context_managers,
    definitions,
    displays,
    iteration,
    names,
    operators,
    subscripts,
)
from code_path_audit.callgraph.language.calls import apply
from code_path_audit.callgraph.language.construction import construct
from code_path_audit.callgraph.language.narrowing import (
    Declarations,
    narrow,
    narrow_callable,
    narrow_class,
    narrow_coroutine,
    narrow_member,
    narrow_text,
    narrow_unknown_member,
)
from code_path_audit.callgraph.language.special_methods import special
from code_path_audit.callgraph.library.formatting import show
from code_path_audit.callgraph.solver.abstract_values import BOX, CALLABLES, CLASS, EXT, INST, NONE, STR, UNKNOWN, XINST
from code_path_audit.callgraph.solver.ids import NOWHERE, Activation, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Read, State, Write
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.opcodes import Row
from code_path_audit.sources.layout import TEMPLATE_MARK


def begin(s: State, aid: Activation) -> None:
    """Read the body of an activation."""
    facts = s.facts[s.a_function[aid]]
    base = s.a_base[aid]
    for index, param in enumerate(facts.params):
        if param.kind in ("star", "starstar"):
            box = star_box(s, aid, param.kind)
            containers.all_field(s, box)
            s.add(base + index, box)
    returns = False
    for row in s.code(aid):
        returns = returns or row[0] == op.RETURN
        HANDLERS[row[0]](s, aid, base, row)
    if not returns:
        s.add(s.a_return[aid], s.of(NONE))


# calls and exceptions


def call(s: State, aid: Activation, base: Var, row: Row) -> None:
    """A call."""
    made = call_of(s, aid, row)
    s.callees[made.site] = base + row[2]
    s.watch(base + row[2], apply, made)
    if made.kind == "decorator" and len(made.pos) == 1:
        s.when_empty(made.dst, on_nothing_decorated, made)


def on_nothing_decorated(s: State, call: Call) -> None:
    """Nothing is known of a decorator: what it decorates can still be called."""
    if all(s.kinds[value] == UNKNOWN for value in s.pts[s.callees[call.site]] or ()):
        s.watch(call.pos[0][0], on_undecorated, call.dst)


def on_undecorated(s: State, dst: Var, value: Value) -> None:
    """One function or class."""
    if s.kinds[value] in CALLABLES:
        s.add(dst, value)


def call_of(s: State, aid: Activation, row: Row) -> Call:
    """The call that an instruction makes in an activation."""
    _, reg, _, positional, keywords, site = row
    base = s.a_base[aid]
    pos = tuple((base + ~r, True) if r < 0 else (base + r, False) for r in positional)
    kw = tuple((name, base + r) for name, r in keywords)
    kind = s.facts[s.a_function[aid]].sites[site].kind
    return Call(Site(aid, site), base + reg, pos, kw, kind)


def raise_(s: State, aid: Activation, base: Var, row: Row) -> None:
    """raise C makes an instance."""
    s.watch(base + row[1], on_raise, Site(aid, row[2]))


@sees(CLASS)
def on_raise(s: State, site: Site, value: Value) -> None:
    """A class that is raised."""
    if s.kinds[value] == CLASS:
        construct(s, Call(site, s.variable(), (), (), "construct"), value)


def catch(s: State, aid: Activation, base: Var, row: Row) -> None:
    """except C as e"""
    s.watch(base + row[2], on_catch, base + row[1])


@sees(CLASS, EXT, BOX)
def on_catch(s: State, dst: Var, value: Value) -> None:
    """An instance of the class that is caught, or of a class below it."""
    kind = s.kinds[value]
    if kind == CLASS:
        s.add(dst, s.of(INST, value, 0))
        s.tables[Declarations].of_class.append((dst, value))
    elif kind == EXT:
        s.add(dst, s.instance(s.rows[value].dotted))
    elif kind == BOX:
        s.watch(containers.all_field(s, value), on_catch, dst)


# what is known of a value


def typed(s: State, aid: Activation, base: Var, row: Row) -> None:
    """What an annotation says counts where the value is not known."""
    _, reg, source, stated = row
    if source >= 0:
        s.flow(base + source, base + reg)
    s.tables[Declarations].annotated.append((base + reg, stated, aid))


def narrowed(s: State, aid: Activation, base: Var, row: Row) -> None:
    """isinstance, callable, iscoroutinefunction, startswith"""
    _, reg, source, polarity, against = row
    if polarity in ("starts", "upper"):
        s.watch(base + source, narrow_text, (base + reg, base + against if against >= 0 else None))
    elif polarity == "in":
        s.watch(base + source, narrow_member, (base + reg, base + against))
        s.when_empty(base + source, narrow_unknown_member, (base + reg, base + against))
    elif polarity == "class":
        s.watch(base + source, narrow_class, (base + reg, base + against if against >= 0 else None))
    elif polarity in ("async", "plain"):
        s.watch(base + source, narrow_coroutine, (base + reg, polarity))
    elif against < 0:
        s.watch(base + source, narrow_callable, (base + reg, polarity))
    else:
        s.watch_all(base + source, narrow, (base + reg, polarity, base + against, base + source))


def match_attribute(s: State, aid: Activation, base: Var, row: Row) -> None:
    """case C(x): the attribute that C.__match_args__ names for a place."""
    _, reg, subject, index, cls = row
    s.watch(base + cls, on_match_class, (base + reg, base + subject, index, aid))


@sees(EXT, CLASS)
def on_match_class(s: State, data: tuple[Var, Var, int, Activation], value: Value) -> None:
    """One class of a pattern."""
    dst, subject, index, aid = data
    if s.kinds[value] == EXT:
        s.flow(subject, dst)
    if s.kinds[value] != CLASS:
        return
    names = classes.fields_of(s, value)[0]
    found = classes.find(s, value, "__match_args__")
    if isinstance(found, classes.Own):
        for box in s.holds(found.var):
            if s.kinds[box] == BOX:
                texts = s.holds(containers.key_field(s, box, f"=i:{index}"))
                for text in texts:
                    if s.kinds[text] == STR:
                        s.watch(subject, attributes.read, Read(dst, s.rows[text].text, Site(aid, -1)))
        return
    if index < len(names):
        s.watch(subject, attributes.read, Read(dst, names[index], Site(aid, -1)))


# operators and generators


def binary(s: State, aid: Activation, base: Var, row: Row) -> None:
    """left + right"""
    _, reg, name, left, right, site = row
    s.watch(base + left, operators.binary, (base + reg, name, base + right, Site(aid, site)))
    s.watch(base + right, operators.reflected, (base + reg, name, base + left, Site(aid, site)))


def compare(s: State, aid: Activation, base: Var, row: Row) -> None:
    """left < right"""
    _, reg, name, left, right, site = row
    s.watch(base + left, operators.compare, (base + reg, name, base + right, Site(aid, site)))
    if name != "contains":
        s.watch(base + right, operators.reflected, (base + reg, name, base + left, Site(aid, site)))


def formatted(s: State, aid: Activation, base: Var, row: Row) -> None:
    """f"{value}"; what a template shows, a framework may render."""
    site = Site(aid, row[3])
    show(s, base + row[2], row[1], site)
    if TEMPLATE_MARK in s.modules[s.a_function[aid]]:
        s.watch(base + row[2], on_rendered, site)


@sees(INST, XINST)
def on_rendered(s: State, site: Site, value: Value) -> None:
    """One value that a template shows."""
    s.frameworks.special(s, value, "__str__", Call(site, NOWHERE, (), (), "operator"))


def on_unary(s: State, data: tuple[str, Call], value: Value) -> None:
    """-x, ~x"""
    if not special(s, value, data[0], data[1]) and s.kinds[value] not in (INST, CLASS):
        s.add(data[1].dst, value)


def yield_(s: State, aid: Activation, base: Var, row: Row) -> None:
    """yield"""
    s.flow(base + row[2], s.a_yield[aid])
    s.flow(s.a_send[aid], base + row[1])


def yield_from(s: State, aid: Activation, base: Var, row: Row) -> None:
    """yield from"""
    s.watch(base + row[2], iteration.on_delegate, (base + row[1], Site(aid, row[3]), s.a_yield[aid]))


def unpack(s: State, aid: Activation, base: Var, row: Row) -> None:
    """a, *b = value"""
    _, reg, targets, star, site = row
    s.watch(base + reg, containers.unpack, (tuple(base + target for target in targets), star, Site(aid, site)))


# the table

Handler = Callable[[State, Activation, Var, Row], None]

HANDLERS: dict[int, Handler] = {
    op.STR: displays.string, op.INT: displays.integer, op.PRIM: displays.primitive, op.FUNC: definitions.function,
    op.CLASS: definitions.class_,
    op.COPY: lambda s, a, b, r: s.flow(b + r[2], b + r[1]),
    op.GLOBAL: names.global_, op.FREE: names.free, op.STORE_GLOBAL: names.store_global,
    op.STORE_FREE: names.store_free, op.STORE_NAME: definitions.store_name,
    op.ATTR: lambda s, a, b, r: s.watch(b + r[2], attributes.read, Read(b + r[1], r[3], Site(a, r[4]))),
    op.STORE_ATTR: lambda s, a, b, r: s.watch(b + r[1], attributes.write, Write(r[2], b + r[3], Site(a, r[4]))),
    op.ITEM: lambda s, a, b, r: s.watch(b + r[2], subscripts.item, (b + r[1], b + r[3], Site(a, r[4]))),
    op.STORE_ITEM: lambda s, a, b, r: s.watch(b + r[1], subscripts.store_item, (b + r[2], b + r[3], Site(a, r[4]))),
    op.DEL_ITEM: lambda s, a, b, r: s.watch(b + r[1], subscripts.delete_item, (b + r[2], Site(a, r[3]))),
    op.CALL: call, op.BINARY: binary, op.COMPARE: compare,
    op.UNARY: lambda s, a, b, r: s.watch(
        b + r[3], on_unary, (f"__{r[2]}__", Call(Site(a, r[4]), b + r[1], (), (), "operator"))
    ),
    op.FORMAT: formatted,
    op.TRUTH: lambda s, a, b, r: s.watch(b + r[1], operators.truth, Site(a, r[2])),
    op.ITER: lambda s, a, b, r: containers.iterate(s, b + r[2], b + r[1], Site(a, r[4]), r[3]),
    op.UNPACK: unpack,
    op.ENTER: lambda s, a, b, r: s.watch(b + r[2], context_managers.enter, (b + r[1], Site(a, r[4]), r[3])),
    op.AWAIT: lambda s, a, b, r: iteration.wait(s, b + r[2], b + r[1], Site(a, r[3])),
    op.YIELD: yield_, op.YIELD_FROM: yield_from,
    op.RETURN: lambda s, a, b, r: s.flow(b + r[1], s.a_return[a]),
    op.RAISE: raise_, op.CATCH: catch, op.LIST: displays.sequence("list"), op.TUPLE: displays.sequence("tuple"),
    op.SET: displays.sequence("set"), op.DICT: displays.dictionary, op.COMPREHENSION: displays.comprehension,
    op.JOINED: displays.joined,
    op.SLICE: displays.slice_, op.IMPORT: names.import_, op.IMPORT_FROM: names.import_from,
    op.IMPORT_STAR: names.import_star, op.NARROW: narrowed, op.TYPED: typed, op.MATCH_ATTR: match_attribute,
    op.MAIN: lambda s, a, b, r: None,
    op.ONLY: lambda s, a, b, r: None,
    op.LEAVE: lambda s, a, b, r: None,
    op.DELETE_ATTR: lambda s, a, b, r: s.watch(b + r[1], attributes.delete, (r[2], Site(a, r[3]))),
}  # fmt: skip
