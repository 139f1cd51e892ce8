import click


class Shop:
    def open(self):
        return 1


class Other:
    def open(self):
        return 2


@click.group()
@click.pass_context
def cli(context):
    context.obj = Shop()


@cli.command()
@click.pass_obj
def sell(shop):
    shop.open()


@cli.command()
@click.decorators.pass_context
def count(context):
    context.obj.open()


@cli.command()
@click.decorators.pass_obj
def close(shop):
    shop.open()


Other()
cli()
