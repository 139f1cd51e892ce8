class Field:
    """One value of a record, checked where it is set."""

    def __init__(self, default=None, *checks):
        self.default = default
        self.checks = checks

    def __set_name__(self, owner, name):
        self.name = name
        owner.fields = [*getattr(owner, "fields", ()), name]

    def __get__(self, record, owner=None):
        if record is None:
            return self
        return record.__dict__.get(self.name, self.default)

    def __set__(self, record, value):
        value = self.convert(value)
        for check in self.checks:
            check(self.name, value)
        record.__dict__[self.name] = value
        record.changed(self.name)

    def convert(self, value):
        return value


class Text(Field):
    def convert(self, value):
        return str(value).strip()


class Number(Field):
    def convert(self, value):
        try:
            return int(value)
        except ValueError:
            raise Invalid(self.name, value) from None


class Date(Field):
    """No record has one yet."""

    def convert(self, value):
        return value.isoformat()


class Invalid(Exception):
    def __init__(self, name, value):
        super().__init__(f"{name}: {value!r}")
        self.name = name


def not_empty(name, value):
    if not value:
        raise Invalid(name, value)


def between(low, high):
    def check(name, value):
        if not low <= value <= high:
            raise Invalid(name, value)

    return check
