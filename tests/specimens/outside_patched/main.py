import json
import sys
import warnings


class Stream:
    def write(self, text):
        return 0


def on_error(kind, error, trace):
    return None


def on_warning(*args):
    return None


def dumps(value):
    return ""


def hook():
    sys.excepthook = on_error
    warnings.showwarning = on_warning


def redirect():
    sys.stdout = Stream()


def patch():
    json.dumps = dumps


def show():
    print("a")


def save():
    json.dumps({})


hook()
redirect()
patch()
show()
save()
