from functools import singledispatch

from workflow.fields import Invalid
from workflow.machine import Machine, Refused, Strict
from workflow.records import Author, Document, Record, Review


class Audited:
    """Notes what is called of another object, and passes it on."""

    def __init__(self, target, log):
        self._target = target
        self._log = log

    def __getattr__(self, name):
        value = getattr(self._target, name)
        if not callable(value):
            return value

        def call(*args, **kwargs):
            self._log.append(name)
            return value(*args, **kwargs)

        return call


def handle(row, events, strict=False):
    log = []
    try:
        document = Document(title=row["title"], pages=row.get("pages", 1), author=Author(**row["author"]))
        machine = (Strict if strict else Machine)(document)
        audited = Audited(machine, log)
        for event, given in events:
            audited.fire(event, **given)
    except (Refused, Invalid) as error:
        log.append(str(error))
    return log


def export(rows):
    documents = [Document(title=title, author=Author(name=name)) for title, name in rows]
    for number, document in enumerate(documents):
        document.review(number)
    return [shown(document) for document in documents]


@singledispatch
def shown(value):
    return str(value)


@shown.register
def _(record: Record):
    return {name: shown(getattr(record, name)) for name in record.fields}


@shown.register
def shown_document(document: Document):
    return {"summary": document.summary, "reviews": shown(document.reviews)}


@shown.register(list)
def shown_list(values):
    return [shown(value) for value in values]


@shown.register
def shown_set(values: set):
    return sorted(values)
