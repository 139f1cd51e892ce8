import contextlib
import json
from pathlib import Path


class Note:
    def __init__(self, title, due=None, tags=()):
        self.title = title
        self.due = due
        self.tags = list(tags)

    def __str__(self):
        return f"{self.title} [{self.label()}]"

    def __lt__(self, other):
        return self.title < other.title

    def label(self):
        return ",".join(self.tags) or "-"

    def as_row(self):
        return {"title": self.title, "due": self.due, "tags": self.tags}


class Store:
    def __init__(self, path):
        self.path = path
        self.notes = []
        self.dirty = False

    def load(self):
        if self.path.exists():
            self.notes = [Note(**row) for row in json.loads(self.path.read_text())]

    def save(self):
        self.path.write_text(json.dumps(self.notes, default=Note.as_row))

    def add(self, note):
        self.notes.append(note)
        self.dirty = True

    def __iter__(self):
        return iter(sorted(self.notes))

    def find(self, title):
        return next((note for note in self.notes if note.title == title), None)


class Context:
    def __init__(self, folder, verbose=False):
        self.path = Path(folder, "notes.json")
        self.verbose = verbose

    @contextlib.contextmanager
    def store(self):
        store = Store(self.path)
        store.load()
        try:
            yield store
        finally:
            if store.dirty:
                store.save()


class MemoryContext(Context):
    """For tests; nothing here makes one."""

    @contextlib.contextmanager
    def store(self):
        yield Store(None)
