class Fields(dict):
    def __setattr__(self, key, value):
        self[key] = value

    def __getattr__(self, key):
        return self[key]


class Watched:
    def __setattr__(self, key, value):
        super().__setattr__(key, value)

    def __getattr__(self, key):
        return None


def work():
    return 1


def in_items():
    fields = Fields()
    fields.run = work
    fields.run()


def in_the_object():
    watched = Watched()
    watched.run = work
    watched.run()
