import threading


class Mailbox:
    def __init__(self, owner, bus):
        self.owner = owner
        self.mails = []
        self.lock = threading.Lock()
        bus.subscribe("mail", self.receive)
        self.stop = bus.subscribe("spam", self.drop)

    def receive(self, event):
        if event.to == self.owner:
            with self.lock:
                self.mails.append(Mail(event.sender, event.text))
            event.answer(self.owner)

    def drop(self, event):
        self.mails = [mail for mail in self.mails if mail.sender != event.sender]

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        self.stop()
        self.mails.clear()

    def __iter__(self):
        return MailIterator(self.mails)


class MailIterator:
    def __init__(self, mails):
        self.mails = mails
        self.at = -1

    def __iter__(self):
        return self

    def __next__(self):
        self.at += 1
        if self.at >= len(self.mails):
            raise StopIteration
        return self.mails[self.at]


class Mail:
    def __init__(self, sender, text):
        self.sender = sender
        self.text = text

    def __format__(self, spec):
        return self.short() if spec == "short" else f"{self.sender}: {self.text}"

    def __len__(self):
        return len(self.text)

    def short(self):
        return self.text[:8]

    def close(self):
        """Has the name of what a mailbox does."""


class Archive:
    """Not made; its methods have the names of others."""

    def receive(self, event):
        event.answer(None)

    def close(self):
        raise NotImplementedError
