def runs(load, folder):
    messages = [("a", "x", "hello"), ("b", "y", "win it"), ("c", "z", "to nobody"), ("a", "x", "")]
    for rule in ("spam", "long", "none", "debug"):
        yield lambda rule=rule: load("app").serve(["a", "b"], messages, rule)
    yield lambda: load("app").digest("a", ["one", "three"])
