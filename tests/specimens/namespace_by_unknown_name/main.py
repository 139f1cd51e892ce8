"""Functions that are looked up in a namespace: all of it by an unknown name, a part where its beginning is known."""

import sys


def handle_save(): ...


def handle_load(): ...


def other(): ...


class Shell:
    def do_quit(self): ...

    def do_help(self): ...

    def name(self): ...


def by_beginning(name):
    globals()["handle_" + name]()


def by_beginning_if_there(name):
    found = vars(sys.modules[__name__]).get(f"handle_{name}", other)
    found()


def in_class(shell, name):
    vars(type(shell))["do_" + name](shell)


def in_any_module(name):
    sys.modules[name].start()


def main(name):
    by_beginning(name)
    by_beginning_if_there(name)
    in_class(Shell(), name)
    in_any_module(name)
