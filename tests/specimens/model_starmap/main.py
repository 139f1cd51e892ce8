import itertools


class Row:
    def key(self):
        return 1


def of_two(row, number):
    return row.key()


list(itertools.starmap(of_two, [(Row(), 1)]))
