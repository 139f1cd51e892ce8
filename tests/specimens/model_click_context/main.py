import click
import click.decorators


class Shop:
    def order(self):
        pass

    def cancel(self):
        pass


class Unused:
    def order(self):
        pass


@click.group()
@click.pass_context
def cli(context):
    context.obj = Shop()


@cli.command()
@click.pass_obj
def buy(shop):
    shop.order()


@cli.command()
@click.decorators.pass_obj
def sell(shop):
    shop.cancel()


@cli.command()
@click.decorators.pass_context
def undo(context):
    context.obj.cancel()


def start():
    Unused()
    cli()
