"""The cause of a finding: what the change added, changed or took away that leads to it, at a line of the change. Pure.

What differs on the ways to an op (`differences`) is held against what was edited, the surest connection first:

1. the statement of a call, of a loop around it, or of the op itself was edited;
2. a decorator of a function on the way was;
3. a call stands elsewhere in its function, and the function was edited there: a guard, an early return, a loop;
4. a call reaches what it did not reach before: what was added names that (a registration, a subclass), defines it, or
   provides a name that the call is made by;
5. rows come without what an op reads of them: where they are asked for was edited, or what asks for them;
6. the op handles more, or a loop runs more often: what was edited provides a name that it is said by.

Where nothing of that holds the analysis sees it differently, and no line of the change does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from code_path_audit.facts import opcodes
from code_path_gate.baseline.model import BaselineOp
from code_path_gate.causes.change import Change, Edit, text_on
from code_path_gate.causes.differences import Difference, Row, ancestors, differences, rows_to
from code_path_gate.causes.statements import Statement
from code_path_gate.measuring.seen import Seen
from code_path_gate.verdict.evidence import Cause
from code_path_gate.verdict.growth import lost_company

HANDED_OVER = "handed over here"
"""How a cause gives a value to a call elsewhere."""

CALLED_ON = "what it is called on was changed here"
"""How a cause provides a name that a call is said by, and does not say what is called."""


class Sides(NamedTuple):
    """Both states of an action, and the change between them."""

    head: Seen
    base: Seen
    change: Change


def cause_of(op: BaselineOp, old: BaselineOp | None, sides: Sides) -> Cause | None:
    """What the change did that an op is new or heavier by; `old` is the op as it was, in the state before."""
    head, base = sides.head, sides.base
    path = [hop.function for hop in head.measured.paths.to(op.id)]
    found = differences(op, old, head, base)
    made = (
        _first(_at_its_line(row, op, sides) for row in found)
        or (None if old is None else _decorator(path, op, sides))
        or _first(_in_its_function(row, op, sides) for row in found if not row.is_new)
        or _without(op, old, sides)
        or _by_class(op, old, sides)
        or _first(_from_elsewhere(row, op, sides, path) for row in found if row.is_new)
        or (None if old is not None else _loaded_before(op, sides))
        or _other_rows(op, old, sides)
        or _size(op, old, sides)
        or (None if found else _around(path, op, sides))
    )
    if made is not None and old is not None and lost_company(old, op) and op.amplification <= old.amplification:
        return made._replace(how="one after the other, no longer side by side", kind="edge")
    return made


def cause_in(function: str, what: str, sides: Sides) -> Cause | None:
    """What the change did to something in a function that is no op: a mutation, an unresolved call."""
    if function not in sides.head.program.functions:
        return None
    edits = list(edits_in(sides, function))
    if edits:
        return cause_at("function", edits[0], function, what, "its function was changed")
    return None if function in sides.base.measured.calls else _newly_called(function, sides)


def _newly_called(function: str, sides: Sides) -> Cause | None:
    """Why a function is reached that was not reached before, or by a call that there was not: the nearest such call."""
    known = sides.base.measured.calls
    above = ancestors(sides.head.measured.calls, function)
    return _first(
        _of_new_call(name, callee, sides)
        for name in sorted(above, key=lambda name: (above[name], name))
        for callee in sides.head.measured.calls.get(name, ())
        if name in known and callee in above and callee not in known[name]
    )


def _of_new_call(caller: str, callee: str, sides: Sides) -> Cause | None:
    """Why a function calls another that it did not call before: its own statement was edited, or one that names it."""
    program = sides.head.program
    for site in sides.head.measured.call_sites(caller).get(callee, ()):
        edit = sides.change.file(program.path(caller)).at(program.line(caller, site))
        if edit is not None:
            return cause_at("edge", edit, caller, callee, "a new call")
    edit = naming(callee, sides)
    return None if edit is None else cause_at("edge", edit, caller, callee, HANDED_OVER)


def _first(found: Iterable[Cause | None]) -> Cause | None:
    return next((cause for cause in found if cause is not None), None)


def cause_at(kind: str, edit: Edit, function: str, callee: str, how: str) -> Cause:
    """An edit as a cause."""
    change = "taken away" if edit.gone else "added"
    return Cause(function, callee, edit.file, edit.line, how, kind, change, edit.text)


def _at_its_line(found: Difference, op: BaselineOp, sides: Sides) -> Cause | None:
    """The statement of a call was edited, or that of a loop around it."""
    row = found.row
    file = sides.change.file(sides.head.program.path(row.function))
    for line in (row.line, *row.loops):
        edit = file.at(line)
        if edit is not None:
            if line == row.line and line in sides.change.added(edit.file):
                edit = edit._replace(line=row.line, text=text_on(sides.change.now[edit.file].splitlines(), row.line))
            return cause_at(found.kind, edit, row.function, row.callee or op.callee, found.how)
    return None


TYPES_ONLY = frozenset(("overload", "override", "final", "no_type_check"))
"""Decorators that do nothing when the program runs."""


def _decorator(path: list[str], op: BaselineOp, sides: Sides) -> Cause | None:
    """A decorator of a function on the way was put on, changed or taken away: a cache, most often."""
    for function in reversed(path):
        for edit in edits_in(sides, function):
            if edit.statement.kind == "decorator" and not edit.statement.mentions & TYPES_ONLY:
                how = "a decorator is gone" if edit.gone else "a decorator is new, or another"
                return cause_at("cache" if edit.gone else "function", edit, function, op.callee, how)
    return None


def _in_its_function(found: Difference, op: BaselineOp, sides: Sides) -> Cause | None:
    """A call stands elsewhere in its function than before; what was edited nearest to it is why."""
    edits = list(edits_in(sides, found.row.function))
    if not edits:
        return None
    if found.kind == "guard":
        edits = [edit for edit in edits if edit.gone and edit.statement.kind == "branch"] or edits
    nearest = min(edits, key=lambda edit: (abs(edit.line - found.row.line), edit.line))
    return cause_at(found.kind, nearest, found.row.function, found.row.callee or op.callee, found.how)


def _from_elsewhere(found: Difference, op: BaselineOp, sides: Sides, path: list[str]) -> Cause | None:
    """A call reaches what it did not reach before, by a value from elsewhere."""
    row = found.row
    edit = next((edit for edit in edits_in(sides, row.callee) if edit.statement.kind == "decorator"), None)
    if edit is not None:
        how = "a decorator is gone" if edit.gone else "a decorator is new, or another"
        return cause_at("function", edit, row.function, row.callee, how)
    edit = naming(row.callee, sides) if row.callee else None
    if edit is not None:
        return cause_at("edge", edit, row.function, row.callee, HANDED_OVER)
    edit = _providing(row, sides)
    if edit is not None:
        return cause_at(found.kind, edit, row.function, row.callee or op.callee, CALLED_ON)
    at = path.index(row.function) + 1 if row.function in path else 0
    steps = sides.head.path(op.id)
    called = [step.function for step in steps[1:]] + [op.callee]
    for hop, callee in reversed([*zip(steps, called, strict=True)][at:]):
        edit = sides.change.file(hop.file).at(hop.line)
        if edit is not None and not _called_before(callee, edit, sides):
            return cause_at(
                "op" if hop.function == op.function else "edge", edit, hop.function, op.callee, NEW_ON_THE_WAY
            )
    for function in reversed(path[at:]):
        for edit in edits_in(sides, function):
            if not edit.gone and edit.statement.kind == "def":
                return cause_at("edge", edit, function, op.callee, NEW_ON_THE_WAY)
    return None


def _called_before(callee: str, edit: Edit, sides: Sides) -> bool:
    """Whether what was edited named the callee before, too: then the edit is no reason why it is reached."""
    name, statement = callee.rpartition(".")[2].partition("#")[0], edit.statement
    return name in statement.mentions and any(
        other.gone and other.statement.owner == statement.owner and name in other.statement.mentions
        for other in sides.change.file(edit.file).edits
    )


NEW_ON_THE_WAY = "in a function that is new on the way"


def naming(callee: str, sides: Sides) -> Edit | None:
    """What was edited and names a function of the source, or its class; imports last."""
    parts = [part.partition("#")[0] for part in callee.split(".")]
    program = sides.head.program
    inside = program.facts(callee).name.split(".") if callee in program.functions else parts[-1:]
    own = [part.partition("#")[0] for part in inside if part and "<" not in part] or parts[-1:]
    names = {name for name in own[-2:] if not (name.startswith("__") and name.endswith("__"))}
    if len(own) > 1:
        # a method is named by its class: its own name may be that of many
        names = {own[-2], *(name for name in own[-1:] if not name.startswith("__"))}
    found = [edit for edit in sides.change.edits() if names & edit.names and edit.statement.kind != "def"]
    return min(
        found, key=lambda edit: (not _may_run(edit, sides), edit.gone, edit.statement.kind == "import"), default=None
    )


def _may_run(edit: Edit, sides: Sides) -> bool:
    """Whether what was edited is in code that the action is known to run: of a module, of a class, or in a function
    that it reaches, on the side that has it."""
    owner, seen = edit.statement.owner, sides.base if edit.gone else sides.head
    program = seen.program
    names = (f"{module}.{owner}" for module, path in program.paths.items() if path == edit.file)
    name = next((name for name in names if name in program.functions), "")
    return not owner or not name or name in seen.measured.calls or program.facts(name).kind == "class"


def _providing(row: Row, sides: Sides) -> Edit | None:
    """What was edited and provides a name that a call, or a loop around it, is said by."""
    loops, call = _said_by(row, sides)
    return _provider(loops | call, row, sides)


def _said_by(row: Row, sides: Sides) -> tuple[set[str], set[str]]:
    """The names that the loops around a call are said by, and those that the call is."""
    file = sides.change.file(sides.head.program.path(row.function))
    loops = [file.on(line) for line in row.loops]
    call = [file.on(row.line)]
    return _asked(loops), _asked(call)


def _asked(statements: Iterable[Statement | None]) -> set[str]:
    return {name for row in statements if row is not None for name in row.mentions - row.binds}


def _provider(wanted: set[str], row: Row, sides: Sides) -> Edit | None:
    """What was edited and gives a value to one of these names, or fills it; what is nearest in scope first."""
    path = sides.head.program.path(row.function)
    owner = _owner(row.function, sides)
    # what a function does is no reason why it is reached
    reached = _owner(row.callee, sides) if row.callee in sides.head.program.functions else None
    found = []
    for edit in sides.change.edits():
        statement = edit.statement
        same = edit.file == path and statement.owner == owner
        names = set(statement.fills)
        if same or not statement.owner or statement.kind in ("def", "class"):
            names |= statement.binds | statement.holds
        if statement.owner and statement.owner != reached:
            names.add(statement.owner.rpartition(".")[2])  # what it returns, or is made of
        if wanted & names:
            found.append((not same, edit.gone, statement.kind == "import", edit.file, edit.line, edit))
    return min(found, key=lambda row: row[:5])[5] if found else None


WITHOUT = "it comes with the rows no more"
WITH = "it is asked for with the rows now"
PREFETCHED = "django.db.models.prefetch_related_objects."
"""What the callee begins with of a query that asks for what all rows lead to."""

LOADED = "sqlalchemy.orm.selectinload."
"""The same of SQLAlchemy."""

OTHER_ROWS = "other rows are asked for"


def _without(op: BaselineOp, old: BaselineOp | None, sides: Sides) -> Cause | None:
    """The rows that an op reads come without what it reads now: an edit of what asks for them, or of what is asked for,
    took away a name of that."""
    model, _, name = op.callee.rpartition(".")
    for function in _asking(op, old, sides):
        for edit in edits_in(sides, function):
            if name in _parts(edit.statement.mentions):
                how = WITH if op.callee.startswith(PREFETCHED) and not edit.gone else WITHOUT
                return cause_at("op", sides.change.narrowed(edit, name), function, op.callee, how)
    if op.id not in sides.head.measured.paths.asked:
        return None
    declaring = model.rpartition(".")[2]
    found = [
        edit
        for edit in sides.change.edits()
        if edit.gone
        and (name in _parts(edit.names) or (name in edit.statement.binds and edit.statement.owner.endswith(declaring)))
    ]
    return cause_at("op", sides.change.narrowed(found[0], name), op.function, op.callee, WITHOUT) if found else None


def _by_class(op: BaselineOp, old: BaselineOp | None, sides: Sides) -> Cause | None:
    """A query more for all rows of a class: the class says now that a relation is loaded with them."""
    if old is not None or not op.callee.startswith(LOADED):
        return None
    name = op.callee.rpartition(".")[2].rpartition("__")[2]
    for edit in sides.change.edits():
        statement = edit.statement
        if not edit.gone and name in statement.binds and statement.owner and "relationship" in statement.mentions:
            return cause_at("op", sides.change.narrowed(edit, "lazy"), op.function, op.callee, WITH)
    return None


def _parts(names: Iterable[str]) -> frozenset[str]:
    """Names, and the parts of those that are paths of relations: "author__country"."""
    return frozenset(part for name in names for part in (name, *name.split("__")))


LOADING = frozenset((
    "select_related", "prefetch_related", "prefetch_related_objects", "selectinload", "joinedload", "subqueryload",
    "contains_eager", "only", "defer", "in_bulk",
))  # fmt: skip
"""What says which rows, or what of them, come with others."""


def _loaded_before(op: BaselineOp, sides: Sides) -> Cause | None:
    """A query for each row of another: what asked for its rows together with those was taken away, or a relation by
    which it asks is no longer among what is asked for."""
    if not op.callee.startswith(("django.db.models.", "sqlalchemy.orm.")):
        return None
    gone = [edit for edit in sides.change.edits() if edit.gone]
    called = frozenset(name for edit in gone for name in edit.names)
    if not called:
        return None
    loading = _loading(op.callee.rpartition(".")[2], called, sides.base)
    for edit in gone:
        words = edit.names & loading
        if not words and LOADING & edit.statement.mentions:
            words = LOADING & edit.names or edit.names & _said_on_the_way(op, sides)
        if words:
            edit = sides.change.narrowed(edit, min(words))
            return cause_at("op", edit, op.function, op.callee, WITHOUT)
    return None


def _loading(name: str, called: Collection[str], state: Seen) -> frozenset[str]:
    """Those of some names by which functions of the source are called that say that a relation comes with its rows."""
    found = set()
    for module in state.program.modules:
        for facts in state.program.modules[module].functions:
            last = facts.name.rpartition(".")[2]
            if last in called and last not in found and facts.kind == "function":
                texts = _parts(row[2] for row in facts.code if row[0] == opcodes.STR)
                if name in texts and any(site.text.rpartition(".")[2] in LOADING for site in facts.sites):
                    found.add(last)
    return frozenset(found)


def _said_on_the_way(op: BaselineOp, sides: Sides) -> frozenset[str]:
    """The names in the statements on the path to an op."""
    steps = sides.head.path(op.id)
    said = (sides.change.file(step.file).on(step.line) for step in steps)
    return frozenset(name for statement in said if statement is not None for name in statement.mentions)


def _other_rows(op: BaselineOp, old: BaselineOp | None, sides: Sides) -> Cause | None:
    """An op reads rows of a query that was edited, or that is newly asked for."""
    for function in _asking(op, old, sides):
        for edit in edits_in(sides, function):
            return cause_at("op", edit, function, op.callee, OTHER_ROWS)
    return _first(_newly_called(function, sides) for function in _asking(op, old, sides))


def _asking(op: BaselineOp, old: BaselineOp | None, sides: Sides) -> list[str]:
    """The functions that ask for the rows which an op reads, and of which it did not read any before."""
    now = dict.fromkeys(function for function, _ in sides.head.measured.paths.asked.get(op.id, ()))
    was = sides.base.measured.paths.asked.get(old.id, ()) if old is not None else ()
    return [function for function in now if function not in {name for name, _ in was}]


def _size(op: BaselineOp, old: BaselineOp | None, sides: Sides) -> Cause | None:
    """The op handles more than before."""
    if old is None or (op.size == old.size and op.callee == old.callee):
        return None
    function = op.function
    if function not in sides.head.program.functions:
        return None
    for row in rows_to(sides.head, op, [function]).get(function, ()):
        if row.callee:
            continue
        edit = sides.change.file(sides.head.program.path(function)).at(row.line) or _providing(row, sides)
        if edit is not None:
            kind = "size" if op.callee == old.callee else "op"
            return cause_at(kind, edit, function, op.callee, "it handles more" if kind == "size" else "another op")
    return None


def _around(path: list[str], op: BaselineOp, sides: Sides) -> Cause | None:
    """The same calls in the same loops: what calls otherwise, bounds a loop otherwise, or keeps less than before."""
    above = ancestors(sides.head.measured.calls, op.function)
    rows = rows_to(sides.head, op, above)
    order = sorted(rows, key=lambda name: (name not in path, above[name], name))
    every = [row for name in order for row in rows[name]]
    for row in every:
        file = sides.change.file(sides.head.program.path(row.function))
        for line in (*row.loops, row.line):
            edit = file.at(line)
            if edit is not None:
                return _given_otherwise(row, edit, line in row.loops, line == row.line, op)
    for row in every:
        if row.loops:
            for number, names in enumerate(_said_by(row, sides)):
                edit = _provider(names, row, sides)
                if edit is not None:
                    return _given_otherwise(row, edit, number == 0, number == 1, op)
    for name in order:
        for edit in edits_in(sides, name):
            return cause_at("function", edit, name, op.callee, "its function was changed")
    return None


MORE_ROUNDS = "a loop around it runs more often"
OTHER_ARGUMENTS = "it is called with other arguments"
OTHER_STATEMENT = "its statement was changed"


def _given_otherwise(row: Row, edit: Edit, in_loop: bool, in_call: bool, op: BaselineOp) -> Cause:
    """An edit of the loop around a call, of the call, or of a statement that is both."""
    if in_loop == in_call:
        kind, how = "loop" if in_loop else "edge", OTHER_STATEMENT
    else:
        kind, how = ("loop", MORE_ROUNDS) if in_loop else ("edge", OTHER_ARGUMENTS)
    return cause_at(kind, edit, row.function, row.callee or op.callee, how)


def edits_in(sides: Sides, function: str) -> Iterator[Edit]:
    """What was edited in a function; of a method's class, its own statements, where they may keep something for it."""
    if function not in sides.head.program.functions:
        return
    edits = sides.change.file(sides.head.program.path(function)).edits
    owner = _owner(function, sides) if edits else ""
    for edit in edits:
        if edit.statement.owner == owner:
            yield edit


def edited_functions(sides: Sides) -> Iterator[str]:
    """The functions of the action that are there on both sides, and were edited, sorted."""
    head, base = sides.head.program, sides.base.program
    for function in sorted(sides.head.measured.calls):
        if function in head.functions and function in base.functions and any(edits_in(sides, function)):
            yield function


def _owner(function: str, sides: Sides) -> str:
    """A function as statements name what they stand in: a lambda's are those of the function around it."""
    name = sides.head.program.facts(function).name
    parts = [part.partition("#")[0] for part in name.split(".")]
    while parts and parts[-1].startswith("<"):
        parts.pop()
    return ".".join(parts)
