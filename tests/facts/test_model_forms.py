"""The forms that factories make, as code: each row is a statement of a module, and what becomes of it."""

from __future__ import annotations

import ast

import pytest

from code_path_audit.facts.model_forms import add_forms

HEAD = "from django.forms import ModelForm as <ModelForm>"


def form(name: str, *held: str) -> str:
    body = "\n".join(f"        {row}" for row in held)
    return f"class <form {name}>(<ModelForm>):\n\n    class Meta:\n{body}"


ROWS: dict[str, list[str] | None] = {
    "A = modelformset_factory(M, fields=['a'], extra=0)": [
        HEAD, form("A", "model = M", "fields = ['a']"),
        "A = modelformset_factory(M, fields=['a'], extra=0, form=<form A>)",
    ],
    "A = forms.inlineformset_factory(P, M, exclude=['a'])": [
        HEAD, form("A", "model = M", "exclude = ['a']"),
        "A = forms.inlineformset_factory(P, M, exclude=['a'], form=<form A>)",
    ],
    "A = modelform_factory(model=M, fields='__all__')": [
        HEAD, form("A", "model = M", "fields = '__all__'"),
        "A = modelform_factory(model=M, fields='__all__', form=<form A>)",
    ],
    "A = modelformset_factory(M, form=F)": None,
    "A = modelformset_factory(M, **rest)": None,
    "A = modelformset_factory(*rest)": None,
    "A.b = modelformset_factory(M)": None,
    "modelformset_factory(M)": None,
    "A = formset_factory(M)": None,
}  # fmt: skip


@pytest.mark.parametrize("text", ROWS)
def test_what_a_factory_makes(text: str) -> None:
    tree = ast.parse(text)
    add_forms(tree, text.encode())
    assert [ast.unparse(node) for node in tree.body] == (ROWS[text] or [text])
