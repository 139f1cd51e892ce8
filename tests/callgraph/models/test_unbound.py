"""Methods of library classes that are read from their class: their models are about objects, and say nothing here."""

from __future__ import annotations

import pytest

from code_path_audit import pipeline
from tests.callgraph.solving import program_of

CALLS = [
    "type.__subclasses__(A)", "queue.Queue.put(q, g)", "queue.Queue.get(q)()", "asyncio.Queue.put(q, g)",
    "contextvars.ContextVar.set(q, g)", "contextvars.ContextVar.get(q)()", "types.GeneratorType.send(q, 1)",
    "property.setter(A.x, g)", "functools.partial.__call__(g)", "weakref.ref.__call__(g)",
    "functools.singledispatchmethod.register(g, int)", "str.format('x', 1)", "list.append([], g)", "dict.get({}, 1)",
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_a_method_of_a_class(call: str) -> None:
    program = program_of(
        {
            "m": "import asyncio, contextvars, functools, queue, types, weakref\n"
            f"class A:\n    x = property(lambda self: 1)\ndef g(): ...\ndef f(q):\n    {call}\n"
        }
    )
    graph = pipeline.solve(program, ("m.f",))
    assert {edge.caller for edge in graph.edges} <= {"m.f"}
