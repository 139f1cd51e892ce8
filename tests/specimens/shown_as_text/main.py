import functools
import logging
import sys
import traceback
import warnings

log = logging.getLogger("shop")


class Item:
    def __call__(self):
        return 1

    def __str__(self):
        return "item"

    def __repr__(self):
        return "Item()"

    def write(self, text):
        return 0

    def debug(self):
        return 2


class Stream:
    def write(self, text):
        return 0


class Handler(logging.Handler):
    def emit(self, record):
        return None


def traced(function):
    @functools.wraps(function)
    def inner(*args):
        log.debug("calling %s", function)
        return function(*args)

    return inner


@traced
def heavy():
    return 1


def plain():
    log.debug("nothing is called but the handlers")


def by_module():
    logging.info("so here")


def message(item):
    log.info("%s of %d", item, 1)


def message_with_repr(item):
    log.info("%-10r", item)


def message_of_many(items):
    log.info("%s", items)


def printed(item):
    print(item, file=Stream())


def formatted(item):
    return "{}".format(item), "%s %s" % (item, 1)


def warned(item):
    warnings.warn(item)
    sys.stderr.write(traceback.format_exception(item)[0])


log.addHandler(Handler())
heavy()
plain()
by_module()
message(Item())
message_with_repr(Item())
message_of_many([Item()])
printed(Item())
formatted(Item())
warned(Item())
