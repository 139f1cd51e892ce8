import steps


def register(app):
    app.connect(steps.clean)
    return helper()


def helper():
    return 1


def main():
    return 2
