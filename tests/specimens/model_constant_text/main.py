class Steps:
    def one(self):
        return 1

    def two_words(self):
        return 2

    def Title(self):
        return 3

    def UPPER(self):
        return 4

    def other(self):
        return 5


def by_split(steps):
    getattr(steps, "other one".split()[1])()


def by_rsplit(steps):
    getattr(steps, "shop.other.one".rsplit(".", 1)[1])()


def by_partition(steps):
    head, _, _ = "one.other".partition(".")
    getattr(steps, head)()


def by_rpartition(steps):
    getattr(steps, "other.one".rpartition(".")[2])()


def by_lower(steps):
    getattr(steps, "ONE".lower())()


def by_upper(steps):
    getattr(steps, "upper".upper())()


def by_strip(steps):
    getattr(steps, " one ".strip())()


def by_lstrip(steps):
    getattr(steps, "--one".lstrip("-"))()


def by_rstrip(steps):
    getattr(steps, "one--".rstrip("-"))()


def by_title(steps):
    getattr(steps, "TITLE".title())()


def by_capitalize(steps):
    getattr(steps, "tITLE".capitalize())()


def by_replace(steps):
    getattr(steps, "two-words".replace("-", "_"))()


def by_removeprefix(steps):
    getattr(steps, "do_one".removeprefix("do_"))()


def by_removesuffix(steps):
    getattr(steps, "one_step".removesuffix("_step"))()


by_split(Steps())
by_rsplit(Steps())
by_partition(Steps())
by_rpartition(Steps())
by_lower(Steps())
by_upper(Steps())
by_strip(Steps())
by_lstrip(Steps())
by_rstrip(Steps())
by_title(Steps())
by_capitalize(Steps())
by_replace(Steps())
by_removeprefix(Steps())
by_removesuffix(Steps())
