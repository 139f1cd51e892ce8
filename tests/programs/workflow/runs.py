def runs(load, folder):
    def handle(*events, strict=False, **row):
        row = {"title": "a", "author": {"name": "A B", "age": 30}, **row}
        return lambda: load("workflow.service").handle(row, events, strict)

    submit, approve, publish = ("submit", {}), ("approve", {"text": "good"}), ("publish", {})
    for strict in (False, True):
        yield handle(("submit", {"title": "b"}), approve, approve, publish, ("retract", {}), strict=strict)
        yield handle(submit, ("reject", {}), ("reject", {}), strict=strict)
        yield handle(submit, publish, strict=strict)
    yield handle(title="")
    yield handle(pages="x")
    yield handle(author={"name": "A", "age": 200})
    yield lambda: load("workflow.service").export([("a", "A"), ("b", "B")])
