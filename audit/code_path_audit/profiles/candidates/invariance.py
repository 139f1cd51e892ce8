"""Whether a call is the same in each round of a loop: all that flows into it, and all that the loop does to it.

All that flows into a call is in its expression, and in the values of the variables there that the loop itself binds.
Nothing of it may be bound anew, changed in place under any name, or written by what the loop calls; and what the call
reads of the world (a file) may not be written there. What cannot be told varies.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from code_path_audit.callgraph.model import Edge, Unresolved
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.names import (
    is_plain_annotation,
    is_plain_value,
    names_of,
    roots,
    targets,
    unwrapped,
)
from code_path_audit.profiles.candidates.proposal import Traced
from code_path_audit.profiles.candidates.repeatable import (
    OF_PROCESS,
    asks_commits,
    asks_what_stays,
    is_repeatable,
    only_reads,
    reads_files,
)
from code_path_audit.profiles.candidates.streams import gives_text
from code_path_audit.profiles.candidates.syntax import COMPREHENSIONS, Spot, place_of, within
from code_path_audit.profiles.effects import (
    COMMAND_LINE,
    HARMLESS_METHODS,
    MUTATORS,
    Effects,
    is_harmless,
    is_stateful,
    keeps_order,
)

DEPTH = 8
"""Variables that a value is followed through."""

PURE = (
    "builtins.str", "builtins.bytes", "builtins.int", "builtins.float", "builtins.bool", "builtins.len",
    "builtins.repr", "builtins.tuple", "builtins.frozenset", "builtins.min", "builtins.max", "builtins.sorted",
    "builtins.dict", "builtins.isinstance", "os.path.join", "os.path.dirname", "os.path.basename",
    "os.path.splitext", "os.path.normpath", "os.path.abspath", "os.path.expanduser", "os.fspath", "pathlib.Path",
    "pathlib.PurePath", "urllib.parse.",
    "re.compile", "posixpath.", "ntpath.", "importlib.resources.files", "importlib.resources.abc.Traversable.joinpath",
    "importlib_resources.files", "importlib.abc.Traversable.joinpath",
    # what clients and environments are told when they are made
    "jinja2.FileSystemLoader", "jinja2.PackageLoader", "jinja2.loaders.", "jinja2.select_autoescape",
    "jinja2.utils.select_autoescape", "httpx.Timeout", "httpx.Limits", "httpx.BasicAuth", "aiohttp.ClientTimeout",
    "aiohttp.BasicAuth", "requests.auth.", "urllib3.Retry", "urllib3.util.Retry", "urllib3.util.retry.Retry",
    "urllib3.Timeout", "botocore.config.Config", "botocore.client.Config",
)  # fmt: skip
"""Functions outside of the source that give the same for the same, and change nothing: names, or beginnings."""

READS_ARGUMENTS = (
    "builtins.", "os.", "json.", "re.", "logging.", "sqlite3.", "psycopg", "pymysql.", "requests.", "httpx.", "redis.",
    "urllib.",
)  # fmt: skip
"""Beginnings of functions outside of the source that change nothing of what they are given."""

PURE_METHODS = HARMLESS_METHODS - {"debug", "info", "warning", "error", "exception"}


OF_TEXT = frozenset((
    "lower", "upper", "strip", "lstrip", "rstrip", "casefold", "title", "capitalize", "removeprefix", "removesuffix",
    "zfill",
))  # fmt: skip
"""Methods of texts, which are asked of what is given, whatever that is."""


class Doubt(Exception):
    """Something that flows into a call, or that a loop does, may make it another one."""


class Invariance:
    """The proof for one call and one loop around it."""

    def __init__(self, traced: Traced, op: ExpensiveOp, spot: Spot, loop: ast.AST) -> None:
        self.traced, self.op, self.spot, self.loop = traced, op, spot, loop
        self.names = names_of(spot.scope)
        self.module_names = names_of(spot.file.tree)
        self.site_at = traced.sites_of(op.function).last_calls
        self.inside = set(within(loop))
        self.objects: set[str] = set()
        self.fields: set[str] = set()
        self.files = False
        self.commits = False
        self.is_once = False
        self.asked: ast.expr = spot.node

    def holds(self) -> bool:
        """Whether the call is the same in each round, and nothing that the loop does can change that."""
        try:
            self.call(self.spot.node, DEPTH, True)
            self.undisturbed()
        except Doubt:
            return False
        return True

    def stays(self, node: ast.expr, is_plain: bool) -> bool:
        """Whether an expression is the same in each round, with all that it calls; `is_plain`: it gives a text or a
        number, which nobody changes."""
        self.asked = node
        try:
            self.value(node, DEPTH)
            if is_plain:
                self.objects.clear()
            self.undisturbed()
        except Doubt:
            return False
        return True

    def is_same(self, node: ast.expr) -> bool:
        """Whether an expression is the same in each round; of a call what it is given."""
        self.asked = node
        try:
            if isinstance(node, ast.Call):
                for part in (*node.args, *(row.value for row in node.keywords)):
                    self.value(part, DEPTH)
            else:
                self.value(node, DEPTH)
            self.undisturbed()
        except Doubt:
            return False
        return True

    def is_made_of_the_same(self, node: ast.expr) -> bool:
        """Whether what flows into an expression is the same each time, whatever becomes of files meanwhile."""
        try:
            self.value(node, DEPTH)
            self.files = False
            return not self.names.params.keys() & self.objects
        except Doubt:
            return False

    def holds_for_call(self) -> bool:
        """The same for a call of a function of the source, which is not an op: it changes nothing itself."""
        try:
            self.call(self.spot.node, DEPTH, False)
            self.undisturbed()
        except Doubt:
            return False
        return True

    def holds_for_writing(self) -> bool:
        """The same for a file that is opened to append: nothing else in the loop may touch a file."""
        try:
            self.call(self.spot.node, DEPTH, True)
            self.files = False
            self.undisturbed()
            self.loop_effects()
            sites = set(self.sites_inside())
            block = set(within(self.spot.around[1]))
            for number in sites:
                for edge in self.traced.edges.get((self.op.function, number), ()):
                    if any(reads_files(op) for op in self.traced.ops_below(edge.callee)):
                        raise Doubt
            facts = self.traced.reach.facts(self.op.function)
            mine = {place_of(node) for node in block if isinstance(node, ast.Call)}
            for op in self.traced.ops_among(self.op.function, sites):
                if reads_files(op) and facts.positions.sites[op.site] not in mine and not self.is_of_round(op):
                    raise Doubt
        except Doubt:
            return False
        return True

    def is_of_round(self, op: ExpensiveOp) -> bool:
        """Whether an op reads a file that the element of the round names: not the one that all rounds append to."""
        place = self.traced.reach.facts(self.op.function).positions.sites[op.site]
        node = self.spot.file.calls.get(place)
        target = getattr(self.loop, "target", None)
        if node is None or target is None or (op.function, op.site) in self.traced.known.effectful:
            return False
        element = {row.id for row in ast.walk(target) if isinstance(row, ast.Name)}
        path = node.func.value if isinstance(node.func, ast.Attribute) else node.args[0] if node.args else None
        return isinstance(path, ast.Name) and path.id in element

    # what flows in

    def value(self, node: ast.expr, depth: int) -> None:
        """Note all that flows into an expression; Doubt where it may be another one in another round."""
        if depth <= 0:
            raise Doubt
        if isinstance(node, ast.Constant):
            return
        if isinstance(node, ast.Name):
            self.name(node.id, depth)
        elif isinstance(node, ast.Attribute):
            self.fields.add(node.attr)
            self.property(node)
            self.value(node.value, depth)
        elif isinstance(node, ast.Call):
            self.call(node, depth, False)
        elif isinstance(node, (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom, ast.Lambda, *COMPREHENSIONS)):
            raise Doubt
        else:
            # f-strings, operators, comparisons, subscripts, displays: as their parts
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.value(child, depth)
                elif isinstance(child, ast.keyword):
                    self.value(child.value, depth)

    def name(self, name: str, depth: int) -> None:
        """A variable: bound outside of the loop, or once in each round to something that is the same."""
        names, module = self.names, self.module_names
        if name in names.shared:
            raise Doubt
        if names.is_local(name):
            nodes = names.bindings.get(name, [])
            if not names.bound_among(name, self.inside):
                if not names.is_plain(name):
                    self.objects.add(name)
                return
            if len(nodes) != 1 or name in names.params:
                raise Doubt
            (node,) = nodes
            if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
                raise Doubt
            if not is_plain_value(node.value):
                self.objects.add(name)
            self.value(node.value, depth - 1)
            return
        if self.is_captured(name):
            raise Doubt
        nodes = module.bindings.get(name, [])
        if name in self.traced.known.written_globals or len(nodes) > 1:
            raise Doubt
        if nodes and isinstance(nodes[0], ast.ImportFrom):
            # an object of another module: whoever has it may change it
            self.objects.add(name)
            self.fields.add(name)
        elif nodes and isinstance(nodes[0], ast.Assign | ast.AnnAssign):
            plain = isinstance(nodes[0], ast.AnnAssign) and is_plain_annotation(nodes[0].annotation)
            if not plain and not (nodes[0].value is not None and is_plain_value(nodes[0].value)):
                self.objects.add(name)
                self.fields.add(name)

    def is_captured(self, name: str) -> bool:
        """Whether a name is a variable of a function around this one."""
        node: ast.AST | None = self.spot.scope
        while node is not None and node in self.spot.file.above:
            node = self.spot.file.above[node]
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and names_of(node).is_local(name):
                return True
        return False

    def call(self, node: ast.Call, depth: int, is_op: bool) -> None:
        """A call: of the op itself, of another op that only reads, of something that gives the same for the same."""
        site = self.site_at.get(place_of(node), -1)
        if not is_op:
            self.check_callee(site, node)
        if site >= 0:
            op = self.traced.ops_at.get((self.op.function, site))
            if op is not None and reads_files(op):
                if asks_commits(op, node):
                    self.commits = True
                else:
                    self.files = True
        for child in (*node.args, *(row.value for row in node.keywords)):
            self.value(child, depth)
        if isinstance(node.func, ast.Attribute):
            self.value(node.func.value, depth)
        elif not isinstance(node.func, ast.Name):
            raise Doubt
        elif self.names.is_local(node.func.id):
            self.name(node.func.id, depth)

    def check_callee(self, site: int, node: ast.Call) -> None:
        """Doubt where what is called may give another result for the same arguments."""
        traced, key = self.traced, (self.op.function, site)
        edges, externals = traced.edges.get(key, ()), traced.externals.get(key, ())
        if (
            site >= 0
            and not (edges or externals)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in OF_TEXT
        ):
            return  # nobody knows what it is asked of: what has such a method gives a new text
        if site < 0 or not (edges or externals):
            raise Doubt
        for row in externals:
            op = traced.ops_at.get(key)
            last = row.callee.rpartition(".")[2]
            is_op = op is not None and (op.callee == row.callee or is_of_command_line(row.callee, op.callee))
            if op is not None and is_op and is_repeatable(traced, op):
                continue
            method = isinstance(node.func, ast.Attribute) and last in PURE_METHODS and not is_stateful(row.callee)
            if not (row.callee.startswith(PURE) or method):
                raise Doubt
        for edge in edges:
            does = self.effects(self.traced.known.below[edge.callee])
            if self.asks_alone(edge.callee):
                does = does._replace(emits=False)
            if does.changes_anything or edge.evidence != "certain":
                raise Doubt
            self.fields |= does.reads
            for op in self.traced.ops_below(edge.callee):
                spot = self.traced.spot(op) if reads_files(op) else None
                if spot is not None and asks_commits(op, spot.node):
                    self.commits = True
                else:
                    self.files |= reads_files(op)

    def asks_alone(self, function: str) -> bool:
        """Whether all that a function sends is a question to another process of what stays as it is; where it is asked
        once, later or never, of anything."""
        rows = [op for op in self.traced.ops_below(function) if base_class_of(op) in ("subprocess", "network")]
        return bool(rows) and all(map(self.only_asks, rows))

    def only_asks(self, op: ExpensiveOp) -> bool:
        """Whether an op asks another process for what stays as it is; asked once, later or never, for anything."""
        spot = self.traced.spot(op)
        return spot is not None and (asks_what_stays(op, spot) or (self.is_once and only_reads(op, spot)))

    def property(self, node: ast.Attribute) -> None:
        """Doubt where reading an attribute runs code that may give something else each time."""
        facts = self.traced.reach.facts(self.op.function)
        place = place_of(node)
        for number, row in enumerate(facts.positions.sites):
            if row == place and facts.sites[number].kind == "property":
                for edge in self.traced.edges.get((self.op.function, number), ()):
                    does = self.effects(self.traced.known.below[edge.callee])
                    if does.changes_anything:
                        raise Doubt
                    self.fields |= does.reads

    def effects(self, mask: int) -> Effects:
        """What functions do together; Doubt where that cannot be told."""
        if self.traced.known.is_doubtful(mask):
            raise Doubt
        return self.traced.known.together(mask)

    # what the loop does

    def undisturbed(self) -> None:
        """Doubt where anything in the loop may change what flows into the call."""
        if not (self.objects or self.fields or self.files or self.commits):
            return
        does = self.loop_effects()
        if self.fields & does.writes:
            raise Doubt
        if self.files and does.files:
            raise Doubt
        if (self.files or self.commits) and does.emits and self.writes_outside():
            raise Doubt
        if self.objects:
            if does.shared:
                raise Doubt
            self.objects_unchanged(self.objects)

    def sites_inside(self) -> list[int]:
        """The call sites in the loop, of all kinds."""
        first, last = self.loop.lineno, self.loop.end_lineno or 0  # type: ignore[attr-defined]
        return self.traced.sites_of(self.op.function).within(first, self.loop.col_offset, last)  # type: ignore[attr-defined]

    def ops_inside(self) -> list[ExpensiveOp]:
        """The ops in the loop, and below all that it calls."""
        return self.ops_at(set(self.sites_inside()))

    def ops_at(self, sites: set[int]) -> list[ExpensiveOp]:
        """The ops at some call sites, and below all that they call."""
        function = self.op.function
        found = self.traced.ops_among(function, sites)
        for site in sites:
            for edge in self.traced.edges.get((function, site), ()):
                found += self.traced.ops_below(edge.callee)
        return found

    def loop_effects(self) -> Effects:
        """What the loop does, and all that it calls; Doubt where that cannot be told."""
        traced, function = self.traced, self.op.function
        facts = traced.reach.facts(function)
        sites = set(self.sites_inside())
        mask = 0
        for number in sites:
            for edge in traced.edges.get((function, number), ()):
                if edge.kind == "observed":
                    raise Doubt
                mask |= traced.known.below[edge.callee]
        for row in traced.unclear.get(function, ()):
            if row.site in sites and not is_harmless(facts.sites[row.site].text):
                mask |= self.called_back(row)
        if mask & traced.known.bit[function]:
            raise Doubt
        below = self.effects(mask)
        writes, shared = set(below.writes), below.shared
        files, emits = set(below.files), below.emits
        for number in sites:
            for call in traced.externals.get((function, number), ()):
                if keeps_order(call.callee):
                    raise Doubt
        for mutation in traced.known.mutations.get(function, ()):
            if mutation.site in sites:
                emits = emits or mutation.kind == "ipc_emit"
                if mutation.kind == "file_write":
                    files.add(mutation.target)
        for node in self.inside:
            for target in targets(node):
                if isinstance(target, ast.Attribute):
                    writes.add(target.attr)
                elif isinstance(target, ast.Name) and target.id in self.names.shared:
                    writes.add(target.id)
                elif isinstance(target, ast.Subscript):
                    writes.update(_last(target.value))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
                writes.update(_last(node.func.value))
        return Effects(below.reads, frozenset(writes), frozenset(files), emits, shared, "")

    def called_back(self, row: Unresolved | Edge) -> int:
        """The function that something known outside of the source may call back, and all below it; Doubt where what is
        called is not known."""
        below, outside = self.traced.known.below, self.traced.externals.get((row.caller, row.site), ())
        is_callback = isinstance(row, Edge) and row.kind == "callback" and row.callee in below
        if not is_callback or not any(call.kind == "call" and call.evidence == "certain" for call in outside):
            raise Doubt
        assert isinstance(row, Edge)
        return below[row.callee]

    def sends(self) -> list[ExpensiveOp | None]:
        """The ops of a loop that send something, and of all that it calls; None for what sends and is no op."""
        traced, sites = self.traced, set(self.sites_inside())
        mask = 0
        for site in sites:
            for edge in traced.edges.get((self.op.function, site), ()):
                mask |= traced.known.below[edge.callee]
        found: list[ExpensiveOp | None] = []
        for name in {*traced.known.names(mask), self.op.function}:
            for row in traced.known.mutations.get(name, ()):
                if row.kind == "ipc_emit" and (name != self.op.function or row.site in sites):
                    found.append(traced.ops_at.get((name, row.site)))
        return found

    def writes_outside(self) -> bool:
        """Whether another process may write files meanwhile: one that is asked for more than what stays as it is."""
        sites = set(self.sites_inside())
        return any(
            base_class_of(op) == "subprocess" and not op.callee.startswith(OF_PROCESS) and not self.only_asks(op)
            for op in self.traced.ops_among(self.op.function, sites)
        )

    def objects_unchanged(self, objects: Iterable[str]) -> None:
        """Doubt where some objects that flow in may be changed in place in the loop, by any of their names."""
        names = self.names.aliases(objects, self.asked)
        for node in self.inside:
            for target in targets(node):
                in_place = isinstance(node, ast.AugAssign) or not isinstance(target, ast.Name)
                if in_place and names.intersection(roots(target)):
                    raise Doubt
            if isinstance(node, ast.Call) and unwrapped(node) not in (self.spot.node, self.asked):
                self.call_leaves(node, names)

    def call_leaves(self, node: ast.Call, names: frozenset[str]) -> None:
        """Doubt where a call in the loop may change one of some objects."""
        traced, site = self.traced, self.site_at.get(place_of(node), -1)
        key = (self.op.function, site)
        op = traced.ops_at.get(key)
        external = traced.externals.get(key, ())
        reading = op is not None and is_repeatable(traced, op)
        of_one = isinstance(node.func, ast.Attribute) and names.intersection(roots(node.func.value))
        if of_one and not self.changes_nothing(key):
            assert isinstance(node.func, ast.Attribute)
            harmless = node.func.attr in HARMLESS_METHODS or all(not is_stateful(row.callee) for row in external)
            if node.func.attr in MUTATORS or not (
                reading or (harmless and (external or node.func.attr in HARMLESS_METHODS))
            ):
                raise Doubt
        parts = [part for part in (*node.args, *(row.value for row in node.keywords)) if not self.is_new(part)]
        given = {name for part in parts for name in roots(part)}
        if given & names and not reading:
            plain = external and all(row.callee.startswith((*READS_ARGUMENTS, *PURE)) for row in external)
            sees = traced.edges.get(key, ())
            if not (plain or (sees and not external)):
                raise Doubt
            if plain and any(
                row.callee in ("builtins.setattr", "builtins.next", "builtins.delattr") for row in external
            ):
                raise Doubt

    def changes_nothing(self, key: tuple[str, int]) -> bool:
        """Whether a call is of functions of the source alone that change nothing."""
        edges = self.traced.edges.get(key, ())
        if not edges or self.traced.externals.get(key) or any(edge.evidence != "certain" for edge in edges):
            return False
        return not any(self.effects(self.traced.known.below[edge.callee]).changes_anything for edge in edges)

    def is_new(self, node: ast.expr) -> bool:
        """Whether a part of a call gives a text of its own, made by functions of the source."""
        site = self.site_at.get(place_of(node), -1) if isinstance(node, ast.Call) else -1
        key = (self.op.function, site)
        edges = self.traced.edges.get(key, ())
        if not edges or self.traced.externals.get(key):
            return False
        return all(edge.evidence == "certain" and gives_text(self.traced, edge.callee) for edge in edges)


def is_of_command_line(callee: str, known: str) -> bool:
    """Whether a method of what the command line gave is one of a known class: `options.path.read_text`, of a Path."""
    return callee.startswith(COMMAND_LINE) and callee.rpartition(".")[2] == known.rpartition(".")[2]


def _last(node: ast.expr) -> set[str]:
    """The attribute or the name at the end of a path."""
    if isinstance(node, ast.Attribute):
        return {node.attr}
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, ast.Subscript | ast.Call):
        return _last(node.value if isinstance(node, ast.Subscript) else node.func)
    return set()
