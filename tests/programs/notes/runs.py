def runs(load, folder):
    def main(*argv):
        return lambda: load("notes.cli").main(list(argv), str(folder))

    yield main("add", "--title", "b", "--due", "2024-02-03")
    yield main("add", "--title", "a")
    yield main("add", "--title", "b", "--due", "soon")
    yield main("list", "--limit", "5")
    yield main("export", "--format", "json")
    yield main("export", "--format", "xml")
    yield main("tag", "put", "--title", "a", "--word", "X")
    yield main("tag", "drop", "--title", "a", "--word", "x")
    yield main("tag", "drop", "--title", "none", "--word", "x")
    yield main("tag")
    yield main("tag", "move")
    yield main("about")
    yield main("about", "-v")
    yield main("help")
    yield main("move")
    yield main()

    def help_after_tag():
        cli = load("notes.cli")
        cli.main(["tag"], str(folder))
        cli.main(["help"], str(folder))

    yield help_after_tag
