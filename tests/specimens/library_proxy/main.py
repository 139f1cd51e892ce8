from contextvars import ContextVar

from werkzeug.local import LocalProxy


class Session:
    def __init__(self, user):
        self.user = user

    @property
    def name(self):
        return self.user

    def other(self):
        return self.user


class Request:
    @property
    def session(self):
        return Session("a")

    @property
    def body(self):
        return ""


def current():
    return Session("b")


variable = ContextVar("request")
found = LocalProxy(current)
session = LocalProxy(variable, "session")


def use():
    return found.name


def use_variable():
    return session.name


variable.set(Request())
use()
use_variable()
