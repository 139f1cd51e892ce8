class Meta(type):
    def __subclasscheck__(cls, other):
        return True

    def __instancecheck__(cls, other):
        return True


class Checked(metaclass=Meta):
    pass


def checked(cls):
    return issubclass(cls, Checked)


checked(int)
