"""What a request of Django's asks for a session and a user: each row is a view of a site, with its queries."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import MODELS, ops_of, told

SETTINGS = """\
INSTALLED_APPS = ["django.contrib.auth", "shop"]
ROOT_URLCONF = "shop.urls"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
]
"""

HEAD = """\
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import render
from django.views import View
from shop.models import Order
"""

URLS = "from django.urls import path\nfrom shop import views\nurlpatterns = [path('f/', views.f)]\n"

SESSION, USER = "contrib.sessions.session.load once", "contrib.auth.get_user once"
SAVED = ["contrib.sessions.session.save once", "transaction.begin once", "transaction.commit once"]
PERMISSIONS = ["contrib.auth.group_permissions once, likely", "contrib.auth.user_permissions once, likely"]

VIEWS = {
    "def f(request): pass": [],
    "def f(request): request.user": [USER, SESSION],
    "def f(request):\n    request.user.email\n    request.user.name": [USER, SESSION],
    "def f(request): request.session.get('a')": [SESSION],
    "def f(request): 'a' in request.session": [SESSION],
    "def f(request): request.session['a'] = 1": [SESSION, *SAVED],
    "def f(request): del request.session['a']": [SESSION, *SAVED],
    "def f(request): request.session.pop('a')": [SESSION, *SAVED],
    "def f(request):\n    for _ in range(9): request.session['a'] = 1": [SESSION, *SAVED],
    "def g(request): return request.user.id\ndef f(request): return g(request)": [USER, SESSION],
    "def f(request): request.user.has_perm('a')": [USER, *PERMISSIONS, SESSION],
    "def f(request): list(request.user.groups.all())": [USER, SESSION, "QuerySet.__iter__ once"],
    "@login_required\ndef f(request): print(1)": [USER, SESSION],
    "@login_required\ndef f(request): request.user.id": [USER, SESSION],
    "def f(request): return render(request, 'a.html', {})": [USER, SESSION],
    "def f(request): return render(request, 'a.html', {'user': Order()})": [],
    "def f(request): return render(request, 'none.html', {})": [],
}

TEMPLATES = {"shop/templates/a.html": "{{ user.email }}", "shop/templates/none.html": "{{ name }}"}


def pays(view: str, settings: str = SETTINGS, entry: str = "shop.views.f") -> list[str]:
    modules = {"shop.__init__": "", "shop.models": MODELS, "shop.urls": URLS, "shop.settings": settings, **TEMPLATES}
    found = ops_of({**modules, "shop.views": f"{HEAD}{view}\n"}, entry)
    return sorted(told(op) for op in found if op.base_class == "network")


@pytest.mark.parametrize("view", VIEWS)
def test_what_a_view_asks(view: str) -> None:
    assert pays(view) == sorted(VIEWS[view])


def test_a_class_that_asks_who_it_is() -> None:
    view = "class V(LoginRequiredMixin, View):\n    def get(self, request): print(1)\ndef f(request): pass"
    assert pays(view, entry="shop.views.V.get") == [USER, SESSION]


def test_settings_without_sessions_or_with_others() -> None:
    view = "def f(request):\n    request.user\n    request.session['a'] = 1"
    assert pays(view, SETTINGS.replace("sessions.middleware", "x")) == [USER]
    assert pays(view, SETTINGS + "SESSION_ENGINE = 'django.contrib.sessions.backends.cache'\n") == [USER]
    assert pays(view, SETTINGS.replace("MIDDLEWARE", "OTHERS")) == []


def test_without_settings_it_is_likely() -> None:
    assert pays("def f(request): request.user", "") == [f"{USER}, likely", f"{SESSION}, likely"]
