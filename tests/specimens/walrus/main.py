class Row:
    def show(self):
        return 1


def make():
    return Row()


def run():
    if row := make():
        row.show()


run()
