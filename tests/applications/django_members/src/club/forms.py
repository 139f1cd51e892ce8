from club.models import Booking, Room
from django import forms


class BookingForm(forms.ModelForm):
    class Meta:
        model = Booking
        fields = ["room", "hours"]


class SearchForm(forms.Form):
    room = forms.ModelChoiceField(queryset=Room.objects.select_related("club"))
    text = forms.CharField(required=False)


HoursFormSet = forms.modelformset_factory(Booking, fields=["hours"], extra=1)
RoomFormSet = forms.inlineformset_factory(Room, Booking, fields=["hours"], extra=0)
