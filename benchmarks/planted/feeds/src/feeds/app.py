"""A reader of feeds, on the command line."""

import argparse
import sys
from pathlib import Path

from feeds.config import load_config
from feeds.reading import read_all
from feeds.store import Store
from feeds.texts import summary


def parser():
    made = argparse.ArgumentParser(prog="feeds")
    made.add_argument("command", choices=["fetch", "report", "index"])
    made.add_argument("--config", default="feeds.yaml")
    made.add_argument("--verbose", action="store_true")
    return made


def main(argv=None):
    options = parser().parse_args(argv)
    if options.command == "fetch":
        return fetch(options.config)
    if options.command == "report":
        return report(options.config, options.verbose)
    return index(options.config)


def fetch(path):
    config = load_config(path)
    store = Store(config.database)
    entries = read_all(config.feeds)
    store.add(entries)
    store.close()
    return 0


def report(path, verbose=False):
    config = load_config(path)
    store = Store(config.database)
    for row in store.rows():
        sys.stdout.write(f"{summary(row, config)}\n")
    if verbose:
        sys.stdout.write(f"{config.describe()}\n")
    return 0


def index(path):
    config = load_config(path)
    found = {}
    for page in sorted(Path(config.pages).glob("*.md")):
        found[page.name] = page.read_text(encoding="utf-8").partition("\n")[0]
    Path(config.pages, "index.txt").write_text("\n".join(found.values()), encoding="utf-8")
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
