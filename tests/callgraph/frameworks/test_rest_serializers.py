"""What serializers of Django's REST framework check, save and show: each row is what is done with one."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import ops_of, told

MODELS = """\
from django.db import models

class Shelf(models.Model):
    name = models.CharField(max_length=20, unique=True)

class Tag(models.Model):
    name = models.CharField(max_length=20)

class Book(models.Model):
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE)
    tags = models.ManyToManyField(Tag)
    isbn = models.CharField(max_length=20, unique=True)

class Cover(models.Model):
    book = models.OneToOneField(Book, on_delete=models.CASCADE)

class Copy(models.Model):
    book = models.ForeignKey(Book, on_delete=models.CASCADE)
    number = models.IntegerField()
    class Meta:
        unique_together = [("book", "number")]
"""

HEAD = """\
from rest_framework import serializers
from rest_framework.validators import UniqueValidator
from shop.models import *

class TaggedSerializer(serializers.Serializer):
    tag = serializers.PrimaryKeyRelatedField(queryset=Tag.objects.all())

class Plain(serializers.ModelSerializer):
    class Meta:
        model = Book
        fields = ["shelf", "tags", "isbn"]

class Known(serializers.ModelSerializer):
    name = serializers.CharField(validators=[UniqueValidator(queryset=Shelf.objects.all())])
    class Meta:
        model = Shelf
        fields = ["name"]

class Every(serializers.ModelSerializer):
    class Meta:
        model = Book
        fields = "__all__"

class Rest(serializers.ModelSerializer):
    class Meta:
        model = Book
        exclude = ["tags", "isbn"]

class Copies(serializers.ModelSerializer):
    class Meta:
        model = Copy
        fields = ["book", "number"]

class Numbers(serializers.ModelSerializer):
    class Meta:
        model = Copy
        fields = ["number"]

class Covers(serializers.ModelSerializer):
    class Meta:
        model = Cover
        fields = ["book"]

class Read(Plain):
    class Meta:
        model = Book
        fields = ["shelf", "isbn"]
        read_only_fields = ["shelf", "isbn"]

class Nested(serializers.Serializer):
    tags = TaggedSerializer(many=True)

class Shown(serializers.ModelSerializer):
    shelf_name = serializers.CharField(source="shelf.name", read_only=True)
    class Meta:
        model = Book
        fields = ["shelf_name"]

class Own(Shown):
    def create(self, data):
        return Book.objects.create(**data)
    def update(self, book, data):
        Tag.objects.count()
        return super().update(book, data)

class Asks(serializers.Serializer):
    def validate_name(self, value):
        Tag.objects.exists()
        return value

def book():
    return Book.objects.select_related("shelf").get(pk=1)

"""

TOGETHER = "rest_framework.validators.UniqueTogetherValidator"
RELATED, UNIQUE = "rest_framework.relations.RelatedField", "rest_framework.validators.UniqueValidator"

ROWS = {
    "TaggedSerializer(data=d).is_valid()": [f"{RELATED}.TaggedSerializer.tag once"],
    "Plain(data=d).is_valid()": [
        f"{RELATED}.Plain.shelf once", f"{RELATED}.Plain.tags per tag", f"{UNIQUE}.Plain.isbn once",
    ],
    "Every(data=d).is_valid()": [
        f"{RELATED}.Every.shelf once", f"{RELATED}.Every.tags per relation", f"{UNIQUE}.Every.isbn once",
    ],
    "Rest(data=d).is_valid()": [f"{RELATED}.Rest.shelf once"],
    "Copies(data=d).is_valid()": [f"{RELATED}.Copies.book once", f"{TOGETHER}.Copies.book_number once"],
    "Numbers(data=d).is_valid()": [],
    "Every(Book.objects.get(pk=1)).data": ["QuerySet.__iter__ once", "QuerySet.get once"],
    "Every(Book.objects.all(), many=True).data": ["QuerySet.__iter__ once", "QuerySet.__iter__ per book"],
    "Rest(Book.objects.all(), many=True).data": ["QuerySet.__iter__ once"],
    "Known(data=d).is_valid()": [f"{UNIQUE}.Known.name once"],
    "Covers(data=d).is_valid()": [f"{RELATED}.Covers.book once", f"{UNIQUE}.Covers.book once"],
    "Read(data=d).is_valid()": [],
    "Nested(data=d).is_valid()": [f"{RELATED}.TaggedSerializer.tag per tag"],
    "Asks(data=d).is_valid()": ["QuerySet.exists once"],
    "Shown(data=d)": [],
    "Shown(data=d).save()": ["Model.save once"],
    "s = Shown(data=d); s.save(); s.data": ["Model.save once"],
    "s = Shown(book(), data=d); s.save(); s.data": ["Model.save once", "QuerySet.get once"],
    "s = Shown(Book.objects.get(pk=1), data=d); s.save(); s.data": [
        "ForeignKey.Book.shelf once", "Model.save once", "QuerySet.get once",
    ],
    "Own(data=d).save()": ["QuerySet.create once"],
    "Own(book(), data=d).save()": ["Model.save once", "QuerySet.count once", "QuerySet.get once"],
    "Shown(Book.objects.get(pk=1)).data": ["ForeignKey.Book.shelf once", "QuerySet.get once"],
}  # fmt: skip


@pytest.mark.parametrize("body", ROWS)
def test_what_a_serializer_asks_for(body: str) -> None:
    text = f"{HEAD}def f(d):\n    {body}\n"
    found = ops_of({"shop.__init__": "", "shop.models": MODELS, "m": text}, "m.f")
    assert sorted(told(op) for op in found if op.base_class == "network") == sorted(ROWS[body])
