class Row:
    def __lt__(self, other):
        return True

    def __gt__(self, other):
        return True


def largest(rows):
    max(rows)


def smallest(rows):
    min(rows)


largest([Row(), Row()])
smallest([Row(), Row()])
