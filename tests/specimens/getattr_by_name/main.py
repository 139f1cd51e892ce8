class Table:
    def insert(self):
        return 1

    def drop(self):
        return 2


class Database:
    def table(self):
        return Table()

    def __getattr__(self, name):
        return getattr(self.table(), name)


def fill(database):
    database.insert()


def clear(database):
    database.drop()


fill(Database())
clear(Database())
