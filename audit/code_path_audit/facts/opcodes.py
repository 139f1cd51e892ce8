"""The instructions of `FunctionFacts.code`: what a function's body does with values, without its order.

Each instruction is a tuple that begins with one of these numbers. `r` is a register, `site` an index in
`FunctionFacts.sites` (-1: none). Within a function a variable has a register for each version, so most of the order of
execution is in the registers; the solver may read the instructions in any order. In a tuple of registers an unpacked
one (`*args`) is written `~r`.
"""

from collections.abc import Sequence
from typing import Any

Row = tuple[Any, ...]
"""One instruction."""

STR = 0  # r, text
INT = 1  # r, value
PRIM = 2  # r, dotted builtin class: an instance of it; then length (bytes), text it begins with (str; of a
# path the whole, with a "\0" for each value in it), "True" (bool)
FUNC = 3  # r, function index, ((parameter name, r of its default), ...)
CLASS = 4  # r, function index of its body, (r of base, ...), ((keyword, r), ...), site
COPY = 5  # r, r source
GLOBAL = 6  # r, name: a module global, else a builtin
FREE = 7  # r, index of the function that owns the cell, r of the cell there
STORE_GLOBAL = 8  # name, r
STORE_FREE = 9  # index of the owner, r of the cell there, r source
STORE_NAME = 10  # name, r: a name of a class body
ATTR = 11  # r, r base, name, site
STORE_ATTR = 12  # r base, name, r source, site
ITEM = 13  # r, r base, r key, site
STORE_ITEM = 14  # r base, r key, r source, site
DEL_ITEM = 15  # r base, r key, site
CALL = 16  # r, r callee, (r or ~r, ...), ((keyword or None for **, r), ...), site
BINARY = 17  # r, operator's name without underscores ("add", "iadd"), r left, r right, site
UNARY = 18  # r, operator's name ("neg"), r operand, site
COMPARE = 19  # r, operator's name ("eq", "contains"), r left, r right, site
FORMAT = 20  # method ("__format__", "__str__", "__repr__"), r, site
TRUTH = 21  # r, site
ITER = 22  # r element, r iterated, is async, site
UNPACK = 23  # r unpacked, (r, ...), index of the starred one or -1, site
ENTER = 24  # r, r context manager, is async, site
AWAIT = 25  # r, r awaited, site
YIELD = 26  # r what is sent, r yielded
YIELD_FROM = 27  # r result, r iterated, site
RETURN = 28  # r
RAISE = 29  # r, site
CATCH = 30  # r caught, r class or tuple of classes
LIST = 31  # r, (r or ~r, ...)
TUPLE = 32  # r, (r or ~r, ...)
SET = 33  # r, (r or ~r, ...)
DICT = 34  # r, ((r key or -1 for **, r value), ...)
IMPORT = 35  # r, dotted module, whether the first name of it is bound (import a.b) or the whole (import a.b as c), site
IMPORT_FROM = 36  # r, dotted module, name, site
IMPORT_STAR = 37  # dotted module, site
NARROW = 38  # r, r source, test, r or -1: "is", "not" (class; -1: callable), "class", "starts", "upper", "in",
# "async", "plain" (iscoroutinefunction)
TYPED = 39  # r, r source or -1, type: what an annotation says of a value
SLICE = 40  # r, r base, r or -1 of lower, upper, step, site: a part of a sequence
MATCH_ATTR = 41  # r, r subject, name or index of a positional sub-pattern, r class
DELETE_ATTR = 42  # r base, name, site
MAIN = 44  # what follows runs: 1 only where the module is what was started, 2 only where it is not, 0 always
ONLY = 45  # "action", "method", "any" or "" (that ends), text: only requests that `among` allows run what follows
LEAVE = 46  # site that enters a context, last site inside of it
JOINED = 47  # r, text with a "\0" for each register, (r, ...): what may name something: f"{package}.{name}"
COMPREHENSION = 43  # r, "list", "set", "dict" or "generator", r key or -1, r element or value

NAMES = {value: name for name, value in list(globals().items()) if name.isupper()}


def only_raises(code: Sequence[Row]) -> bool:
    """Whether the code of a function does nothing but raise NotImplementedError."""
    if not code or code[-1][0] != RAISE or code[0][0] != GLOBAL or code[0][2] != "NotImplementedError":
        return False
    return [row[0] for row in code].count(RAISE) == 1
