from django.contrib.auth.models import AbstractUser
from django.db import models


class Club(models.Model):
    name = models.CharField(max_length=40)

    def __str__(self):
        return self.name


class Member(AbstractUser):
    club = models.ForeignKey(Club, null=True, on_delete=models.SET_NULL, related_name="members")
