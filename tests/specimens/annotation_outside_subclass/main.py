from argparse import ArgumentParser


class Parser(ArgumentParser):
    def add_argument(self, *names, **options):
        return None


class Unmade(ArgumentParser):
    def add_argument(self, *names, **options):
        return None


def add_options(parser: ArgumentParser):
    parser.add_argument("--fast")


def main():
    Parser(prog="main")
