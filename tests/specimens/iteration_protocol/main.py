class Book:
    def read(self):
        return 1


class Cursor:
    def __init__(self):
        self.n = 0

    def __next__(self):
        if self.n:
            raise StopIteration
        self.n = 1
        return Book()


class Shelf:
    def __iter__(self):
        return Cursor()


for book in Shelf():
    book.read()
