import click


@click.group()
def cli():
    pass


def ask():
    pass


def send():
    pass


@cli.command()
def one():
    ask()


@cli.command()
def two():
    send()


@cli.command()
@click.pass_context
def both(context):
    context.invoke(one)


@cli.command()
@click.pass_context
def again(context):
    context.forward(two)


def directly():
    one()
