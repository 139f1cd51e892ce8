class Timing:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs): ...

    def note(self): ...


def naming(get_response):
    def middleware(request):
        return get_response(request)

    return middleware
