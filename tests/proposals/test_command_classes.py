"""Commands that are classes, a row for each way to say so; and classes that only look like one."""

from __future__ import annotations

import pytest

from code_path_audit.proposals.command_classes import command_classes
from tests.proposals.projects import modules

HANDLE = "    def handle(self): pass\n"

ROWS: dict[str, tuple[str, str, list[tuple[str, str, str]]]] = {
    "Django": (
        "shop.management.commands.send",
        f"class Command(BaseCommand):\n    help = 'Sends mail.'\n{HANDLE}",
        [("send", "Command.handle", "Sends mail.")],
    ),
    "scrapy": (
        "shop.commands.crawl",
        "class Command(ScrapyCommand):\n    'Crawls.\n\n    All of it.'\n    def run(self): pass\n".replace("'", "'''"),
        [("crawl", "Command.run", "Crawls.")],
    ),
    "cleo": (
        "shop.console",
        f"class BuildCommand(Command):\n    name = 'build'\n    description = 'Builds.'\n{HANDLE}",
        [("build", "BuildCommand.handle", "Builds.")],
    ),
    "cleo, by its base alone": (
        "shop.console",
        f"class Build(Command):\n    name = 'env use'\n{HANDLE}",
        [("env use", "Build.handle", "")],
    ),
    "cliff": (
        "a",
        "class C(lister.Command):\n    name = 'x'\n    def take_action(self): pass\n",
        [("x", "C.take_action", "")],
    ),
    "of one's own": (
        "a",
        "class BuildCommand(Base):\n    command: str = 'build'\n    async def __call__(self): pass\n"
        "class Other(BuildCommand):\n    def __call__(self): pass\n",
        [("build", "BuildCommand.__call__", "")],
    ),
    "a Command elsewhere has no name": ("shop.crawl", f"class Command(ScrapyCommand):\n{HANDLE}", []),
    "no name": ("a", f"class BuildCommand(Base):\n    name = make()\n{HANDLE}", []),
    "of which others are made": ("a", "class BaseCommand:\n    name = 'x'\n    def helper(self): pass\n", []),
    "no command": ("a", f"class Shop(Base):\n    name = 'x'\n{HANDLE}", []),
}


@pytest.mark.parametrize("name", ROWS)
def test_command_classes(name: str) -> None:
    module, text, rows = ROWS[name]
    parsed = modules({module: text}).get(module)
    assert parsed is not None
    assert [tuple(found) for found in command_classes(parsed)] == rows
