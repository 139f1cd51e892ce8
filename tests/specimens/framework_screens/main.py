from textual import on
from textual.app import App
from textual.screen import Screen
from textual.widgets import Button


class Help(Screen):
    @property
    def app(self) -> "Shop":
        app = super().app
        assert isinstance(app, Shop)
        return app

    def compose(self):
        yield Button("ok")

    @on(Button.Pressed)
    def close(self):
        self.app.leave()


class Shop(App):
    SCREENS = {"help": Help}

    def on_mount(self):
        self.push_screen("help")

    def leave(self):
        pass


def main():
    Shop().run()


main()
