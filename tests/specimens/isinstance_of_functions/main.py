"""A function is no text, and a method is one of the type of methods."""

import types
from collections.abc import Callable, Hashable
from typing import Protocol, runtime_checkable


@runtime_checkable
class Step(Protocol):
    def __call__(self): ...


@runtime_checkable
class Sized(Protocol):
    def size(self): ...


class Rules:
    def find(self, name):
        rule = getattr(self, name, None)
        if isinstance(rule, type(self.find)):
            return rule
        return None

    def start(self): ...


def on_text(value):
    if isinstance(value, str):
        value.title()
    elif isinstance(value, types.FunctionType):
        value()


def on_lambda(value):
    if isinstance(value, (types.LambdaType, types.MethodType)):
        value()


def on_callable(value):
    if isinstance(value, Callable):
        value()


def on_hashable(value):
    if isinstance(value, Hashable):
        value()


def on_protocol(value):
    if isinstance(value, Sized):
        value.size()
    elif isinstance(value, Step):
        value()


def plain(): ...


def main():
    Rules().find("start")()
    on_text(plain)
    on_lambda(plain)
    on_lambda(Rules().start)
    on_callable(plain)
    on_callable(Rules().start)
    on_hashable(plain)
    on_protocol(plain)
