import logging


class Formatter(logging.Formatter):
    def format(self, record):
        return record.msg


class Logger(logging.Logger):
    def success(self, text):
        self._log(25, text, ())


class Unused(logging.Formatter):
    def format(self, record):
        return ""


def setup():
    handler = logging.StreamHandler()
    handler.setFormatter(Formatter())
    logging.getLogger().addHandler(handler)


def work(logger):
    logger.info("a")


def finish(logger):
    logger.success("b")


logging.setLoggerClass(Logger)
setup()
logger = logging.getLogger("app")
work(logger)
finish(logger)
