"""Entries as text."""

import json
import subprocess
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "words.json"


@cache
def words():
    with WORDS.open(encoding="utf-8") as stream:
        return json.load(stream)


def summary(row, config):
    title, link, feed = row
    known = words()
    return f"{known.get(title, title)} {link} {config.words.get(feed, '')}"


def revision():
    return subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
