__version__ = "1.4"


def version():
    return f"notes {__version__}"
