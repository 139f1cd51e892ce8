from django.contrib.auth.models import AbstractUser
from django.db import models


class Garage(models.Model):
    name = models.CharField(max_length=80)
    city = models.CharField(max_length=80)

    def __str__(self):
        return self.name


class Account(AbstractUser):
    garage = models.ForeignKey(Garage, null=True, on_delete=models.SET_NULL, related_name="staff")
    is_mechanic = models.BooleanField(default=False)
