from django.conf import settings
from django.db import models
from members.models import Club


class Room(models.Model):
    name = models.CharField(max_length=40)
    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="rooms")

    def __str__(self):
        return f"{self.name} ({self.club})"


class Booking(models.Model):
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="bookings")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bookings")
    hours = models.IntegerField(default=1)


class Visit(models.Model):
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    page = models.CharField(max_length=40)
