from django.conf import settings
from django.db import models


class Category(models.Model):
    name = models.CharField(max_length=40)


class Article(models.Model):
    title = models.CharField(max_length=200)
    body = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    category = models.ForeignKey(Category, null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField(auto_now_add=True)

    @property
    def byline(self):
        return f"{self.author.first_name} {self.author.last_name}"
