import importlib

import click


class Lazy(click.Group):
    def list_commands(self, ctx):
        return listed()

    def get_command(self, ctx, name):
        return importlib.import_module(name).cli

    def helper(self):
        listed()


def listed():
    return ["one", "two"]


@click.group(cls=Lazy)
def cli():
    pass
