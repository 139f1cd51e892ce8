"""Who is logged in, of Flask-Login: `current_user` is what the function gives that `@login.user_loader` marks, and that
runs once for each request whose handler asks for it."""

from __future__ import annotations

from code_path_audit.callgraph.solver.abstract_values import EXT
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.state import Read, State

PACKAGE = "flask_login"
USER = "flask_login.current_user"


def user(s: State) -> Var:
    """The variable of the user."""
    return s.field(s.of(EXT, USER), "#user")


def named(s: State, data: Read, base: Value) -> bool:
    """current_user.name: whether that is read of a user of the source."""
    if s.rows[base].dotted != USER or data.name in ("is_authenticated", "is_anonymous", "is_active"):
        return False
    s.watch(user(s), s.read, data)
    return bool(s.pts[user(s)])
