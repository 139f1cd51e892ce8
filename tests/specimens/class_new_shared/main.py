class Base:
    def __new__(cls, *args):
        made = super().__new__(cls)
        made.args = args
        return made


class Left(Base):
    def run(self):
        return self.left()

    def left(self):
        return 1


class Right(Base):
    def run(self):
        return self.right()

    def right(self):
        return 2


def use_left():
    return Left(1).run()


def use_right():
    return Right(2).run()


use_left()
use_right()
