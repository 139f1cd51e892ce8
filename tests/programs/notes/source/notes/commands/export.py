import json
import sys

from notes.registry import Command, needs_store, option


def as_json(notes):
    return json.dumps([note.as_row() for note in notes])


def as_text(notes):
    return "\n".join(map(str, notes))


def as_yaml(notes):
    """Nobody has put it into the table yet."""
    return "\n".join(f"- {note.title}" for note in notes)


FORMATS = {"json": as_json, "text": as_text}


@option("format", default="text")
@needs_store
def run(store, format):
    """writes all notes"""
    write = FORMATS.get(format, as_text)
    return write(list(store))


export = Command("export", run)


def demo():
    return as_yaml([])


if __name__ == "__main__":
    sys.exit(demo())
