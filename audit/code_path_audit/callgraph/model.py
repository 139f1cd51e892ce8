"""The solved call graph of one set of roots: plain values, in a fixed order, that every later stage reads."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple, Self

EDGE_KINDS = (
    "call", "construct", "property", "context", "iterate", "operator", "decorator", "callback", "import", "observed",
)  # fmt: skip
EVIDENCE = ("certain", "likely", "possible")
"""The words for `Evidence` that the result has, the best first."""


class Evidence(IntEnum):
    """What says that a callee runs at a call site, given that its caller runs; of several derivations of an edge the
    best counts, along one the weakest: `max` and `min`."""

    POSSIBLE = 1
    """A guess: by name alone, by what an unknown library might do, through a variable that was widened."""
    LIKELY = 2
    """One of several that values really flow to, or what a rule of thumb says that is seldom wrong."""
    CERTAIN = 3
    """The language, a declaration or a model of a library says so, and no other callee fits."""

    @property
    def word(self) -> str:
        """What the result says."""
        return self.name.lower()

    def __reduce_ex__(self, proto: object) -> tuple[type[Self], tuple[int]]:
        # by its number: the first releases of Python 3.11 have it looked up by name, and who reads allows no such thing
        return type(self), (self._value_,)


class Edge(NamedTuple):
    """A call site and one callee in the source. `site` is the index in the caller's `FunctionFacts.sites`."""

    caller: str
    site: int
    callee: str
    kind: str
    evidence: str


OBSERVED = "observed"
"""The kind of an edge that a recorded run saw and static analysis did not find: it is certain."""


class ObservedCall(NamedTuple):
    """A call that a recorded run saw: at a site of a function, of a function of the source, or of what an op is of
    (`is_outside`). Not `direct`: a library was called there, and called back, or did it."""

    caller: str
    site: int
    callee: str
    direct: bool = True
    is_outside: bool = False


class ExternalCall(NamedTuple):
    """A call site and one callee outside the source, by its canonical dotted name.

    Canonical means: where it is defined according to the stubs, or as it was imported where there is no stub; methods
    by their class (`pathlib.Path.read_text`, `builtins.str.join`); what an unknown external returned by `()`:
    `requests.get().json`.
    """

    caller: str
    site: int
    callee: str
    kind: str
    evidence: str


class Unresolved(NamedTuple):
    """A call site nothing is known of, with a reason from `UNRESOLVED_REASONS` and the callee as written."""

    caller: str
    site: int
    reason: str
    text: str


UNRESOLVED_REASONS = (
    "getattr",  # getattr() with a name that is not constant
    "dynamic attribute",  # an attribute that no value of the receiver has
    "unknown receiver",  # a method of an object nothing is known of
    "unknown callee",  # a call of a value nothing is known of: a parameter, an element, a result
    "eval/exec",  # code made at run time
    "dynamic import",  # importlib.import_module or __import__ with a name that is not constant
    "undefined name",  # a name that nothing in the program binds
    "widened",  # too many candidates, or too many steps: a cap of the solver
    "only possible",  # in a function that only guesses reach, which is not followed
)


class ArgumentValue(NamedTuple):
    """What is known of one argument at a call site, in the order of `CallSite.arguments`.

    `kind` is "str", "bytes", "int", "container", "objects" (a container of objects of the source) or "unknown"; `size`
    is bytes for str and bytes (UTF-8), the number of nodes (leaves + containers + dict keys) for a container, the value
    itself for an int; `text` is the string where it is a constant of at most 200 characters.
    """

    kind: str
    size: int | None
    text: str | None
    source: str


class Bound(NamedTuple):
    """How often a loop's body runs at most.

    `count` is None where `source` is "unknown"; else that is "literal", "constant", "hint" or "measured".
    """

    count: int | None  # type: ignore[assignment]  # a bound is never asked for tuple.count
    source: str


class Fetched(NamedTuple):
    """What a call site fetches and an object keeps: of the places that fetch the same, those beyond the first find it.

    `what` tells apart objects and what of them; they came out of the call at (`function`, `site`), one each time that
    this runs, or one for each of several, which are named `each` ("" for one).
    """

    what: str
    function: str
    site: int
    each: str


PLAIN = ("builtins.str", "builtins.int", "builtins.float", "builtins.bool", "builtins.bytes", "builtins.None")
"""Classes whose objects hold nothing of the source and run nothing of it."""

PLAIN_FROM = ord("0")
"""The character of a register that holds anything, or of which nothing is known."""


class SolvedGraph(NamedTuple):
    """Who calls whom from the roots on. All tuples are sorted; nothing depends on the order of files or on hashing.

    `functions`: the fqnames reached from the roots (roots included), by the edges in `edges`. `guesses` are the edges
    from them that are only possible, where these were not to be followed. `arguments` has a row for each call site with
    an external callee that was reached; `receivers` maps such a site to what its receiver is known to be (constant
    paths: `Path("x.json").read_text()` has "x.json"). `bounds` has a row for each loop of a reached function. `widened`
    lists what caps were hit, in words. `fetched` says of external calls, by caller, site and callee, what they fetch,
    `rows_of` where the queries were put together whose rows they ask something of; `loop_names` what loops are named
    for, where that is known better than by their text. `requests`: the roots answer requests, so that one process runs
    them again and again. `plain` has a text for each function some of whose registers hold objects of `PLAIN` alone,
    wherever it is called from: for each register, in turn, `PLAIN_FROM` and a bit for each of these classes, as a
    character; registers behind the last of them are left out. `filled` are
    the arms, by function and number, whose calls store what they ask for (`Arm.asks`). `inner` are the roots that do
    not begin an action: a decorator's function, which is a root as well, calls them. `alternatives` are the call sites
    at which several things outside of the source may be called, of which each execution calls one. `contexts` tells
    apart what a function leads to by who calls it (a wrapper that a decorator makes, for several functions): of edges,
    by caller, site, callee and kind, the pairs of a context of the caller and one of the callee, numbers from 1 on, 0
    for a function that is not told apart; `certain_in_context` are those of them that are certain for a caller in any
    one of its contexts. `chosen` are the roots of which a run takes one: the commands below a group of commands.
    """

    roots: tuple[str, ...]
    functions: tuple[str, ...]
    edges: tuple[Edge, ...]
    guesses: tuple[Edge, ...]
    externals: tuple[ExternalCall, ...]
    unresolved: tuple[Unresolved, ...]
    arguments: dict[tuple[str, int], tuple[ArgumentValue, ...]]
    receivers: dict[tuple[str, int], ArgumentValue]
    bounds: dict[tuple[str, int], Bound]
    widened: tuple[str, ...]
    fetched: Mapping[tuple[str, int, str], tuple[Fetched, ...]] = MappingProxyType({})
    loop_names: Mapping[tuple[str, int], str] = MappingProxyType({})
    requests: bool = False
    plain: Mapping[str, str] = MappingProxyType({})
    rows_of: Mapping[tuple[str, int, str], tuple[tuple[str, int], ...]] = MappingProxyType({})
    filled: frozenset[tuple[str, int]] = frozenset()
    inner: tuple[str, ...] = ()
    alternatives: frozenset[tuple[str, int]] = frozenset()
    contexts: Mapping[tuple[str, int, str, str], tuple[tuple[int, int], ...]] = MappingProxyType({})
    certain_in_context: frozenset[tuple[str, int, str, str]] = frozenset()
    chosen: tuple[str, ...] = ()
