class Point:
    def __init__(self, x):
        self.x = x

    @classmethod
    def origin(cls):
        return cls(0)

    @staticmethod
    def norm(x):
        return abs(x)

    def move(self):
        return self.norm(self.x)


p = Point.origin()
Point.norm(1)
p.move()
