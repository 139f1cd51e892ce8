"""What `type` makes of a text is what the attribute is; with `nargs` or `append` it stands in a list."""

import argparse
from pathlib import Path


class Size:
    def __init__(self, text):
        self.text = text

    def grow(self): ...


class Colour:
    def mix(self): ...


class Filter:
    def keep(self): ...


def colour(text):
    return Colour()


def read_filter(text):
    return Filter()


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=Size, dest="wanted")
    parser.add_argument("--colour", type=colour, default="red")
    parser.add_argument("filters", type=read_filter, nargs="*")
    parser.add_argument("--out-path", type=Path, action="store")
    parser.add_argument("--also", type=colour, action="append")
    return parser.parse_args()


def main():
    args = parse()
    args.wanted.grow()
    args.colour.mix()
    for one in args.filters:
        one.keep()
    args.out_path.read_text()
    args.also[0].mix()
