from unknown_library import Base


class Mixin:
    @property
    def is_permanent(self):
        return True

    def clear(self):
        return None


class Session(Base, Mixin):
    pass


def main():
    session = Session()
    if session.is_permanent:
        session.clear()
