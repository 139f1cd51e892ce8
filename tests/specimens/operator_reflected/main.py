class Meter:
    def __add__(self, other):
        return self

    def __radd__(self, other):
        return self

    def __lt__(self, other):
        return True

    def __gt__(self, other):
        return True


class Foot:
    def __radd__(self, other):
        return self


def of_one_class():
    return Meter() + Meter(), Meter() < Meter()


def of_another():
    return Meter() + Foot()


def of_a_number():
    return 1 + Meter()
