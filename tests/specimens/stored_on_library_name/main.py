from unknown_web import App, current_app


class Store:
    def write(self):
        pass


class Other:
    def write(self):
        pass


class Shop(App):
    pass


def begin():
    current_app.store = Store()


def end(app):
    app.store.write()
    current_app.store.write()


Other()
begin()
end(Shop())
