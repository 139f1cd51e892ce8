from concurrent import futures
from concurrent.futures import _base


class Row:
    def use(self):
        return 1


def load():
    return Row()


def unused():
    return Row()


def work():
    with futures.ThreadPoolExecutor(1) as executor:
        for future in futures.as_completed([executor.submit(load)]):
            future.result().use()


def where_it_is_defined():
    with futures.ThreadPoolExecutor(1) as executor:
        for future in _base.as_completed([executor.submit(load)]):
            future.result().use()


work()
where_it_is_defined()
