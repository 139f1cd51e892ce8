from django import forms
from django.forms import inlineformset_factory, modelformset_factory

from .models import Course, Enrolment, Lesson, Student


class CourseForm(forms.ModelForm):
    class Meta:
        model = Course
        fields = ["term", "department", "teacher", "code", "title", "places"]


class EnrolForm(forms.Form):
    number = forms.CharField(max_length=10)

    def clean_number(self):
        number = self.cleaned_data["number"]
        try:
            self.student = Student.objects.get(number=number)
        except Student.DoesNotExist:
            raise forms.ValidationError("No such student")
        return number


LessonFormSet = inlineformset_factory(Course, Lesson, fields=["day", "topic"], extra=1)
GradeFormSet = modelformset_factory(Enrolment, fields=["grade"], extra=0)
