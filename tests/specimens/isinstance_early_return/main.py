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
        return shape.round()
    return shape.side()


area(Circle())
area(Square())
