import argparse
import logging
import sys
from pathlib import Path

from sales import archive, fetching, loading, reporting, versions
from sales.config import load_config


def fetch(args):
    config = load_config(args.config)
    return fetching.fetch_all(config, args.target)


def load(args):
    config = load_config(args.config)
    return loading.load_folder(config, args.folder)


def report(args):
    config = load_config(args.config)
    reporting.write_reports(config, args.folder, args.target)
    return 0


def archive_(args):
    return archive.archive_folder(load_config(args.config), args.folder)


def show_versions(args):
    for line in versions.lines():
        print(line)
    return 0


def build_parser():
    parser = argparse.ArgumentParser(prog="sales")
    parser.add_argument("--config", type=Path, default=Path("sales.yaml"))
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("fetch", help="fetch the files of all shops")
    one.add_argument("target", type=Path)
    one.set_defaults(func=fetch)
    one = commands.add_parser("load", help="load a folder into the database")
    one.add_argument("folder", type=Path)
    one.set_defaults(func=load)
    one = commands.add_parser("report", help="write the reports")
    one.add_argument("folder", type=Path)
    one.add_argument("target", type=Path)
    one.set_defaults(func=report)
    one = commands.add_parser("archive", help="upload a folder")
    one.add_argument("folder", type=Path)
    one.set_defaults(func=archive_)
    one = commands.add_parser("versions", help="show what is installed")
    one.set_defaults(func=show_versions)
    return parser


def main(argv=None):
    args = build_parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO)
    return args.func(args)


if __name__ == "__main__":
    sys.exit(main())
