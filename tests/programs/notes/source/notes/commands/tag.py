from notes.registry import Group, UsageError, needs_store, option

tag = Group("tag")


class Tags:
    def __init__(self, note):
        self.note = note

    def add(self, word):
        if word not in self.note.tags:
            self.note.tags.append(word)

    def remove(self, word):
        self.note.tags.remove(word)


def change(store, title, how):
    note = store.find(title)
    if note is None:
        raise UsageError(f"no note {title}")
    how(Tags(note))
    store.dirty = True
    return note.label()


@tag.command("put")
@option("title")
@option("word", convert=str.lower)
@needs_store
def put(store, title, word):
    """adds a tag"""
    return change(store, title, lambda tags: tags.add(word))


@tag.command("drop")
@option("title")
@option("word")
@needs_store
def drop(store, title, word):
    return change(store, title, lambda tags: tags.remove(word))
