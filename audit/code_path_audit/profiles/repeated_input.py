"""Ops anywhere in an action that do the same work on one value: handed on through other callers, held by an object, or
made of the same again. Which value that is, `runs.distinct` follows back through calls; what may be another is none.

Left alone: what is read on in a stream or asked of what has a state, what is made of the contents of an object (they
may be others by then), and files of an action that may have written any by then. Of what runs on a condition one is
counted, and only beside one that surely runs: two of them may be two branches.
"""

from __future__ import annotations

from collections.abc import Iterable

from code_path_audit.callgraph.model import Evidence
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts.rows import ALWAYS, CONDITIONS
from code_path_audit.profiles.effects import STREAMS, Knowledge, is_method, is_stateful
from code_path_audit.profiles.reach import op_order
from code_path_audit.profiles.runs.distinct import DEPTH, ITEM, Given, Token, values_of
from code_path_audit.profiles.steady import last_name

OF_CONTENTS = ("dump", "walk", "encode", "pack", "serialize", "tostring", "unparse", "render", "copy", "save", "write")
"""How the last names begin of functions whose work is that of what an object holds by then."""

CONTENTS = ("deep_copy", "pickle")
"""Classes of work of the same kind."""

DATABASE = ("django.", "sqlalchemy.", "peewee.", "pymongo.", "sqlite3.", "redis.")
"""What begins the names of libraries that answer by what was stored by then."""


def across_functions(known: Knowledge, given: Given, ops: Iterable[ExpensiveOp]) -> list[tuple[list[ExpensiveOp], str]]:
    """Groups of ops with the same callee and the same value as input, and that input as the first of them says it."""
    changed = [row.target for row in known.reach.mutations if row.kind == "container_mutate"]
    stored = {last_name(row.target) for row in known.reach.mutations if row.kind == "attr_write"}
    # what an object had before the action began is none of what that is given
    is_own = all(target.startswith("self.") and last_name(target) not in stored for target in changed)
    by_callee: dict[str, list[ExpensiveOp]] = {}
    for op in ops:
        if is_repeatable(known, op):
            by_callee.setdefault(op.callee, []).append(op)
    groups: dict[tuple[str, tuple[Token, ...]], list[ExpensiveOp]] = {}
    for callee, members in by_callee.items():
        for op in members if len(members) > 1 else ():
            tokens = input_of(known, given, op)
            if op.base_class == "file_io" and known.file_writes.may_be_before(op.function, op.site):
                continue
            if tokens and not (
                changed and any(is_element(row) and not (is_own and is_given(known, row)) for row in tokens)
            ):
                groups.setdefault((callee, tokens), []).append(op)
    found = []
    for members in groups.values():
        group = sorted(surely_together(members), key=op_order)
        if len({op.function for op in group}) > 1:
            found.append((group, text_of(known, group[0])))
    return found


def is_repeatable(known: Knowledge, op: ExpensiveOp) -> bool:
    """Whether an op that runs twice on one value does the same twice."""
    last = op.callee.rpartition(".")[2]
    return (
        op.evidence == Evidence.CERTAIN.word
        and last not in STREAMS
        and not last.startswith(OF_CONTENTS)
        and op.base_class not in CONTENTS
        and not op.callee.startswith(DATABASE)
        and not is_stateful(op.callee)
        and not (op.kept_here or op.kept_longer or known.is_cached(op.function))
    )


def input_of(known: Knowledge, given: Given, op: ExpensiveOp) -> tuple[Token, ...]:
    """The one value of each argument, the receiver first; () where one cannot be told, or may be several."""
    values = known.values(op.function)
    rows: list[tuple[str, int]] = []
    if is_method(op.callee):
        receiver = values.receiver(op.site)
        if receiver is None:
            return ()
        rows.append((".", receiver))
    for argument in values.facts.sites[op.site].arguments:
        if argument.keyword in ("*", "**"):
            return ()
        rows.append((argument.keyword or "", argument.reg))
    found: list[Token] = []
    for keyword, reg in rows:
        tokens = values_of(given, op.function, reg, DEPTH) if reg >= 0 else None
        if tokens is None or len(tokens) != 1:
            return ()
        found.append((keyword, *next(iter(tokens))))
    return tuple(found)


def is_element(token: object) -> bool:
    """Whether a value is an element of something, or made of one: another one, once that was stored there."""
    return token == ITEM or (isinstance(token, tuple) and any(map(is_element, token)))


def is_given(known: Knowledge, token: Token) -> bool:
    """Whether a value is an element of what the entry point of an action is given, but for its own object."""
    match token:
        case (_, ("entry", str(function), int(index)), *_):
            return known.reach.facts(function).params[index].name not in ("self", "cls")
    return False


def surely_together(members: list[ExpensiveOp]) -> list[ExpensiveOp]:
    """Those of a group that run in one run of the action: what always does, and one of what may."""
    always = [op for op in members if op.condition == CONDITIONS[ALWAYS]]
    others = sorted((op for op in members if op.condition != CONDITIONS[ALWAYS]), key=lambda op: (-op.weight, op.id))
    return [*always, *others[:1]] if always else []


def text_of(known: Knowledge, op: ExpensiveOp) -> str:
    """The input of an op as its call says it."""
    site = known.reach.facts(op.function).sites[op.site]
    receiver = [site.text.rpartition(".")[0]] if is_method(op.callee) else []
    said = [f"{row.keyword}={row.text}" if row.keyword and row.text else row.text for row in site.arguments]
    text = ", ".join([*receiver, *said])
    return f"{text} in {op.function}" if all([*receiver, *said]) and "()" not in text else f"one value in {op.function}"
