from functools import cached_property

from workflow.fields import Field, Number, Text, between, not_empty


class Record:
    def __init__(self, **values):
        self.dirty = set()
        for name, value in values.items():
            setattr(self, name, value)

    def changed(self, name):
        self.dirty.add(name)


class Author(Record):
    name = Text("nobody", not_empty)
    age = Number(0, between(0, 150))

    @property
    def initials(self):
        return "".join(part[0] for part in self.name.split())


class Document(Record):
    title = Text("", not_empty)
    pages = Number(1)
    author = Field()
    state = Field("draft")

    def __init__(self, **values):
        super().__init__(**values)
        self.reviews = []

    def changed(self, name):
        super().changed(name)
        self.__dict__.pop("summary", None)

    @cached_property
    def summary(self):
        return f"{self.title} by {self.author.initials}"

    def review(self, score, text=""):
        self.reviews.append(Review(score=score, text=text))

    @property
    def score(self):
        return sum(review.score for review in self.reviews)

    @score.setter
    def score(self, value):
        self.reviews = [Review(score=value)]


class Review(Record):
    score = Number(0, between(-2, 2))
    text = Text("")

    def summary(self):
        return self.text


class Folder(Record):
    """Nothing makes one."""

    title = Text("", not_empty)

    def changed(self, name):
        raise NotImplementedError
