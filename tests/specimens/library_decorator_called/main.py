from django.contrib.auth.decorators import login_required
from django.test import Client
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import CreateView


class Make(CreateView):
    def dispatch(self, request):
        return super().dispatch(request)


def count(request):
    return 1


urlpatterns = [path("new/", never_cache(Make.as_view()), name="new")]


def f(request):
    wrapped = csrf_exempt(login_required(count))
    wrapped(request)
    Client().get("/new/")
