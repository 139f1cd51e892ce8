import pages


class Root:
    @pages.expose
    def index(self):
        return 1

    @staticmethod
    @pages.expose
    def about():
        return 2

    def helper(self):
        return 3


pages.mount(Root())
