import attrs


def to_number(value):
    return int(value)


def limit():
    return 3


def unused(value):
    return value


@attrs.define
class Job:
    count: int = attrs.field(converter=to_number)
    limit: int = attrs.field(default=attrs.Factory(limit))

    @count.validator
    def positive(self, attribute, value):
        return value > 0


def make():
    return Job(1)


make()
