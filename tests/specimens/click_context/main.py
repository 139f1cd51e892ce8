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


class Stock:
    def __init__(self):
        self.load()

    def load(self):
        return 1

    def take(self):
        return 2

    def __len__(self):
        return 3


pass_stock = click.make_pass_decorator(Stock)


@cli.command()
@click.pass_context
def fill(context):
    stock = context.ensure_object(Stock)
    stock.take()
    return len(stock)


@cli.command()
@pass_stock
def take(stock):
    stock.take()


pass_again = click.decorators.make_pass_decorator(Stock)


@cli.command()
@pass_again
def again(stock):
    stock.take()


@cli.command()
@click.pass_context
def look(context):
    stock = context.find_object(Stock)
    stock.take()
    return len(stock)


Other()
cli()
