class Rule:
    def check(self):
        return self.evaluate()

    def evaluate(self):
        raise NotImplementedError("a rule evaluates")

    def name(self):
        return "rule"


class Short(Rule):
    def evaluate(self):
        return 1


class Long(Rule):
    def evaluate(self):
        return 2

    def name(self):
        return "long"


class Reader:
    def read(self):
        raise NotImplementedError

    def close(self):
        return None


class Fast(Reader):
    def read(self):
        return 1


class Unused(Reader):
    def read(self):
        return 2


def run(rules: list[Rule]):
    for rule in rules:
        rule.check()
        rule.name()


def read(reader: Reader | None):
    reader.read()
    reader.close()


def main():
    Fast()
    Reader()
