"""Operators, comparisons and conditions."""

from __future__ import annotations

from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.language import constant_arithmetic
from code_path_audit.callgraph.language.special_methods import has_special, inherited_call, special
from code_path_audit.callgraph.library.formatting import show
from code_path_audit.callgraph.library.stub_values import PATH_LIMIT, add_type, type_of_value
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, EXT, GEN, INST, INT, STR, XINST, XRES
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Iteration, State

REFLECTED = {
    "add": "radd", "sub": "rsub", "mul": "rmul", "matmul": "rmatmul", "truediv": "rtruediv", "mod": "rmod",
    "pow": "rpow", "lshift": "rlshift", "rshift": "rrshift", "or": "ror", "xor": "rxor", "and": "rand",
    "floordiv": "rfloordiv", "lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne",
}  # fmt: skip


def binary(s: State, data: tuple[Var, str, Var, Site], value: Value) -> None:
    """The left operand of a binary operator, one value of it."""
    dst, name, right, site = data
    kind = s.kinds[value]
    if kind == INST:
        plain = name[1:] if name.startswith("i") and name[1:] in REFLECTED and name not in REFLECTED else name
        call = Call(site, dst, ((right, False),), (), "operator")
        if (
            special(s, value, f"__{name}__", call)
            or (plain != name and special(s, value, f"__{plain}__", call))
            or in_place(s, data, value)
        ):
            return
        if not name.startswith("i"):
            inherited_call(s, value, f"__{name}__", call)
    elif kind == BOX:
        s.add(dst, value)
        if name in ("add", "iadd", "or", "ior"):
            s.watch(right, on_concatenate, value)
            if name == "iadd":
                s.watch(right, on_extended, (value, site))
        elif name in ("mul", "imul"):
            containers.mix(s, value)
            s.open_boxes.add(value)
    elif kind in (XINST, STR, INT):
        operator(s, data, value)
    elif kind in (XRES, EXT):
        s.add(dst, s.of(XRES, f"{s.rows[value].dotted}"[:120], 0))
    elif kind == CLASS:
        s.add(dst, value)
        s.flow(right, dst)
        special(s, value, f"__{name}__", Call(site, dst, ((right, False),), (), "operator"))


def in_place(s: State, data: tuple[Var, str, Var, Site], value: Value) -> bool:
    """files += [...]: an object that is a container by its base class holds more, and stays what it is."""
    dst, name, right, site = data
    box = classes.box_of(s, value) if name in CHANGING else None
    if box is None:
        return False
    s.add(dst, value)
    binary(s, (s.variable(), name, right, site), box)
    return True


CHANGING = frozenset(("iadd", "ior", "iand", "isub", "ixor", "imul"))
"""Operators by which a list, a set or a dict changes itself."""


@sees(BOX)
def on_concatenate(s: State, box: Value, value: Value) -> None:
    """list + list, dict | dict: the left one is taken to hold both.

    Assumes that aliasing the sum with its left operand adds few false values.
    """
    if s.kinds[value] == BOX and value != box:
        if s.rows[box].box_kind == "dict" and s.rows[value].box_kind == "dict":
            containers.merge(s, box, value)
        else:
            s.flow(containers.all_field(s, value), s.field(box, "?"))
            containers.all_field(s, box)
            s.open_boxes.add(box)


@sees(GEN, INST, XINST)
def on_extended(s: State, data: tuple[Value, Site], value: Value) -> None:
    """items += value: a list has the elements of anything that can be iterated."""
    box, site = data
    containers.on_update(s, (box, "list", site), value)


@sees(INST)
def reflected(s: State, data: tuple[Var, str, Var, Site], value: Value) -> None:
    """The right operand: the reflected method is called where the left one has none."""
    name, left = data[1], data[2]
    if name in REFLECTED and s.kinds[value] == INST:
        s.watch(left, on_left, (data, value))
        s.when_empty(left, on_no_left, (data, value))


def on_left(s: State, data: tuple[tuple[Var, str, Var, Site], Value], left: Value) -> None:
    """One value on the left: an object that has the operator itself answers, if both are of one class."""
    (_, name, _, _), value = data
    if s.kinds[left] == INST and (
        name in ("eq", "ne") or (s.rows[left].cls == s.rows[value].cls and has_special(s, left, f"__{name}__"))
    ):
        return
    on_no_left(s, data)


def on_no_left(s: State, data: tuple[tuple[Var, str, Var, Site], Value]) -> None:
    """What is on the left does not have the operator."""
    (dst, name, left, site), value = data
    special(s, value, f"__{REFLECTED[name]}__", Call(site, dst, ((left, False),), (), "operator"))


@sees(INST, CLASS, BOX, GEN, XINST)
def compare(s: State, data: tuple[Var, str, Var, Site], value: Value) -> None:
    """A comparison, one value of its left operand (of the container, for `in`)."""
    dst, name, right, site = data
    if s.kinds[value] == BOX and name == "contains":
        in_container(s, value, right, site)
    elif s.kinds[value] == GEN and name == "contains":
        among(s, Iteration(s.variable(), site, False), value, right)
    if s.kinds[value] not in (INST, CLASS, XINST):
        return
    call = Call(site, dst, ((right, False),), (), "operator")
    if special(s, value, f"__{name}__", call) or s.kinds[value] == XINST:
        return
    if name == "contains":
        if s.kinds[value] == INST:
            inherited_call(s, value, "__contains__", call)
            among(s, Iteration(s.variable(), site, False), value, right)
    elif name == "ne":
        special(s, value, "__eq__", call)


def compared(s: State, item: Var, name: str, site: Site, other: Var = NOWHERE) -> None:
    """The values of a variable are compared with one another, or with those of another: sorted, max, heapq."""
    s.watch(item, on_compared, (name, other or item, site))


@sees(INST, CLASS)
def on_compared(s: State, data: tuple[str, Var, Site], value: Value) -> None:
    """One of them."""
    name, other, site = data
    call = Call(site, NOWHERE, ((other, False),), (), "operator")
    if not special(s, value, f"__{name}__", call):
        special(s, value, f"__{REFLECTED[name]}__", call)


def among(s: State, walk: Iteration, value: Value, item: Var) -> None:
    """item in a generator, or in an object that has no __contains__: each element is compared with it."""
    s.on_iterate(s, walk, value)
    s.watch(walk.target, on_sought, ("__eq__", Call(walk.site, NOWHERE, ((item, False),), (), "operator")))
    s.watch(item, on_sought, ("__eq__", Call(walk.site, NOWHERE, ((walk.target, False),), (), "operator")))


def in_container(s: State, box: Value, item: Var, site: Site) -> None:
    """item in box: elements are compared, of a set or a dict after the item was hashed."""
    if s.rows[box].box_kind in ("set", "dict"):
        s.watch(item, on_sought, ("__hash__", Call(site, NOWHERE, (), (), "operator")))
        return
    held = containers.all_field(s, box)
    s.watch(item, on_sought, ("__eq__", Call(site, NOWHERE, ((held, False),), (), "operator")))
    s.watch(held, on_sought, ("__eq__", Call(site, NOWHERE, ((item, False),), (), "operator")))


@sees(INST)
def on_sought(s: State, data: tuple[str, Call], value: Value) -> None:
    """One value that is looked for, or compared with it."""
    if s.kinds[value] == INST:
        special(s, value, data[0], data[1])


# operands from outside


def operator(s: State, data: tuple[Var, str, Var, Site], value: Value) -> None:
    """A binary operator whose left operand is from outside: `path / "x"`."""
    dst, name, right, site = data
    kind = s.kinds[value]
    dotted = {STR: "builtins.str", INT: "builtins.int"}.get(kind) or s.rows[value].dotted
    if kind in (STR, INT):
        if name in ("add", "iadd") and kind == STR:
            s.watch(right, on_concatenated, (value, dst))
        elif kind == INT and name in constant_arithmetic.OPERATORS:
            constant_arithmetic.compute(s, data, value)
        elif name == "mod" and kind == STR and s.rows[value].text.partition("%")[0]:
            s.add(dst, s.of(XINST, dotted, ((s.of(STR, s.rows[value].text.partition("%")[0]),),), 0))
        else:
            s.add(dst, s.instance(dotted))
        if name == "mod" and kind == STR:
            show(s, right, "__str__", site, -1)
        return
    plain = name[1:] if name.startswith("i") and name not in ("invert",) else name
    found = s.stubs.member(dotted, f"__{plain}__")
    if found is None:
        s.add(dst, value)
        return
    add_type(s, s.stubs.returns(found[1], type_of_value(s, value)), dst, f"{dotted}.__{plain}__()")


def on_concatenated(s: State, data: tuple[Value, Var], value: Value) -> None:
    """ "a" + "b"; a constant in front of something else is kept as a prefix."""
    left, dst = data
    if s.kinds[value] == STR and len(s.rows[left].text) + len(s.rows[value].text) <= PATH_LIMIT:
        s.add(dst, s.of(STR, s.rows[left].text + s.rows[value].text))
    else:
        s.add(dst, s.of(XINST, "builtins.str", ((left,),), 0))


# conditions and texts


@sees(INST, XINST)
def truth(s: State, site: Site, value: Value) -> None:
    """A value as a condition."""
    if s.kinds[value] in (INST, XINST):
        call = Call(site, NOWHERE, (), (), "operator")
        if not special(s, value, "__bool__", call):
            special(s, value, "__len__", call)
