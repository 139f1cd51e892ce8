class Field:
    def __get__(self, instance, owner):
        return 1

    def __set__(self, instance, value):
        instance.__dict__["n"] = value


class Row:
    n = Field()


row = Row()
row.n
row.n = 2
