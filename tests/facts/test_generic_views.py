"""What generic views of Django do, as code: each row is a class, and the methods that it gets."""

from __future__ import annotations

import ast

import pytest

from code_path_audit.facts.generic_views import add_methods
from tests.facts.unwritten import bodies

ASKED = ["self.setup(request)", "self.dispatch(request)"]
SHOWN = "self.render_to_response(self.get_context_data())"
FOUND = "self.object = self.get_object()"
SENT = [
    "form = self.get_form()",
    "try:\n    form.is_valid()\n    self.form_valid(form)\nexcept ValueError:\n    self.form_invalid(form)",
]
SAVED = ["self.object = form.save()", "self.get_success_url()"]
BOTH = {"<GET>": ASKED, "<POST>": ASKED}

ROWS = {
    "class A(ListView): pass": {"<GET>": ASKED, "<get>": ["self.object_list = self.get_queryset()", SHOWN]},
    "class A(Mixin, generic.DetailView): pass": {"<GET>": ASKED, "<get>": [FOUND, SHOWN]},
    "class A(TemplateView): pass": {"<GET>": ASKED, "<get>": [SHOWN]},
    "class A(TemplateView):\n    def post(self, request): pass": {**BOTH, "<get>": [SHOWN]},
    "class A(FormView): pass": {**BOTH, "<get>": [SHOWN], "<post>": SENT},
    "class A(CreateView): pass": {**BOTH, "<get>": [SHOWN], "<post>": SENT, "<form_valid>": SAVED},
    "class A(BaseUpdateView): pass": {
        **BOTH, "<get>": [FOUND, SHOWN], "<post>": [FOUND, *SENT], "<form_valid>": SAVED,
    },
    "class A(DeleteView): pass": {
        **BOTH, "<get>": [FOUND, SHOWN], "<post>": [FOUND, *SENT], "<form_valid>": ["self.object.delete()"],
    },
    "class A(RedirectView): pass": {"<GET>": ASKED, "<get>": ["self.get_redirect_url()"]},
    "class A(OwnView): pass": BOTH,
    "class B(TemplateView): pass\nclass A(B): pass": {**BOTH, "<get>": [SHOWN]},
    "class A(OwnView):\n    def get(self, request): pass": {"<POST>": ASKED},
    "class A(View): pass": {},
    "class A(ListAPIView): pass": {},
    "class A(OwnAPIView): pass": {},
    "class A(Preview): pass": {},
}  # fmt: skip


@pytest.mark.parametrize("text", ROWS)
def test_what_a_view_does(text: str) -> None:
    assert bodies(f"# django, View\n{text}", add_methods) == ROWS[text]


def test_a_file_that_does_not_mention_django_has_none() -> None:
    assert bodies("class A(ListView): pass", add_methods) == {}


FORMS = {
    "model = M\n    fields = ['a']": "class <form>(<ModelForm>):\n\n    class Meta:\n"
    "        model = M\n        fields = ['a']",
    "model = M\n    form_class = F": "",
    "model = M": "",
}


@pytest.mark.parametrize("body", FORMS)
def test_a_view_without_a_form_has_the_one_that_django_makes(body: str) -> None:
    text = f"'''Views of django.'''\nfrom __future__ import annotations\nclass A(CreateView):\n    {body}\n"
    tree = ast.parse(text)
    add_methods(tree, text.encode())
    view = tree.body[-1]
    assert isinstance(view, ast.ClassDef)
    assert "\n".join(ast.unparse(node) for node in view.body if isinstance(node, ast.ClassDef)) == FORMS[body]
    imported = "from django.forms import ModelForm as <ModelForm>"
    assert [ast.unparse(node) for node in tree.body[2:-1]] == ([imported] if FORMS[body] else [])
