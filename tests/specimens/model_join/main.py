class Lines:
    def __iter__(self):
        yield "a"


class Table:
    def join(self, lines):
        return self


def joined(lines):
    return "".join(lines)


def others(lines):
    return Table().join(lines)


joined(Lines())
others(Lines())
