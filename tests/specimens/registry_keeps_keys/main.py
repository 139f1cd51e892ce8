"""Registries that functions fill, by decorator or by call: each function stays under the name that it was given."""


class Registry:
    def __init__(self):
        self.all = {}

    def add(self, name, function):
        self.all[name] = function

    def on(self, name):
        def keep(function):
            self.all[name] = function
            return function

        return keep

    def run(self, name):
        self.all[name]()


commands = Registry()


@commands.on("save")
def save(): ...


@commands.on("load")
def load(): ...


def check(): ...


def clean(): ...


commands.add("check", check)
commands.add("clean", clean)


def by_decorator():
    commands.all["save"]()


def by_call():
    commands.all["check"]()


def main(name):
    by_decorator()
    by_call()
    commands.run(name)
