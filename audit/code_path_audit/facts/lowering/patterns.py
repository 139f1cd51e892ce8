"""match: subjects, patterns and captures."""

from __future__ import annotations

import ast

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.lowering.arms import open_branch
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.lowering.conditions import test
from code_path_audit.facts.lowering.control import branch
from code_path_audit.facts.lowering.dispatch import expr, primitive
from code_path_audit.facts.lowering.flags import asked_of_case, none_of, one_of
from code_path_audit.facts.lowering.guards import Guard, asked, listed
from code_path_audit.facts.rows import ANYTHING, SOMETIMES


def match(b: Builder, node: ast.Match) -> None:
    """match: each case is an arm; class patterns narrow the subject and their captures read its attributes."""
    subject = expr(b, node.subject)
    before = b.current
    ends: list[dict[str, int] | None] = []
    exhaustive = False
    around, choice = b.arm, b.choice()
    others: list[str] = []
    for case in node.cases:
        param, attr, constants = asked_of_case(b, node.subject, case.pattern)
        b.join()
        b.current = dict(before)
        b.conditional += 1
        b.optional += 1
        narrowed = pattern(b, case.pattern, subject)
        held: list[tuple[str, int, int]] = []
        if type(node.subject) is ast.Name and narrowed != subject:
            held.append((node.subject.id, narrowed, subject))
        if case.guard is not None:
            held += test(b, case.guard)[0]
        b.conditional -= 1
        b.optional -= 1
        want = one_of(constants, attr) if constants else none_of(others, attr) if others else ANYTHING
        given = param if want != ANYTHING else -1
        open_branch(b, choice, case.body, asks_nothing(b, node.subject, case), SOMETIMES, given, want)
        if case.guard is None:
            others += constants
        ends.append(branch(b, b.current, held, case.body))
        b.arm = around
        exhaustive = exhaustive or (case.guard is None and is_irrefutable(case.pattern))
    if not exhaustive:
        # what no case is for, be it that anything follows or not: an arm of its own
        given, want = (param, none_of(others, attr)) if others else (-1, ANYTHING)
        b.open_arm(choice, SOMETIMES, given=given, want=want)
        if any(ends):
            b.arm = around
        ends.append(dict(before))
    state: dict[str, int] | None = None
    for end in ends:
        state = b.merge(state, end) if end is not None else state
    b.dead = state is None
    b.current = state if state is not None else {}


def asks_nothing(b: Builder, subject: ast.expr, case: ast.match_case) -> list[Guard]:
    """What `case None` asks for: it is taken where that is not there."""
    if not isinstance(case.pattern, ast.MatchSingleton) or case.pattern.value is True or case.guard is not None:
        return []
    return [row._replace(missing=True) for row in listed(asked(b, subject))]


def is_irrefutable(node: ast.pattern) -> bool:
    """case _ and case name"""
    return type(node) is ast.MatchAs and node.pattern is None


def pattern(b: Builder, node: ast.pattern, subject: int) -> int:
    """Bind the captures of a pattern. Returns what is known of the subject if it matches."""
    if isinstance(node, ast.MatchAs):
        held = pattern(b, node.pattern, subject) if node.pattern is not None else subject
        if node.name is not None:
            capture(b, node.name, held)
        return held
    if isinstance(node, ast.MatchClass):
        return class_pattern(b, node, subject)
    if isinstance(node, ast.MatchSequence):
        parts = tuple(b.register() for _ in node.patterns)
        star = next((i for i, p in enumerate(node.patterns) if type(p) is ast.MatchStar), -1)
        b.code.append((op.UNPACK, subject, parts, star, b.site(node, "iterate", "unpack")))
        for part, sub in zip(parts, node.patterns, strict=True):
            pattern(b, sub, part)
    elif isinstance(node, ast.MatchStar):
        if node.name is not None:
            capture(b, node.name, subject)
    elif isinstance(node, ast.MatchMapping):
        for key, sub in zip(node.keys, node.patterns, strict=True):
            reg = b.register()
            b.code.append((op.ITEM, reg, subject, expr(b, key), b.site(key, "operator", "__getitem__")))
            pattern(b, sub, reg)
        if node.rest is not None:
            capture(b, node.rest, subject)
    elif isinstance(node, ast.MatchOr):
        before = b.current
        state: dict[str, int] | None = None
        for sub in node.patterns:
            b.current = dict(before)
            pattern(b, sub, subject)
            state = b.merge(state, b.current)
        b.current = state if state is not None else before
    elif isinstance(node, ast.MatchValue):
        value = expr(b, node.value)
        b.code.append(
            (op.COMPARE, primitive(b, "builtins.bool"), "eq", subject, value, b.site(node, "operator", "__eq__"))
        )
    return subject


def class_pattern(b: Builder, node: ast.MatchClass, subject: int) -> int:
    """case C(x, y=z)"""
    cls = expr(b, node.cls)
    held = b.register()
    b.code.append((op.NARROW, held, subject, "is", cls))
    for index, sub in enumerate(node.patterns):
        reg = b.register()
        b.code.append((op.MATCH_ATTR, reg, held, index, cls))
        pattern(b, sub, reg)
    for name, sub in zip(node.kwd_attrs, node.kwd_patterns, strict=True):
        reg = b.register()
        b.code.append((op.ATTR, reg, held, name, b.site(sub, "property", name)))
        pattern(b, sub, reg)
    return held


def capture(b: Builder, name: str, reg: int) -> None:
    """A captured name is a version of its own."""
    copy = b.register()
    b.code.append((op.COPY, copy, reg))
    b.write(name, copy)
