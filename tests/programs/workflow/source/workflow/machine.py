import contextlib
import functools


class Refused(Exception):
    pass


class Machine:
    initial = "draft"

    def __init__(self, document):
        self.document = document
        self.depth = 0
        self.table = {
            ("draft", "submit"): (self.submit, "review"),
            ("review", "approve"): (functools.partial(self.vote, 1), "review"),
            ("review", "reject"): (functools.partial(self.vote, -1), "draft"),
            ("review", "publish"): (self.publish, "published"),
            ("published", "retract"): (lambda **given: self.forget(), "draft"),
        }

    def fire(self, event, **given):
        try:
            action, after = self.table[self.document.state, event]
        except KeyError:
            raise Refused(f"{event} in {self.document.state}") from None
        with self.busy():
            self.check(action(**given))
            self.enter(after)

    @contextlib.contextmanager
    def busy(self):
        self.depth += 1
        try:
            yield
        except Refused:
            self.failed()
            raise
        finally:
            self.depth -= 1

    def check(self, result):
        if result is False:
            raise Refused("not yet")

    def enter(self, state):
        self.document.state = state
        hook = getattr(self, f"on_{state}", None)
        if hook:
            hook()

    def failed(self):
        pass

    def submit(self, title=None):
        if title:
            self.document.title = title

    def vote(self, score, text=""):
        self.document.review(score, text)

    def publish(self):
        return self.document.score > 0

    def forget(self):
        self.document.score = 0

    def retry(self):
        """In no table."""
        self.failed()

    def on_draft(self):
        self.document.reviews.clear()


class Strict(Machine):
    def publish(self):
        return super().publish() and len(self.document.reviews) > 1

    def failed(self):
        self.on_failed()

    def on_failed(self):
        self.document.state = "draft"

    def on_published(self):
        self.document.pages = self.document.pages or 1

    def on_review(self):
        self.document.summary


class Lenient(Machine):
    """An old one; nobody makes it any more."""

    def publish(self):
        return True

    def on_draft(self):
        pass
