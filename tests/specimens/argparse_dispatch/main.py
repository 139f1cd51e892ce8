"""Commands of argparse: what a parser sets is an attribute of what it parsed, and what converts runs where it parses."""

import argparse


class Number(argparse.Action):
    def __call__(self, parser, namespace, values, option_string=None): ...


def amount(text): ...


def run(args): ...


def stop(args): ...


def show_all(): ...


def show_one(): ...


def build():
    parser = argparse.ArgumentParser()
    parser.add_argument("--amount", type=amount)
    parser.add_argument("--number", action=Number)
    parser.add_argument("--show-all", dest="show", action="store_const", const=show_all, default=show_one)
    commands = parser.add_subparsers()
    running = commands.add_parser("run")
    running.set_defaults(func=run)
    commands.add_parser("stop").set_defaults(**{"func": stop})
    return parser


def parse():
    return build().parse_args()


def dispatch(args):
    args.func(args)


def show(args):
    args.show()


def unpacked(args):
    words = vars(args)
    command = words.pop("func")
    command(**words)


def main():
    args = parse()
    dispatch(args)
    show(args)
    unpacked(args)
