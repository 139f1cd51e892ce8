def traced(function):
    def wrapper(*args, **options):
        return function(*args, **options)

    return wrapper


class Stage:
    @traced
    def process(self, row):
        self.done()
        return row.key()

    def done(self):
        return None


class Row:
    def key(self):
        return 1

    def done(self):
        """Rows are never self."""


Stage().process(Row())
