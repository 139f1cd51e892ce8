import datetime
import sys

from notes import version
from notes.registry import Group, UsageError, needs_store, option
from notes.store import Context, Note

root = Group(
    "notes",
    lazy={
        "export": "notes.commands.export:export",
        "tag": "notes.commands.tag:tag",
    },
)


def parse_date(text):
    return datetime.date.fromisoformat(text).isoformat()


@root.command("add")
@option("title")
@option("due", convert=parse_date)
@needs_store
def add(store, title, due):
    """adds a note"""
    store.add(Note(title, due))
    return "added"


@root.command("list")
@option("limit", convert=lambda text: max(1, int(text)), default=10)
@needs_store
def show(store, limit):
    """shows notes"""
    return "\n".join(str(note) for note in list(store)[:limit])


@root.command("about")
def about(context):
    return version() if context.verbose else "notes"


@root.command("help")
def usage(context):
    return root.help()


def main(argv, folder="."):
    context = Context(folder, verbose="-v" in argv)
    try:
        return root.invoke(context, [word for word in argv if word != "-v"])
    except UsageError as error:
        return error.show()


if __name__ == "__main__":
    print(main(sys.argv[1:]))
