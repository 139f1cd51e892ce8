from club.forms import BookingForm, HoursFormSet, RoomFormSet, SearchForm
from club.guards import members_only
from club.models import Booking, Room
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.decorators import method_decorator
from django.views import View


def home(request):
    return render(request, "club/home.html", {"rooms": Room.objects.all()})


def nothing(request):
    return HttpResponse("nothing")


def greet(request):
    return HttpResponse(f"{request.user.username} of {request.user.club.name}")


def remember(request, pk):
    request.session["room"] = pk
    request.session["seen"] = request.session.get("seen", 0) + 1
    return HttpResponse(request.user.username)


@members_only
def mine(request):
    bookings = request.user.bookings.select_related("room")
    return HttpResponse(", ".join(booking.room.name for booking in bookings))


def allowed(request):
    names = [room.name for room in Room.objects.all() if request.user.has_perm("club.view_room")]
    return HttpResponse(f"{names} {[group.name for group in request.user.groups.all()]}")


def book_form(request):
    return render(request, "club/form.html", {"form": BookingForm()})


def search_form(request):
    return render(request, "club/fields.html", {"form": SearchForm()})


def book(request):
    form = BookingForm(request.POST)
    if form.is_valid():
        booking = form.save(commit=False)
        booking.member = request.user
        booking.save()
    return HttpResponse("ok")


def hours(request):
    return render(request, "club/formset.html", {"formset": HoursFormSet(queryset=Booking.objects.all())})


def room_bookings(request, pk):
    formset = RoomFormSet(instance=get_object_or_404(Room, pk=pk))
    return render(request, "club/formset.html", {"formset": formset})


@transaction.atomic
def move(request, pk):
    Booking.objects.filter(room=pk).update(hours=2)
    return HttpResponse("moved")


@transaction.non_atomic_requests
@login_required
def longer(request, pk):
    with transaction.atomic():
        booking = Booking.objects.select_for_update().get(pk=pk)
        booking.hours += 1
        booking.save()
    return HttpResponse("longer")


@method_decorator(login_required, name="dispatch")
class Rooms(View):
    def get(self, request):
        rooms = self.request.user.club.rooms.all()
        return HttpResponse(", ".join(str(room) for room in rooms))


def save_hours(request):
    formset = HoursFormSet(request.POST)
    if formset.is_valid():
        formset.save()
    return HttpResponse("saved")
