"""Letters to customers."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import jinja2

ENVIRONMENT = jinja2.Environment(loader=jinja2.FileSystemLoader("templates"))


class Letters:
    """What writes and sends letters."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.template = ENVIRONMENT.get_template("letter.txt")

    def text(self, order: dict) -> str:
        """The letter for an order."""
        return self.template.render(order=order)

    def send(self, letters: list[tuple[str, str]]) -> None:
        """Send some letters."""
        with smtplib.SMTP(self.server) as server:
            for address, text in letters:
                server.send_message(message(address, text))


def message(address: str, text: str) -> EmailMessage:
    """A letter to an address."""
    made = EmailMessage()
    made["To"] = address
    made.set_content(text)
    return made
