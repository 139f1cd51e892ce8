class Circle:
    def round(self):
        return 1

    def side(self):
        return 2


class Square:
    def round(self):
        return 3

    def side(self):
        return 4


def area(shape):
    if isinstance(shape, Circle):
        n = shape.round()
    else:
        n = shape.side()
    return n


area(Circle())
area(Square())
