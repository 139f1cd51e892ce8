from enum import Enum


def title(text):
    return text


class Color(Enum):
    RED = "red"
    BLUE = "blue"

    def label(self):
        return title(self.value)


Color.RED.label()
for color in Color:
    color.label()
