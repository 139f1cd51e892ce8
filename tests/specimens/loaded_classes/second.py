from base import Special


class Second(Special):
    def run(self):
        return 2
