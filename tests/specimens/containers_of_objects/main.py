class Line:
    def draw(self):
        return 1


class Text:
    def draw(self):
        return 2


class Hidden:
    def draw(self):
        return 3


class Board:
    def __init__(self):
        self.shapes = []

    def add(self, shape):
        self.shapes.append(shape)

    def draw(self):
        for shape in self.shapes:
            shape.draw()


board = Board()
board.add(Line())
board.add(Text())
board.draw()
