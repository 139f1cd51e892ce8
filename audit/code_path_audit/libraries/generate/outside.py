"""Calls of what lies outside of a library: of builtins, and of other libraries by their models."""

from __future__ import annotations

from code_path_audit.callgraph.behaviours import Facts
from code_path_audit.facts import opcodes as op
from code_path_audit.libraries.generate.effects import Effect, derived, is_far, root
from code_path_audit.libraries.generate.members import CALLING, PARTIALS, PASSING, SETTING
from code_path_audit.libraries.generate.registers import Registers


def call_builtin(body: Registers, row: op.Row, name: str, perhaps: bool) -> None:
    """A call of what lies outside of the library."""
    register, _, positional, keywords, _ = row[1:6]
    if name in SETTING and len(positional) > 2:
        body.set_attribute(body.of(positional[0]), body.texts.get(positional[1], ""), body.of(positional[2]), row[5])
    elif name == "getattr" and len(positional) > 1:
        text = body.texts.get(positional[1], "")
        for origin in body.of(positional[0]):
            if origin[0] in ("param", "object", "attr", "item"):
                body.give(register, derived("attr", origin, text or "*"))
    elif name == "super":
        body.give(register, [("super", body.name)] if body.cls else [])
    elif name in PASSING or name in PARTIALS:
        for part in positional[1:] if name == "typing.cast" else positional:
            body.give(register, body.of(part))
    elif name == "functools.update_wrapper" and positional:
        body.give(register, body.of(positional[0]))
    if "." in name:
        call_outside(body, row, body.package.behaviours.facts(name), perhaps)
    place = CALLING.get(name)
    for key, part in (*enumerate(positional), *keywords):
        if key == place and place is not None:
            for origin in body.of(part):
                if root(origin)[0] == "param":
                    body.do(Effect("calls", origin, perhaps=perhaps))


def call_outside(body: Registers, row: op.Row, facts: Facts, perhaps: bool) -> None:
    """A call of another library, of which a model says what it does with what it is given."""
    for what, places in (("calls", facts.calls), ("fires", facts.fires)):
        for place in places:
            for index, part in enumerate(row[3]):
                if place.covers(index):
                    given_outside(body, what, part, perhaps or place.perhaps)
            for key, part in row[4]:
                if key is not None and key == place.name:
                    given_outside(body, what, part, perhaps or place.perhaps)


def given_outside(body: Registers, what: str, part: int, perhaps: bool) -> None:
    """One argument that another library calls, or of which it calls what that keeps."""
    for origin in body.of(part):
        body.used(origin)
        if body.is_self(origin) or (origin[0] == "attr" and body.is_self(origin[1])):
            body.do(Effect("fires", root(origin), perhaps=perhaps))
        elif not is_far(origin):
            body.do(Effect(what, origin, perhaps=perhaps))
