from web import App, Group, View

group = Group("notes")


def checked(answer):
    def wrapper(request):
        if allowed(request):
            return answer(request)
        return None

    return wrapper


def allowed(request):
    return request is not None


class Note(View):
    decorators = [checked]

    def get(self, request):
        return helper()

    def _hidden(self):
        return 2


def helper():
    return 1


@group.callback_route("/other")
def other(request):
    return 3


group.add_route(Note.as_view(), "/note")


def main():
    app = App()
    app.mount(group)
