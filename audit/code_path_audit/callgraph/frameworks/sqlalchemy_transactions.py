"""SQLAlchemy's transactions that end by themselves: `with session.begin()`, `with Session.begin() as session`, and
`with engine.begin() as connection` commit where the block ends, which is told where it is entered.
"""

from __future__ import annotations

from typing import NamedTuple

from code_path_audit.callgraph.frameworks.reporting import does
from code_path_audit.callgraph.solver.abstract_values import XINST
from code_path_audit.callgraph.solver.ids import Site, Value
from code_path_audit.callgraph.solver.state import Call, State

SESSION, ASYNC_SESSION = "sqlalchemy.orm.Session", "sqlalchemy.ext.asyncio.AsyncSession"
CONNECTION, ASYNC_CONNECTION = "sqlalchemy.Connection", "sqlalchemy.ext.asyncio.AsyncConnection"

COMMITS = {
    "Session": SESSION, "AsyncSession": ASYNC_SESSION, "scoped_session": SESSION,
    "async_scoped_session": ASYNC_SESSION, "Engine": CONNECTION, "Connection": CONNECTION,
    "AsyncEngine": ASYNC_CONNECTION, "AsyncConnection": ASYNC_CONNECTION,
}  # fmt: skip
"""What has a method `begin`, by the last part of its name, and what commits at the end of its block."""

GIVING = {"Engine": CONNECTION, "AsyncEngine": ASYNC_CONNECTION}
"""Those of them whose block is given something else than the transaction."""


class Begun(NamedTuple):
    """The key of what asks for something at the end of its block: the callee that does."""

    commit: str
    tag: str = "begun"


def begins(s: State, call: Call, owner: str, name: str) -> None:
    """session.begin(), session.begin_nested(), engine.begin(): what a block with it is of. `owner` is the class that
    has the method."""
    last = owner.rpartition(".")[2]
    if last in COMMITS:
        made = GIVING.get(last, "sqlalchemy.orm.SessionTransaction")
        ends = "commit" if name == "begin" else name
        if name != "begin":
            does(s, call.site, f"{COMMITS[last]}.{name}", call.kind)
        s.add(call.dst, s.of(XINST, made, (), Begun(f"{COMMITS[last]}.{ends}")))


def made_begun(s: State, session: str) -> Value:
    """What `sessionmaker(...).begin()` gives: a session that commits at the end of its block."""
    return s.of(XINST, session, (), Begun(f"{session}.commit"))


def entered(s: State, site: Site, value: Value) -> None:
    """with session.begin()"""
    found = s.rows[value].key if s.kinds[value] == XINST else None
    if isinstance(found, Begun):
        does(s, site, found.commit, "context")
