import click


@click.group()
def cli():
    before()


def before():
    pass


def ask():
    pass


def send():
    pass


def never():
    pass


@cli.command()
def one():
    ask()


@cli.group("more")
def more():
    pass


@more.command("two")
def second():
    send()


@click.command()
def alone():
    never()
