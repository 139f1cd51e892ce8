"""A digest of a function's body that a rename or a move leaves alone: how a moved function is known again."""

from __future__ import annotations

import hashlib
from typing import Any

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.module import ModuleFacts

DIGEST_LENGTH = 12
"""Hexadecimal digits: 48 bits, compared only among the functions of one action."""

# A rename changes the global names that a body mentions, a move the modules it imports: neither is part of the digest.
_NAME_AT = {
    op.GLOBAL: (2,),
    op.STORE_GLOBAL: (1,),
    op.IMPORT: (2,),
    op.IMPORT_FROM: (2, 3),
    op.IMPORT_STAR: (1,),
}

_OTHERWISE = frozenset((op.FUNC, op.CLASS, op.FREE, op.STORE_FREE, *_NAME_AT))
"""The instructions that are not in the digest as they are."""


def body_digest(module: ModuleFacts, index: int) -> str:
    """The digest of function `index` of a module, its nested functions included.

    Left out: names of locals, parameters, globals and imports, positions, and the text of expressions.
    """
    return hashlib.sha256(repr(_shape(module, index)).encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_LENGTH]


def _shape(module: ModuleFacts, index: int) -> tuple[object, ...]:
    function = module.functions[index]
    return (
        function.kind,
        function.is_async,
        tuple((param.kind, param.default) for param in function.params),
        tuple([row if row[0] not in _OTHERWISE else _instruction(module, index, row) for row in function.code]),
        function.loops,
        tuple((site.kind, site.loop, site.awaited, len(site.arguments)) for site in function.sites),
    )


def _instruction(module: ModuleFacts, index: int, instruction: tuple[Any, ...]) -> tuple[object, ...]:
    operation = instruction[0]
    if operation == op.FUNC:
        defaults = tuple(register for _, register in instruction[3])
        return (operation, instruction[1], _nested(module, index, instruction[2]), defaults)
    if operation == op.CLASS:
        return (operation, instruction[1], _nested(module, index, instruction[2]), *instruction[3:])
    if operation == op.FREE:
        return (operation, instruction[1], _hops(module, index, instruction[2]), instruction[3])
    if operation == op.STORE_FREE:
        return (operation, _hops(module, index, instruction[1]), *instruction[2:])
    return tuple(["" if at in _NAME_AT[operation] else part for at, part in enumerate(instruction)])


def _nested(module: ModuleFacts, index: int, inner: int) -> object:
    # numbers of functions shift with every function above them; a function is only ever made by the one around it
    return _shape(module, inner) if module.functions[inner].parent == index else _loose(module.functions[inner])


def _loose(function: FunctionFacts) -> object:
    return (function.kind, len(function.code))


def _hops(module: ModuleFacts, index: int, owner: int) -> int:
    hops = 0
    while index not in (owner, -1):
        index = module.functions[index].parent
        hops += 1
    return hops
