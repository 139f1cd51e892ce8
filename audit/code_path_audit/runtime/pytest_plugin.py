"""A pytest plugin: the fixture `record_action`, which does nothing unless the tests run below `code-path-audit record`.

def test_checkout(record_action):
    with record_action("checkout"):
        shop.checkout(cart)

code-path-audit record --action checkout -- pytest tests/test_checkout.py
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest


@pytest.fixture(scope="session")
def record_action() -> Callable[[str], AbstractContextManager[None]]:
    """`record_action(name)`: a context manager; what runs inside counts as being below an entry point of that
    action."""
    return action_block


def action_block(name: str) -> AbstractContextManager[None]:
    """The block of an action that is being recorded in this process, else a block that does nothing."""
    agent = sys.modules.get("code_path_audit_agent.start")
    found: AbstractContextManager[None] | None = None if agent is None else agent.block(name)
    return nullcontext() if found is None else found
