class Row:
    @property
    def read(self):
        return 1

    @property
    def alone(self):
        return 2

    @alone.setter
    def alone(self, value):
        return None


def by_name(name):
    return Row().read, getattr(Row(), name)


def write_by_name(name, value):
    row = Row()
    row.alone = 1
    setattr(row, name, value)
