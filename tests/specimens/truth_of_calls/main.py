class Answer:
    def __bool__(self):
        return True


class Rows:
    def __len__(self):
        return 0


class Kept(Answer):
    def __bool__(self):
        return super().__bool__()


def in_if():
    if Answer():
        pass


def in_while():
    while not Rows():
        pass


def in_and():
    return 1 if Rows() and Answer() else 2


def in_walrus():
    if answer := Answer():
        return answer


async def rows():
    return Rows()


async def in_await():
    if await rows():
        pass


def is_one(x):
    if isinstance(x, Kept):
        return 1
