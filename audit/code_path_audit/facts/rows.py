"""The small values that facts are made of: types, parameters, loops, arguments, call sites, statements, mutations."""

from __future__ import annotations

from typing import Any, NamedTuple

Reg = int
"""A register: one value of one function, numbered from 0. A local variable has one for each of its versions."""

Type = tuple[Any, ...]
"""A type expression, as in an annotation: ("name", n), ("attr", type, n), ("sub", type, (type, ...)),
("or", (type, ...)), ("none",), ("const", value), ("list", (type, ...)) for the parameters in Callable[[...], r], or
("unknown",)."""


class Param(NamedTuple):
    """One parameter; `kind` is one of "pos", "normal", "star", "kwonly", "starstar"."""

    name: str
    kind: str
    default: bool
    annotation: Type | None


class Loop(NamedTuple):
    """A loop of a function: a for, a while, or one generator of a comprehension.

    `parent` is the index of the loop around it, -1 at the top. `over` is the register of what is iterated (-1 for a
    while); `range_args` holds the registers of range()'s arguments where it iterates a range, else None. `name` is one
    of what it iterates, as the source says it ("line" for `order.lines`). `first` says that it is left at the first
    success: a retry, a search. `once` says that its first round is its last, whatever happens in it.
    """

    parent: int
    kind: str
    over: Reg
    range_args: tuple[Reg, ...] | None
    name: str
    first: bool
    once: bool


ALWAYS, SOMETIMES, RARELY = 0, 1, 2
"""The condition of an arm: on every normal way through what is around it; behind a branch; in an exception handler, on
the way to a raise, behind a debug guard."""

CONDITIONS = ("always", "sometimes", "rarely")
"""The same in words, the strongest first."""

CAPTURED = -2
"""`Arm.holder` of what is kept in a variable of a function around: this, less the number of that function."""

KEPT = -1
"""`Arm.left` of one that runs once in a whole action: it makes what is not there, and keeps it."""


TRUTHY, FALSY, NOTHING = 1, 2, 4
EVERY = TRUTHY | FALSY | NOTHING
"""What a value is to a condition; None is `NOTHING`, and any value one of `EVERY`."""

ONE_OF, NONE_OF = "=", "!"
"""What `Arm.among` begins with."""


class Want(NamedTuple):
    """The values that lead into an arm, as `Arm` has them."""

    wants: int = EVERY
    among: str = ""
    attr: str = ""


ANYTHING = Want()


class Asked(NamedTuple):
    """A parameter by its number, or the register of a variable that is asked for, or of which an attribute is; -1 for
    none; and the values with which a condition may be true, and false."""

    param: int
    true: Want = ANYTHING
    false: Want = ANYTHING


NO_PARAMETER = Asked(-1)


class Told(NamedTuple):
    """What a call says of a variable: how its values are told apart where that is true and where it is false ("": not),
    and the register that they are held against. `version` is the register that the variable had."""

    name: str
    version: Reg
    true: str
    false: str
    against: Reg


class Arm(NamedTuple):
    """A part of a function that need not run: a branch, what follows one that leaves, an operand of `and`.

    `parent` is the arm around it, -1 for none: a parent comes first. Of the arms with one `choice` at most one is
    taken. `loop` is the innermost loop around the arm; it runs once for so many of the loops around as `left` says,
    because it leaves them, or because it makes what they ask for and is not there; in a whole action where that is
    `KEPT`. Where `per` is not "", it does so once for each distinct value of that name, which is in the register `key`
    (-1: unknown). `holder` is the register of the parameter in an attribute of which it is kept, -1 for none: each
    object keeps its own; `CAPTURED` and less, where a variable of a function around keeps it, which makes a new one
    each time that it runs. `target` is the last name of where it is kept ("rows" for `self.rows`), "" where nothing is.
    `given` is the parameter that alone is asked for, -1 for none, and `wants` the values of it that lead in: some of
    `TRUTHY`, `FALSY`, `NOTHING`. Where `among` is not "", they are one of the constants that it has, a line each
    (`ONE_OF`), or none of them (`NONE_OF`); `constants.py` says how a constant is written. Where `attr` is not "", this
    attribute of it is asked for alone, and `given` may be the register of any variable; so may it where a variable is
    asked that is True or False, or whether it is None, which stays as it is. `asks` is what `left` is
    where something that is called in the arm stores at the target, 0 where nothing is asked for there. `flag`: the
    target is true where there is something to make; without a target, that it is taken in one round of a loop that goes
    on.
    """

    parent: int
    choice: int
    condition: int
    loop: int
    left: int
    key: Reg
    per: str
    holder: Reg
    target: str
    given: Reg = -1
    wants: int = EVERY
    among: str = ""
    attr: str = ""
    asks: int = 0
    flag: bool = False


class Reset(NamedTuple):
    """A place that takes away what may be kept: x.rows = None, del x.rows, x.rows.clear(), load.cache_clear().

    `target` is what it is kept in, as written ("x.rows", "load"); `own` says that this is a variable of the function.
    `site` is the number of call sites before it, `loop` and `arm` are the innermost around it. `flag`: it only takes
    away where a flag is asked whether there is something to make, since it may be true then: x.changed = True.
    """

    target: str
    own: bool
    site: int
    loop: int
    arm: int
    flag: bool = False


class Argument(NamedTuple):
    """The shape of one argument of a call: `keyword` is None for a positional one, "*" and "**" for unpacked ones.

    `shape` is "literal", "container", "name", "attribute", "call", "lambda" or "other"; `text` is its source, at most
    60 characters, with names as written.
    """

    keyword: str | None
    shape: str
    text: str
    reg: Reg


class CallSite(NamedTuple):
    """One place where something is called, also implicitly. Its index in `FunctionFacts.sites` names it.

    `kind` is one of the edge kinds of the design (call, property, context, iterate, operator, decorator, import);
    `text` is what is called, as written ("self.store.load"), at most 80 characters. `loop` is the index of the
    innermost loop around it, -1 outside of loops; `conditional` says that it need not run every time the function, or
    the body of its innermost loop, does. `awaited` says that the call stands directly below an `await`. `arm` is the
    index of the innermost arm around it, -1 for none.
    """

    kind: str
    text: str
    arguments: tuple[Argument, ...]
    loop: int
    conditional: bool
    awaited: bool
    arm: int


class Statement(NamedTuple):
    """One simple statement that holds a call site: what the pipelining analysis reasons over.

    `block` numbers the statement lists of the function (0 is its body); `index` is the place in the block. `reads` and
    `writes` are names and dotted attribute paths ("self.rows"); `first`..`last` are the call sites in it (last
    excluded).
    """

    block: int
    index: int  # type: ignore[assignment]  # a row is never asked for tuple.index
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    first: int
    last: int


class Mutation(NamedTuple):
    """A place where state changes, as the syntax shows it; `kind` is attr_write, container_mutate or global_write.

    (file_write and ipc_emit follow from what is called: see `costs`.) `site` is the call site of a mutating method such
    as `append`, else -1; `reg` is the register of the object that changes, -1 for a global.
    """

    kind: str
    target: str
    loop: int
    site: int
    reg: Reg


class Positions(NamedTuple):
    """Where things are in the file: one row for each site, mutation, loop and statement.

    Lines count from 1, columns from 0 and in UTF-8 bytes.
    """

    sites: tuple[tuple[int, int, int, int], ...]
    mutations: tuple[int, ...]
    loops: tuple[int, ...]
    statements: tuple[int, ...]


class Body(NamedTuple):
    """What is read of a function only when it is asked for; `FunctionFacts` says what each field is."""

    is_generator: bool
    params: tuple[Param, ...]
    returns: Type | None
    registers: int
    code: tuple[tuple[Any, ...], ...]
    key_params: tuple[int, ...]
    sites: tuple[CallSite, ...]
    loops: tuple[Loop, ...]
    arms: tuple[Arm, ...]
    statements: tuple[Statement, ...]
    mutations: tuple[Mutation, ...]
    resets: tuple[Reset, ...]
    globals_written: tuple[str, ...]
    positions: Positions


class Header(NamedTuple):
    """What linking, imports and the gate ask of a whole module, so that they need no body.

    `names` is the name of each function within its module, made unique with `#2`, `#3` ...; "" for the module body.
    `imports` are the dotted names that import statements may load, `bound` the globals that are bound, `stars` the
    modules that are star-imported at the top; all sorted. Of functions whose body may be read late, imports in code
    that never runs count too.
    """

    names: tuple[str, ...]
    imports: tuple[str, ...]
    bound: tuple[str, ...]
    stars: tuple[str, ...]


MAX_STRING = 200
"""Characters; longer strings name no module and no file."""
