"""The proof that a call is the same whenever its function is called in an action, and of how many objects that is."""

from __future__ import annotations

import ast

from code_path_audit.costs.model import ExpensiveOp, StateMutation
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.invariance import Doubt, Invariance
from code_path_audit.profiles.candidates.names import bound_by, is_plain_value, names_of
from code_path_audit.profiles.candidates.proposal import Traced
from code_path_audit.profiles.candidates.syntax import Spot, is_call_of, place_of
from code_path_audit.profiles.runs.distinct import DEPTH
from code_path_audit.profiles.runs.terms import figure
from code_path_audit.profiles.steady import last_name

LISTING = frozenset(("listdir", "scandir", "walk", "glob", "rglob", "iterdir"))


OF_A_REQUEST = frozenset(("request", "session", "g", "current_user", "current_app", "websocket"))
"""Objects of web frameworks that modules import, and that stand for those of the request that is served."""


PROXIES = frozenset(("LocalProxy", "LocalStack", "Local", "local", "ContextVar"))
"""What makes an object that is another one in each thread, task or request."""


IS_THERE = frozenset((
    "os.path.exists", "os.path.isfile", "os.path.isdir", "pathlib.Path.exists", "pathlib.Path.is_file",
    "pathlib.Path.is_dir",
))  # fmt: skip
"""What asks whether a file is there."""


class FixedInAction(Invariance):
    """The proof that a call is the same whenever its function is called in an action: what flows into it are constants,
    globals that nothing writes, and those of its parameters that are noted in `given`."""

    def __init__(self, traced: Traced, op: ExpensiveOp, spot: Spot) -> None:
        super().__init__(traced, op, spot, spot.scope)
        self.given: set[str] = set()
        self.is_choosing = False
        self.other_folders: set[str] = set()
        """Folders that are assumed to be two, as they are written."""
        self.seen: set[str] = set()

    def holds_for_filling(self) -> bool:
        """The same for a file that is read into an object that the function makes of the same."""
        func = self.spot.node.func
        assert isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name)
        (made,) = self.names.bindings[func.value.id]
        assert isinstance(made, ast.Assign) and isinstance(made.value, ast.Call)
        self.files = True
        return self.is_same(made.value) and self.is_same(self.spot.node)

    def name(self, name: str, depth: int) -> None:
        """A parameter may be one of a few values; everything else as in a loop that is the whole function."""
        if name in self.names.params and name not in self.names.bindings:
            self.given.add(name)
            return
        if not self.names.is_local(name) and self.is_of_a_request(name):
            raise Doubt
        nodes = self.names.bindings.get(name, [])
        if self.names.is_local(name) and name not in self.names.params and len(nodes) > 1:
            if name not in self.seen:
                self.seen.add(name)
                self.chosen(nodes, depth)
            return
        super().name(name, depth)

    def chosen(self, nodes: list[ast.AST], depth: int) -> None:
        """A variable that branches give one of several texts: each of them, and what decides between them."""
        for node in nodes:
            if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
                raise Doubt
            is_path = isinstance(node.value, ast.BinOp) or is_call_of(node.value, PATHS)
            if not (is_path or is_plain_value(node.value)):
                raise Doubt
            self.value(node.value, depth - 1)
            above = self.spot.file.above[node]
            while above is not self.spot.scope:
                if not isinstance(above, ast.If):
                    raise Doubt
                self.is_choosing = True
                self.value(above.test, depth - 1)
                self.is_choosing = False
                above = self.spot.file.above[above]

    def check_callee(self, site: int, node: ast.Call) -> None:
        """Whether a file is there may be asked where that says which of several is read."""
        op = self.traced.ops_at.get((self.op.function, site))
        if self.is_choosing and op is not None and op.callee in IS_THERE:
            self.files = True
            return
        super().check_callee(site, node)

    def is_of_a_request(self, name: str) -> bool:
        """Whether a global stands for something else in each request, or thread."""
        for node in self.module_names.bindings.get(name, ()):
            if isinstance(node, ast.ImportFrom):
                original = next((row.name for row in node.names if name in (row.asname, row.name)), name)
                if original in OF_A_REQUEST:
                    return True
            value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
            if is_call_of(value, PROXIES):
                return True
        return name in OF_A_REQUEST

    def call(self, node: ast.Call, depth: int, is_op: bool) -> None:
        """What another machine says, or is in a folder, may be another thing next time."""
        op = self.traced.ops_at.get((self.op.function, self.site_at.get(place_of(node), -1)))
        if op is not None and (base_class_of(op) == "network" or op.callee.rpartition(".")[2] in LISTING):
            raise Doubt
        super().call(node, depth, is_op)

    def undisturbed(self) -> None:
        """Doubt where anything in the action writes what flows in."""
        known = self.traced.known
        written = set(known.written_globals)
        written |= {
            last_name(row.target)
            for row in self.traced.reach.mutations
            if "." in row.target or row.kind == "global_write"
        }
        written -= known.steady
        if (self.fields & written) - {""} or self.objects & written:
            raise Doubt
        own = {name for name in self.objects if self.names.is_local(name)}
        if own:
            # made in each call, of what else its function puts into it
            self.objects_unchanged(own)
        functions = self.traced.reach.program.functions
        module = functions[self.op.function][0]
        if self.files and any(
            row.kind == "file_write" and functions[row.function][0] == module and not self.is_elsewhere(row)
            for row in self.traced.reach.mutations
        ):
            raise Doubt

    def is_elsewhere(self, row: StateMutation) -> bool:
        """Whether a file is written in a folder that has another name than that of what the call reads: one in
        `settings.outbox`, where `settings.templates` is read. That these are two is assumed."""
        traced = self.traced
        written = traced.syntax.spot(row.function, row.site) if row.site >= 0 else None
        folders = [folder_of(spot) for spot in (self.spot, written) if spot is not None]
        if len(folders) < 2 or not all(folders) or folders[0] == folders[1]:
            return False
        self.other_folders.add(" and ".join(map(str, folders)))
        return True


def folder_of(spot: Spot) -> str:
    """The folder of the path that a call is of, or is given first, as it is written: an attribute of an object, which
    a variable that is bound once may stand between; "" for any other."""
    func = spot.node.func
    given: list[ast.expr] = spot.node.args[:1]
    if isinstance(func, ast.Attribute) and func.attr in ("open", *OF_PATHS):
        given = [func.value]
    node: ast.AST | None = given[0] if given else None
    for _ in range(DEPTH):
        if isinstance(node, ast.Name):
            bound = names_of(spot.scope).only_binding(node.id)
            node = bound.value if isinstance(bound, ast.Assign) else None
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            node = node.left
        elif is_call_of(node, ("join", "joinpath", "Path")):
            last, first = node.func, node.args[0] if node.args else None
            node = last.value if isinstance(last, ast.Attribute) and last.attr == "joinpath" else first
        else:
            break
    return ast.unparse(node) if isinstance(node, ast.Attribute) else ""


OF_PATHS = frozenset(("read_text", "read_bytes", "write_text", "write_bytes"))


PATHS = frozenset(("Path", "PurePath", "join", "open", "str"))
"""What is given a text or a path, by the last part of its name."""


def is_written_beside(proof: FixedInAction) -> bool:
    """Whether other code of the module writes what the same attribute names: whatever the action does, the file is one
    that changes."""
    tree, scope = proof.spot.file.tree, proof.spot.scope
    mine = set(ast.walk(scope))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or node in mine:
            continue
        named = {row.attr for row in ast.walk(node) if isinstance(row, ast.Attribute)}
        last = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        modes = {row.value for row in ast.walk(node) if isinstance(row, ast.Constant)}
        if named & proof.fields and ("write" in last or modes & {"w", "wb", "a", "ab", "x"}):
            return True
    return False


def objects_of(traced: Traced, op: ExpensiveOp, proof: FixedInAction) -> int | None:
    """How many objects of the class of a method there are in the whole action, of which it reads what only their
    constructor writes; None where that is not known."""
    owner = op.function.rpartition(".")[0]
    home = f"{owner}.__init__"
    fields = proof.fields
    if traced.reach.facts(op.function).sites[op.site].conditional or is_written_beside(proof):
        return None
    if not fields <= traced.known.steady:
        return None
    if home not in traced.reach.depths:
        return 1 if is_of_entry(traced, op.function) or is_said_by_class(proof) else None
    counting = traced.counted.counting
    return figure(counting.functions([home])[home], traced.model.assumed_bound)


def is_said_by_class(proof: FixedInAction) -> bool:
    """Whether all that flows into a call of a method is written in the body of its class, as constants, and no class is
    above or below it that could say otherwise: all its objects have one then."""
    owner = proof.spot.file.above.get(proof.spot.scope)
    if not isinstance(owner, ast.ClassDef) or owner.bases or owner.keywords or owner.decorator_list:
        return False
    found: dict[str, list[ast.expr | None]] = {}
    for node in owner.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            for name in bound_by(node):
                found.setdefault(name, []).append(node.value)
    for name in proof.fields:
        values = found.get(name, [])
        if len(values) != 1 or not isinstance(values[0], ast.Constant | ast.JoinedStr):
            return False
    # a class below may say something else; this reads all files
    return bool(proof.fields) and not proof.traced.syntax.is_base(owner.name)


def is_of_entry(traced: Traced, method: str) -> bool:
    """Whether a method runs for the one object that the action is entered with: it is entered there, or each call of it
    is one of `self` in such a method."""
    todo, seen = [method], {method}
    while todo:
        name = todo.pop()
        edges = traced.reach.callers.get(name, ())
        if "self" not in [row.name for row in traced.reach.facts(name).params[:1]]:
            return False
        if not edges and name not in traced.reach.entries:
            return False
        for edge in edges:
            sites = traced.reach.facts(edge.caller).sites
            if edge.site < 0 or sites[edge.site].text != f"self.{name.rpartition('.')[2]}":
                return False
            if edge.caller not in seen:
                seen.add(edge.caller)
                todo.append(edge.caller)
    return True
