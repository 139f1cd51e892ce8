"""Django's requests: the session that a request has, and the user who sends it.

Both are fetched where something first asks for them, once for a request, and an action answers one: the session by its
key, the user by what the session says. What changes the session is saved after the view, in a transaction of its own,
and told where it is changed. Assumes that somebody is logged in and sessions are in the database, as they are where no
setting says another; likely where no settings are in the source. Wrong for what a backend of the source asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from code_path_audit.callgraph.frameworks import django_settings
from code_path_audit.callgraph.frameworks.django_declared import USER, model_named
from code_path_audit.callgraph.frameworks.django_models import model_of, related_manager, row_of
from code_path_audit.callgraph.frameworks.django_transactions import BEGIN, COMMIT
from code_path_audit.callgraph.frameworks.reporting import asks_in_turn, does, first_site
from code_path_audit.callgraph.frameworks.row_values import Place, Row, key_of
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.heap.modules import module_names
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, EXT, FUNC, INST, MODULE, STR, XINST, XMETHOD
from code_path_audit.callgraph.solver.ids import NO_CLASS, NOWHERE, Function, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Fetch, Read, State

D = TypeVar("D")

REQUEST = "django.http.HttpRequest"
REQUESTS = frozenset((
    REQUEST, "django.http.request.HttpRequest", "django.core.handlers.wsgi.WSGIRequest",
    "django.core.handlers.asgi.ASGIRequest", "rest_framework.request.Request",
))  # fmt: skip

LAZY_USER = "django.utils.functional.SimpleLazyObject"
"""The user of whom nothing was asked yet, as a template has it."""

SESSION = "django.contrib.sessions.backends.base.SessionBase"
LOADED, SAVED = "django.contrib.sessions.session.load", "django.contrib.sessions.session.save"
FOUND = "django.contrib.auth.get_user"
"""What a request asks the database for, as ops call it."""

READING = frozenset(("get", "items", "keys", "values", "has_key", "is_empty", "get_expiry_age", "get_expiry_date"))
WRITING = frozenset(("pop", "setdefault", "update", "clear", "set_expiry", "set_test_cookie", "delete_test_cookie"))
"""Methods of a session that ask for what it has, and that change it besides."""

MIDDLEWARE = {
    "session": "django.contrib.sessions.middleware.SessionMiddleware",
    "user": "django.contrib.auth.middleware.AuthenticationMiddleware",
}
"""What gives a request its session and its user."""

GUARDS = frozenset((
    "django.contrib.auth.decorators.login_required", "django.contrib.auth.decorators.permission_required",
    "django.contrib.auth.decorators.user_passes_test", "django.contrib.admin.views.decorators.staff_member_required",
))  # fmt: skip
MIXINS = ("LoginRequiredMixin", "PermissionRequiredMixin", "UserPassesTestMixin", "AccessMixin")
"""Decorators of a view, and classes above one, that ask who it is before it runs."""

PERMITTING, TESTING = ("permission_required", "PermissionRequiredMixin"), "UserPassesTestMixin"
"""Those that ask for permissions, and the one that asks a method of the view."""

IN_DATABASE = ("", "django.contrib.sessions.backends.db")
"""Engines that keep sessions in the database; "" where no setting says one."""


class Requests:
    """What the settings say of requests."""

    def __init__(self) -> None:
        self.evidence: dict[str, Evidence | None] | None = None
        """Whether a request has a session in the database, and a user."""
        self.guarded: set[Function] = set()
        """The views before which it is asked who it is."""
        self.permitted: set[Function] = set()
        """Those before which it is asked what they may."""
        self.is_asked_before = False
        """Whether the REST framework asked who it is, before each of the views of the action."""


def known(s: State, what: str) -> Evidence | None:
    """Whether the settings give requests a "session" that is in the database, or a "user"; None where they do not."""
    table = s.tables[Requests]
    if table.evidence is None:
        found = django_settings.modules(s)
        named = set(texts(s, "MIDDLEWARE", found))
        table.evidence = {
            name: Evidence.LIKELY if not found else Evidence.CERTAIN if dotted in named else None
            for name, dotted in MIDDLEWARE.items()
        }
        if not set(texts(s, "SESSION_ENGINE", found)) <= set(IN_DATABASE):
            table.evidence["session"] = None
    return table.evidence[what]


def texts(s: State, name: str, modules: Iterable[str]) -> list[str]:
    """The texts that a setting is, or has in its list."""
    held = [v for m in modules if name in module_names(s, m) for v in s.holds(s.field(s.of(MODULE, m), name))]
    held += [v for box in held if s.kinds[box] == BOX for v in s.holds(s.field(box, "*"))]
    return [s.rows[value].text for value in held if s.kinds[value] == STR]


# what is given


def decorates(s: State, dotted: str, below: Var) -> None:
    """A decorator stands above a view: whether it asks who it is."""
    if dotted in GUARDS:
        s.watch(below, on_guarded, dotted)


@sees(FUNC)
def on_guarded(s: State, dotted: str, value: Value) -> None:
    """The view below the decorator."""
    s.tables[Requests].guarded.add(s.rows[value].function)
    if dotted.endswith(PERMITTING):
        s.tables[Requests].permitted.add(s.rows[value].function)


def guard(s: State, function: Value, cls: Value) -> None:
    """What stands before a view asks who it is: told at the first thing that the view asks for itself."""
    fid = s.rows[function].function
    above = classes.outside_names(s, cls) if cls != NO_CLASS else ()
    if fid in s.tables[Requests].guarded or any(name.endswith(MIXINS) for name in above):
        first = first_site(s, s.activate(fid, s.rows[function].env, ()))
        if first is not None:
            then(s, on_user, (Read(NOWHERE, "user", first), False))
            if fid in s.tables[Requests].permitted or any(name.endswith(PERMITTING) for name in above):
                then(s, on_permitted, first)
            if any(name.endswith(TESTING) for name in above):
                asks_in_turn(s, first, s.of(INST, cls, 0), "test_func")


def give(s: State, function: Value, receiver: Value) -> None:
    """A function that is given a request by that name, and the object that it is a method of, have it."""
    fid = s.rows[function].function
    request = s.instance(REQUEST)
    base = s.a_base[s.activate(fid, s.rows[function].env, ())]
    names = [param.name for param in s.facts[fid].params]
    if "request" in names:
        s.add(base + names.index("request"), request)
    if receiver != NO_CLASS:
        s.add(s.field(receiver, "request"), request)


def show(s: State, context: Value, request: Var) -> None:
    """A template that is rendered for a request has the user, unless the context has something of that name."""
    s.watch(request, on_shown, context)


@sees(XINST)
def on_shown(s: State, context: Value, value: Value) -> None:
    """The request that a template is rendered for."""
    if value == s.instance(REQUEST):
        s.later(put_user, context, None)


def put_user(s: State, context: Value, _: None) -> None:
    """The user is in a context, once that has what it is given."""
    if not s.holds(s.field(context, "=s:user")):
        user = s.variable()
        s.add(user, s.of(XINST, LAZY_USER, (), "user"))
        containers.put(s, context, s.of(STR, "user"), user)


# what users have

PERMISSIONS = ("django.contrib.auth.user_permissions", "django.contrib.auth.group_permissions")
"""What the first question for a permission asks the database for, as ops call it."""

ASKING = frozenset(("has_perm", "has_perms", "has_module_perms", "get_all_permissions"))
MIXIN = "django.contrib.auth.models.PermissionsMixin"
BASES = (USER, MIXIN, "django.contrib.auth.models.AbstractUser")
MANY = {"groups": "django.contrib.auth.models.Group", "user_permissions": "django.contrib.auth.models.Permission"}
"""The relations of a user that Django declares, and their models."""


def user_member(s: State, data: Read, base: Value) -> bool:
    """What a user has of Django: groups, and questions for permissions."""
    key = key_of(s, base)
    if (data.name not in ASKING and data.name not in MANY) or not isinstance(key, Row):
        return False
    model = model_of(s, base)
    names = classes.outside_names(s, model) if s.kinds[model] == CLASS else (s.rows[model].dotted,)
    if not any(name in BASES for name in names):
        return False
    if data.name in ASKING:
        s.add(data.dst, s.of(XMETHOD, f"{MIXIN}.{data.name}", base))
    else:
        s.add(data.dst, related_manager(s, s.of(EXT, MANY[data.name]), key, data.name))
    return True


def asked(s: State, call: Call, receiver: Value) -> None:
    """request.user.has_perm("orders.add"): the permissions are fetched once for a user, unless that is a superuser."""
    key = key_of(s, receiver)
    place = key.made if isinstance(key, Row) else None
    for dotted in PERMISSIONS:
        fetched = Fetch(receiver, dotted, place, key.each) if isinstance(key, Row) and place is not None else None
        does(s, call.site, dotted, call.kind, fetched, Evidence.LIKELY)


def on_permitted(s: State, site: Site, _: None) -> None:
    """What stands before a view asks whether they may."""
    s.watch(users(s), on_asked, site)


def on_asked(s: State, site: Site, user: Value) -> None:
    """The user whose permissions are asked for."""
    asked(s, Call(site, NOWHERE, (), (), "property"), user)


# what is asked


def member(s: State, data: Read, base: Value) -> bool:
    """What is read of a request, or of a user that was not asked for yet."""
    if user_member(s, data, base):
        return True
    dotted = s.rows[base].dotted if s.kinds[base] == XINST else ""
    if dotted == LAZY_USER and s.rows[base].key == "user":
        then(s, on_user, (data, True))
    elif dotted not in REQUESTS or data.name not in ("user", "session"):
        return False
    elif data.name == "session":
        s.add(data.dst, s.instance(SESSION))
    else:
        then(s, on_user, (data, False))
    return True


def special(s: State, value: Value, name: str, call: Call) -> None:
    """request.session["cart"], and what else the language asks of a session."""
    if s.kinds[value] == XINST and s.rows[value].dotted == SESSION:
        then(s, on_session, (call.site, name in ("__setitem__", "__delitem__")))


def method(s: State, call: Call, name: str, receiver: Value, dotted: str) -> None:
    """request.session.get("cart"), request.user.has_perm("orders.add")"""
    if dotted.startswith(MIXIN + ".") and name in ASKING:
        asked(s, call, receiver)
    if dotted.startswith(SESSION + ".") and name in READING | WRITING:
        then(s, on_session, (call.site, name in WRITING))


def then(s: State, handler: Callable[[State, D, None], None], data: D) -> None:
    """Does something once the settings are read."""
    django_settings.modules(s)
    s.later(handler, data, None)


def on_user(s: State, data: tuple[Read, bool], _: None) -> None:
    """The user is asked for, or something of whom nothing was asked yet."""
    read, is_lazy = data
    if not s.tables[Requests].is_asked_before:
        ask_session(s, read.site)
    if is_lazy:
        s.watch(users(s), s.read, read)
    else:
        s.flow(users(s), read.dst)


def ask_session(s: State, site: Site) -> None:
    """Who it is, is asked by the session: what the REST framework does where it is told to."""
    evidence = known(s, "user")
    if evidence is not None:
        load_session(s, site)
        does(s, site, FOUND, "property", of_request(s, "user"), evidence)


def on_session(s: State, data: tuple[Site, bool], _: None) -> None:
    """The session is asked for something, or changed: it is saved once for a request."""
    site, is_changed = data
    load_session(s, site)
    evidence = known(s, "session")
    if evidence is not None and is_changed:
        for dotted in (BEGIN, SAVED, COMMIT):
            does(s, site, dotted, "property", of_request(s, dotted), evidence)


def load_session(s: State, site: Site) -> None:
    """The session is read, once for a request."""
    evidence = known(s, "session")
    if evidence is not None:
        does(s, site, LOADED, "property", of_request(s, "session"), evidence)


def of_request(s: State, what: str) -> Fetch:
    """What a request is asked for once."""
    return Fetch(s.of(EXT, REQUEST), what, made(s))


def made(s: State) -> Place:
    """Where the request comes from: what the action begins with."""
    return s.a_function[s.entries[0]], -1


def users(s: State) -> Var:
    """The variable of the user, a row of the model that the settings name."""
    out = s.field(s.of(EXT, REQUEST), "#user")
    if not s.holds(out):
        named = texts(s, "AUTH_USER_MODEL", django_settings.modules(s))
        for text in named:
            s.watch(model_named(s, text), on_model, out)
        if not named:
            on_model(s, out, s.of(EXT, USER))
    return out


@sees(CLASS, EXT)
def on_model(s: State, out: Var, model: Value) -> None:
    """The model of users."""
    s.add(out, row_of(s, model, Row(made(s), "", ())))
