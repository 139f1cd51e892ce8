"""What a request of a class-based view asks for: each row is a class, and its queries for a method of HTTP."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import MODELS, ops_of, told

SETTINGS = """\
INSTALLED_APPS = ["django.contrib.auth", "shop"]
ROOT_URLCONF = "shop.urls"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [{"OPTIONS": {"context_processors": ["shop.views.tags"]}}]
"""

HEAD = """\
from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin, UserPassesTestMixin
from django.views.generic import ArchiveIndexView, CreateView, DeleteView, DetailView, FormView, ListView
from django.views.generic import RedirectView, TemplateView, UpdateView
from django.views.generic.detail import SingleObjectMixin
from shop.models import Bill, Customer, Line, Note, Order, Tag
def tags(request):
    return {"tags": Tag.objects.all()}
class Fetching:
    def get_queryset(self):
        return super().get_queryset().select_related("customer")
class Guarded:
    def dispatch(self, request, *args, **kwargs):
        self.shop = Tag.objects.get(pk=1)
        return super().dispatch(request, *args, **kwargs)
class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ["order"]
"""

SHOP = "shop/templates/shop/"
PAGES = {
    f"{SHOP}order_list.html": "{% for order in order_list %}{{ order.customer_name }}{% endfor %}",
    f"{SHOP}order_detail.html": "{{ order.customer_name }}",
    f"{SHOP}line_form.html": "{{ form.as_p }}",
    f"{SHOP}note_form.html": "{{ form.as_p }}",
    f"{SHOP}tag_confirm_delete.html": "{{ object }}",
    f"{SHOP}tags.html": "{% for tag in tags %}{{ tag.name }}{% endfor %}",
    f"{SHOP}hello.html": "hello",
    f"{SHOP}latest.html": "{% for order in latest %}{{ order.id }}{% endfor %}",
}

SESSION, USER = "contrib.sessions.session.load once", "contrib.auth.get_user once"
LINES = "forms.ModelChoiceField.<form>.order"
SENT = [f"{LINES}.clean once", f"{LINES}.validate once", "Model.save once"]

GETS = {
    "class V(ListView): model = Order": ["ForeignKey.Order.customer per order", "QuerySet.__iter__ once"],
    "class V(Fetching, ListView): model = Order": ["QuerySet.__iter__ once"],
    "class V(ListView):\n    model = Order\n    queryset = Order.objects.select_related('customer')": [
        "QuerySet.__iter__ once",
    ],
    "class V(ListView):\n    model = Order\n    paginate_by = 3": [
        "ForeignKey.Order.customer per order", "QuerySet.__iter__ once", "QuerySet.count once",
    ],
    "class V(DetailView): model = Order": ["ForeignKey.Order.customer once", "QuerySet.get once"],
    "class V(Fetching, DetailView): model = Order": ["QuerySet.get once"],
    "class V(Guarded, DetailView): model = Order": [
        "ForeignKey.Order.customer once", "QuerySet.get once", "QuerySet.get once",
    ],
    "class V(CreateView):\n    model = Line\n    fields = ['order']": [f"{LINES} once"],
    "class V(CreateView):\n    model = Note\n    form_class = NoteForm": ["forms.ModelChoiceField.NoteForm.order once"],
    "class V(TemplateView): template_name = 'shop/hello.html'": [],
    "class V(TemplateView): template_name = 'shop/tags.html'": ["QuerySet.__iter__ once"],
    "class V(TemplateView):\n    def get_template_names(self):\n        return ['shop/tags.html']": [
        "QuerySet.__iter__ once",
    ],
    "class V(LoginRequiredMixin, TemplateView): template_name = 'shop/hello.html'": [USER, SESSION],
    "class V(PermissionRequiredMixin, TemplateView): template_name = 'shop/hello.html'": [
        "contrib.auth.get_user once", "contrib.auth.group_permissions once, likely",
        "contrib.auth.user_permissions once, likely", SESSION,
    ],
    "class V(UserPassesTestMixin, TemplateView):\n    template_name = 'shop/hello.html'\n"
    "    def test_func(self):\n        return Tag.objects.exists()": ["QuerySet.exists once", USER, SESSION],
    "class V(TemplateView):\n    template_name = 'shop/hello.html'\n    def get(self, request):\n"
    "        Tag.objects.count()\n        return super().get(request)": ["QuerySet.count once"],
    "class V(RedirectView):\n    def get_redirect_url(self, pk):\n        return Tag.objects.get(pk=pk).name": [
        "QuerySet.get once",
    ],
    "class V(ArchiveIndexView):\n    model = Order\n    date_field = 'created'\n"
    "    template_name = 'shop/latest.html'": [
        "QuerySet.__bool__ once", "QuerySet.__iter__ once",
    ],
    "class V(SingleObjectMixin, TemplateView):\n    template_name = 'shop/hello.html'\n    def get(self, request):\n"
    "        self.object = self.get_object(Tag.objects.all())\n"
    "        return super().get(request)": ["QuerySet.get once"],
    "class V(SingleObjectMixin, TemplateView):\n    template_name = 'shop/hello.html'\n    def get(self, request):\n"
    "        self.object = None if request.GET else Tag.objects.first()\n"
    "        return super().get(request)": ["QuerySet.first once"],
    "class B(ListView): model = Order\nclass V(B): pass": [
        "ForeignKey.Order.customer per order", "QuerySet.__iter__ once",
    ],
    "class V(TemplateView):\n    def get(self, request):\n"
    "        Tag.objects.count() if request.method == 'POST' else 1": [],
}  # fmt: skip

POSTS = {
    "class V(CreateView):\n    model = Line\n    fields = ['order']": SENT,
    "class V(UpdateView):\n    model = Line\n    fields = ['order']": ["QuerySet.get once", *SENT],
    "class V(CreateView):\n    model = Line\n    fields = ['order']\n    def form_valid(self, form):\n"
    "        Tag.objects.count()\n        return super().form_valid(form)": ["QuerySet.count once", *SENT],
    "class V(CreateView):\n    model = Line\n    fields = ['order']\n"
    "    def form_valid(self, form):\n        pass": SENT[:2],
    "class V(DeleteView):\n    model = Note\n    success_url = '/'": ["Model.delete once", "QuerySet.get once"],
    "class V(TemplateView):\n    def post(self, request):\n        Tag.objects.count()": ["QuerySet.count once"],
}  # fmt: skip


def shop(text: str, pages: dict[str, str]) -> dict[str, str]:
    views = HEAD + text
    return {"shop.__init__": "", "shop.models": MODELS, "shop.settings": SETTINGS, "shop.views": views, **pages}


def asked(text: str, entry: str) -> list[str]:
    ops = ops_of(shop(text, PAGES), entry)
    return sorted(told(op) for op in ops if op.base_class == "network" and op.condition != "rarely")


@pytest.mark.parametrize("text", GETS)
def test_what_a_view_shows(text: str) -> None:
    assert asked(text, "shop.views.V.<GET>") == sorted(GETS[text])


@pytest.mark.parametrize("text", POSTS)
def test_what_a_view_does_with_what_is_sent(text: str) -> None:
    assert asked(text, "shop.views.V.<POST>") == sorted(POSTS[text])


def test_who_asks_is_found_where_it_is_found_in_any_case() -> None:
    """The template asks only sometimes, what stands before the view always."""
    text = "class V(LoginRequiredMixin, TemplateView): template_name = 'shop/who.html'"
    modules = shop(text, {f"{SHOP}who.html": "{% if a %}{{ user.email }}{% endif %}"})
    found = [op for op in ops_of(modules, "shop.views.V.<GET>") if op.callee == "django.contrib.auth.get_user"]
    assert [op.condition for op in found] == ["always"]
