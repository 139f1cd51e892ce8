"""Abstract values: what a variable may hold. Each is interned as a small number; its row says what it is.

(FUNC, function, env)            a function of the source; env is the activation that made it
(CLASS, function, env)           a class of the source, by the function that is its body
(INST, class, context)           an instance of a class of the source
(BOUND, callable, self, evidence) a bound method; evidence: whether it is one for sure (`model.Evidence`)
(MODULE, name)                   a module of the source
(EXT, dotted)                    something outside the source, by name: a module, class or function
(XINST, dotted, args, key)       an instance of a class outside; args: its type arguments, tuples of values;
                                 key: 0, or where it was made, if it may hold callables
(XMETHOD, dotted, self)          a method of a class outside, bound
(XRES, path, key)                what an unknown external returned: "requests.get()"
(BOX, kind, key)                 a container made in the source: list, tuple, set, dict
(BMETHOD, name, box)             a method of one
(STR, text) (INT, number)        constants; (STR, text, "__name__") is what a module says of itself
(GEN, activation) (CORO, activation) (CTX, activation)    generator, coroutine, @contextmanager's result
(SUPER, class, self)             super()
(PARTIAL, key)                   functools.partial; its fields hold what it calls and with what
(PROPERTY, key)                  property; fields fget, fset, fdel
(STATIC, callable) (CLASSM, callable)
(CTXFUNC, callable)              a function decorated with contextlib.contextmanager
(UNKNOWN, name)                  nothing is known; `name` is the attribute that was read of it, or ""
(NONE,)
"""

from typing import Any

from code_path_audit.callgraph.solver.ids import Value

(
    FUNC, CLASS, INST, BOUND, MODULE, EXT, XINST, XMETHOD, XRES, BOX, BMETHOD, STR, INT, GEN, CORO, CTX, SUPER,
    PARTIAL, PROPERTY, STATIC, CLASSM, CTXFUNC, UNKNOWN, NONE,
) = range(24)  # fmt: skip

CALLABLES = frozenset((FUNC, CLASS, BOUND, PARTIAL, CTXFUNC, STATIC, CLASSM))
"""Kinds that can be called and that the source makes: what escapes with them may be called back."""

LISTED, LISTED_UPPER = (STR, "", "dir"), (STR, "", "DIR")
"""What stands where a text would keep its constant beginning: it is one of the names that dir() gave, or of those in
capitals."""

CONSTANTS = frozenset((STR, INT))


class Values:
    """The table of values: `of(row)` gives the number of a row, `rows[number]` the row, `kinds[number]` its kind."""

    def __init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self.kinds: list[int] = []
        self.ids: dict[tuple[Any, ...], Value] = {}

    def of(self, *row: Any) -> Value:
        """The number of a row, a new one where it is not known."""
        number = self.ids.get(row)
        if number is None:
            number = self.ids[row] = Value(len(self.rows))
            self.rows.append(row)
            self.kinds.append(row[0])
        return number
