from unknown_web import Application, current_request


class User:
    def name(self):
        pass


class Robot:
    def name(self):
        pass


def authenticate(request):
    request.state.user = User()


def greet():
    Robot()
    authenticate(current_request())
    current_request().state.user.name()
