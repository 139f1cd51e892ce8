class Row:
    def show(self):
        return 1


class Box[T]:
    def __init__(self, value: T):
        self.value = value

    def get(self) -> T:
        return self.value


def first[T](rows: list[T]) -> T:
    return rows[0]


type Rows = list[Row]
first([Row()]).show()
Box(Row()).get().show()
