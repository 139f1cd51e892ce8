"""A small click: groups, commands, options, and commands that are imported when somebody asks for them."""

import functools
import importlib


class UsageError(Exception):
    def __init__(self, message, hint=""):
        super().__init__(message)
        self.hint = hint

    def show(self):
        return f"error: {self} ({self.hint})"


class Option:
    def __init__(self, name, convert=str, default=None):
        self.name = name
        self.convert = convert
        self.default = default

    @property
    def flag(self):
        return f"--{self.name}"

    def read(self, words):
        if self.flag not in words:
            return self.default
        at = words.index(self.flag)
        try:
            return self.convert(words[at + 1])
        except (IndexError, ValueError) as error:
            raise UsageError(f"bad value of {self.flag}", str(error)) from error


class Command:
    def __init__(self, name, callback):
        self.name = name
        self.callback = callback
        self.options = getattr(callback, "options", [])

    def invoke(self, context, words):
        values = {option.name: option.read(words) for option in self.options}
        return self.callback(context, **values)

    def help(self):
        return f"{self.name}: {self.callback.__doc__ or ''}"


class Group(Command):
    def __init__(self, name, lazy=None):
        super().__init__(name, self.usage)
        self.commands = {}
        self.lazy = lazy or {}

    def command(self, name):
        def register(function):
            self.add(Command(name, function))
            return function

        return register

    def add(self, command):
        self.commands[command.name] = command

    def find(self, name):
        if name not in self.commands:
            if name not in self.lazy:
                raise UsageError(f"no command {name}", self.usage())
            self.add(self.load(name))
        return self.commands[name]

    def load(self, name):
        module, _, attribute = self.lazy[name].partition(":")
        return getattr(importlib.import_module(module), attribute)

    def usage(self, context=None):
        return " | ".join(sorted({*self.commands, *self.lazy}))

    def invoke(self, context, words):
        if not words:
            return self.callback(context)
        return self.find(words[0]).invoke(context, words[1:])

    def help(self):
        return "\n".join(command.help() for command in self.commands.values())


def option(name, **settings):
    def attach(function):
        function.options = [Option(name, **settings), *getattr(function, "options", [])]
        return function

    return attach


def needs_store(function):
    @functools.wraps(function)
    def opened(context, **values):
        with context.store() as store:
            return function(store, **values)

    return opened
