from conf import settings


def main():
    settings.SHOW(1)
