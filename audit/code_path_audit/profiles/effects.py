"""What code does beside computing its result: what proofs of independence and of sameness have to know.

Attributes and globals count by their last name alone, whatever object they belong to: two objects may be one. So a
proof may fail for no reason, but does not hold for a wrong one, as far as the facts show.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache, cached_property
from operator import getitem
from typing import NamedTuple

from code_path_audit.callgraph.model import OBSERVED, Evidence
from code_path_audit.costs.model import ExpensiveOp, StateMutation
from code_path_audit.facts import opcodes
from code_path_audit.profiles.reach import Reach, grouped, is_module, runs_module
from code_path_audit.profiles.runs.graph import bits, strong_components
from code_path_audit.profiles.steady import Steady, is_constructor, last_name
from code_path_audit.profiles.values import Values
from code_path_audit.profiles.written_before import Writes

PLAIN_CLASSES = (
    "builtins.str.", "builtins.bytes.", "builtins.int.", "builtins.float.", "builtins.bool.", "builtins.tuple.",
    "builtins.frozenset.", "builtins.dict.", "builtins.list.", "builtins.set.", "pathlib.", "datetime.", "re.",
    "decimal.", "fractions.", "uuid.", "logging.", "string.", "ipaddress.", "collections.", "enum.",
)  # fmt: skip
"""Classes whose methods change nothing but what `MUTATORS` lists."""

SHAREABLE = ("aiohttp.", "httpx.", "requests.")
"""Libraries whose clients serve several requests at a time."""

COMMAND_LINE = "argparse.Namespace."
"""What the command line gave: texts, numbers, paths, lists of them."""

PARSES = frozenset(("markdown_it.MarkdownIt.parse", "markdown_it.main.MarkdownIt.parse", "tree_sitter.Parser.parse"))
"""Methods of parsers that give the same for the same text, and leave their object as it is."""

TREES = ("xml.etree.ElementTree.", "defusedxml.ElementTree.")
"""Trees of XML, which are read but for some methods."""

CHANGES_TREES = frozenset(("append", "extend", "insert", "remove", "clear", "set", "write", "feed", "close", "indent"))

STREAMS = frozenset((
    "load", "load_all", "safe_load", "safe_load_all", "full_load", "unsafe_load", "reader", "DictReader",
    "iterparse", "read", "readline", "readlines", "read1", "readinto", "recv", "recv_into", "recvfrom", "fetchone",
    "fetchmany", "fetchall", "next", "communicate", "get_nowait", "receive",
))  # fmt: skip
"""Functions that may consume what they read: twice on the same object is not the same work twice."""

ORDER_KEEPING = frozenset((
    "os.chdir", "os.umask", "os.putenv", "os.unsetenv", "time.sleep", "asyncio.sleep", "random.seed", "signal.signal",
    "locale.setlocale", "socket.setdefaulttimeout", "sys.exit", "os._exit", "builtins.exec", "builtins.eval",
))  # fmt: skip
"""Functions outside the source that act on the whole process, or on the time: nothing may move across them."""

SYNCHRONIZING = (
    "multiprocessing.", "threading.", "_thread.", "queue.", "concurrent.", "subprocess.Popen.", "asyncio.Queue",
    "asyncio.Lock", "asyncio.Event", "asyncio.Semaphore", "asyncio.Condition",
)  # fmt: skip
"""What starts, waits for or talks to something that runs beside: its order is its meaning."""

MUTATORS = frozenset((
    "append", "extend", "insert", "add", "update", "pop", "popitem", "remove", "discard", "clear", "setdefault",
    "sort", "reverse", "appendleft", "extendleft", "popleft", "rotate", "put", "put_nowait", "writerow",
    "writerows", "write", "writelines",
))  # fmt: skip

HARMLESS_METHODS = frozenset((
    "get", "items", "keys", "values", "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "format",
    "join", "startswith", "endswith", "lower", "upper", "title", "encode", "decode", "replace", "count", "index",
    "find", "rfind", "isdigit", "isalpha", "copy", "as_posix", "debug", "info", "warning", "error", "exception",
    "json", "raise_for_status", "removeprefix", "removesuffix", "partition", "rpartition", "capitalize", "casefold",
    "zfill", "ljust", "rjust", "center", "isnumeric", "isalnum", "isspace", "isupper", "islower", "isidentifier",
    "isoformat", "strftime", "total_seconds", "most_common", "hexdigest", "quantize", "is_integer", "expandtabs",
))  # fmt: skip
"""Unresolved methods that are taken to change nothing: on anything that has one, they read."""


TOO_MANY = 500
"""Functions below a statement from which on no proof is tried: it would hardly ever hold, and cost the most."""


def keeps_order(callee: str) -> bool:
    """Whether nothing may move across a call of something outside the source."""
    return callee in ORDER_KEEPING or callee.startswith(SYNCHRONIZING)


class Effects(NamedTuple):
    """What a set of functions does. Names of attributes and globals, without what they belong to.

    `files` are the targets of file writes; `emits` says that something is sent; `shared` that an object from outside of
    the functions may change in a way that no name shows (a cursor, a stream, a mutated argument); `doubts` is the first
    reason, if any, why nothing can be proved.
    """

    reads: frozenset[str]
    writes: frozenset[str]
    files: frozenset[str]
    emits: bool
    shared: bool
    doubts: str

    @property
    def changes_anything(self) -> bool:
        """Whether anything is changed that others may see."""
        return bool(self.writes or self.files or self.emits or self.shared)


CAPITAL = frozenset(("xml.etree.ElementTree", "defusedxml.ElementTree", "PIL.Image", "Bio.SeqIO"))
"""Modules that are named like classes."""


def is_method(callee: str) -> bool:
    """Whether an external is a method of an object, by how it is named: `socket.socket.recv`, `requests.get().json`."""
    parts = callee.split(".")
    if callee.rpartition(".")[0] in CAPITAL:
        return False
    if "()" in callee:
        return True
    if parts[0] == "builtins":
        return len(parts) > 2
    owner = parts[-2] if len(parts) > 1 else ""
    return owner.lstrip("_")[:1].isupper() or (len(parts) > 2 and owner == parts[-3])


def is_stateful(callee: str) -> bool:
    """Whether a call of this external method may change its object: any but those known not to."""
    last = callee.rpartition(".")[2]
    if callee in PARSES or (callee.startswith(COMMAND_LINE) and last not in MUTATORS | STREAMS):
        return False
    if ("()" in callee and last in HARMLESS_METHODS) or (callee.startswith(TREES) and last not in CHANGES_TREES):
        return False
    return is_method(callee) and not callee.startswith(PLAIN_CLASSES) and not callee.startswith(SHAREABLE)


class Knowledge:
    """What is known of the functions of one action, each looked at once and when it is first asked for."""

    def __init__(self, reach: Reach, steady: Steady, caches: Collection[str]) -> None:
        """`caches` are the functions whose results a decorator keeps."""
        self.reach, self.caches = reach, caches
        self.mutations: dict[str, tuple[StateMutation, ...]] = grouped(reach.mutations, "function")
        self.calls = steady.calls
        self.doubtful = {row.caller: row.reason for row in reversed(reach.unresolved) if not is_harmless(row.text)}
        # a run shows one callee of a call, and not that there is no other
        self.doubtful |= {edge.caller: OBSERVED for edge in reach.edges if edge.kind == OBSERVED}
        for guess in reach.guesses:
            if not is_harmless(reach.facts(guess.caller).sites[guess.site].text):
                self.doubtful.setdefault(guess.caller, f"a {Evidence.POSSIBLE.word} call")
        cut = frozenset(reach.cut)
        for edge in reach.graph.edges:
            if edge.callee in cut and edge.caller in reach.depths:
                self.doubtful[edge.caller] = "depth limit"
        outside = [row for row in reach.mutations if row.site >= 0 and row.kind in ("file_write", "ipc_emit")]
        self.effectful = frozenset((row.function, row.site) for row in outside)
        self.written_globals = steady.written
        self.steady = steady.attributes
        self.values = steady.values
        self.effects = cache(self.read_effects)
        self.order = sorted(reach.depths)
        self.bit = {name: 1 << index for index, name in enumerate(self.order)}
        self.with_ops = 0
        for op in reach.ops:
            self.with_ops |= self.bit[op.function]
        self.ops_below: dict[str, int] = {}
        self.below = self.masks_below()
        self.loads: dict[str, int] = {}
        self.doubted = 0
        for name in self.order:
            keeping = any(
                (call.callee in ORDER_KEEPING or call.callee.startswith(SYNCHRONIZING))
                for call in reach.externals.get(name, ())
            )
            if keeping or name in self.doubtful:
                self.doubted |= self.bit[name]

    @cached_property
    def file_writes(self) -> Writes:
        """Where files are written."""
        return Writes(self.reach, self.mutations, self.below, self.bit)

    @cached_property
    def sends(self) -> Writes:
        """Where something is sent that may change what others answer."""
        return Writes(self.reach, self.mutations, self.below, self.bit, "ipc_emit")

    def masks_below(self) -> dict[str, int]:
        """Each function and all that it reaches, as a mask of `bit`s: thousands of sets of thousands would not fit.

        A module's body that an import runs is left out: it runs once anyhow.
        """
        callees: dict[str, list[str]] = {}
        for edge in self.reach.edges:
            if not runs_module(self.reach, edge):
                callees.setdefault(edge.caller, []).append(edge.callee)
        compact = {name: 1 << index for index, name in enumerate(self.names(self.with_ops))}
        below: dict[str, int] = {}
        for names in reversed(strong_components(sorted(self.reach.depths), callees)):
            mask = ops = 0
            for name in names:
                mask |= self.bit[name]
                ops |= compact.get(name, 0)
                for callee in callees.get(name, ()):
                    mask |= below.get(callee, 0)
                    ops |= self.ops_below.get(callee, 0)
            below.update(dict.fromkeys(names, mask))
            self.ops_below.update(dict.fromkeys(names, ops))
        return below

    def names(self, mask: int) -> list[str]:
        """The functions of a mask, sorted."""
        return [self.order[bit] for bit in bits(mask)]

    def load_tables(self, ops: tuple[ExpensiveOp, ...]) -> list[list[int]]:
        """The weight of the ops in every combination of eight functions, eight functions a table."""
        weights = dict.fromkeys(self.order, 0)
        for op in ops:
            weights[op.function] += op.weight
        with_ops = [weights[name] for name in self.names(self.with_ops)]
        tables = []
        for start in range(0, len(with_ops), 8):
            table = [0]
            for amount in with_ops[start : start + 8]:
                table += [amount + load for load in table]
            tables.append(table)
        return tables

    def load_below(self, function: str, tables: list[list[int]]) -> int:
        """The weight of the ops in a function and in all that it reaches, each op once."""
        load = self.loads.get(function)
        if load is None:
            mask = self.ops_below[function]
            if 16 * mask.bit_count() < len(tables):  # few of very many
                load = sum(tables[bit >> 3][1 << (bit & 7)] for bit in bits(mask))
            else:
                load = sum(map(getitem, tables, mask.to_bytes(len(tables), "little")))
            self.loads[function] = load
        return load

    def is_doubtful(self, mask: int) -> bool:
        """Whether nothing can be proved of the functions of a mask: one may do anything, or they are too many."""
        return bool(mask & self.doubted) or mask.bit_count() > TOO_MANY

    def read_effects(self, function: str) -> Effects:
        """What a function itself does, without its callees."""
        values = self.values(function)
        fresh = is_constructor(function)
        writes: set[str] = set()
        files: set[str] = set()
        emits = shared = False
        params = {param.name for param in values.facts.params}
        for row in self.mutations.get(function, ()):
            if row.kind == "file_write":
                files.add(row.target)
            elif row.kind == "ipc_emit":
                emits = True
            elif "." in row.target and not (fresh and row.target.startswith("self.")):
                writes.add(last_name(row.target))
            elif row.target.partition("[")[0] in params:
                shared = True
        writes.update(values.facts.globals_written)
        doubts = self.doubtful.get(function, "")
        for call in self.reach.externals.get(function, ()):
            if call.callee in ORDER_KEEPING or call.callee.startswith(SYNCHRONIZING):
                doubts = doubts or call.callee
            elif is_stateful(call.callee) and not self.is_local(values, call.site):
                # of what a library gave, the name of the method may be cut off what it is called
                text = values.facts.sites[call.site].text if call.site >= 0 else ""
                shared = shared or not ("()" in call.callee and is_harmless(text))
        return Effects(
            frozenset(values.attributes | values.globals), frozenset(writes), frozenset(files), emits, shared, doubts
        )

    def is_local(self, values: Values, site: int) -> bool:
        """Whether the receiver of a call is an object that the function made itself."""
        receiver = values.receiver(site)
        if receiver is None:
            # what a with enters and leaves
            receiver = values.entered.get(site)
        row = None if receiver is None else values.making(receiver)
        return row is not None and row[0] in (
            opcodes.CALL,
            opcodes.ENTER,
            opcodes.AWAIT,
            opcodes.LIST,
            opcodes.DICT,
            opcodes.SET,
        )

    def together(self, mask: int) -> Effects:
        """What the functions of a mask do."""
        rows = [self.effects(name) for name in self.names(mask) if not is_module(self.reach.program, name)]
        return Effects(
            frozenset().union(*(row.reads for row in rows)),
            frozenset().union(*(row.writes for row in rows)),
            frozenset().union(*(row.files for row in rows)),
            any(row.emits for row in rows),
            any(row.shared for row in rows),
            next((row.doubts for row in rows if row.doubts), ""),
        )

    def is_cached(self, function: str) -> bool:
        """Whether a decorator keeps the results of a function."""
        return function in self.caches


def is_harmless(text: str) -> bool:
    """Whether an unresolved call is taken to change nothing, by the name of what it calls."""
    return "." in text and text.rpartition(".")[2] in HARMLESS_METHODS
