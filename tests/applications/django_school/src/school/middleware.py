from courses.models import Term


class TermMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.term = Term.objects.current()
        response = self.get_response(request)
        response["X-Term"] = request.term.name if request.term else "none"
        return response
