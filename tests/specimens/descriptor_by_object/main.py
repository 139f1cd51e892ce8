class Field:
    def __init__(self, check):
        self.check = check

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, record, owner=None):
        return record.__dict__[self.name]

    def __set__(self, record, value):
        self.check(value)
        record.__dict__[self.name] = value


def is_text(value):
    return True


def is_callback(value):
    return True


class Job:
    title = Field(is_text)
    action = Field(is_callback)


class Note:
    text = Field(is_text)


def work():
    return 1


def job():
    return Job()


def set_title():
    job().title = "work"


def set_text():
    Note().text = "work"


def act():
    one = job()
    one.action = work
    return one.action()


def read_title():
    one = job()
    one.title = "work"
    return one.title.upper()
