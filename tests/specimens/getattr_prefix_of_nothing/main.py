"""A dispatcher by names of which the beginning alone is known: the rest comes from outside."""


class Shell:
    def line(self, line):
        word, _, rest = line.decode().partition(" ")
        command = getattr(self, "do_" + word, None)
        command(rest)

    def do_quit(self, rest): ...

    def do_help(self, rest): ...

    def name(self): ...


def main(line):
    Shell().line(line)
