from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.db import transaction
from django.db.models import Avg, Count, Prefetch
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.views.generic import CreateView, DeleteView, DetailView, FormView, ListView, TemplateView, UpdateView

from .forms import CourseForm, EnrolForm, GradeFormSet, LessonFormSet
from .models import Course, Department, Enrolment, Lesson, Student, Teacher
from .services import enrol


class TermMixin:
    def get_queryset(self):
        return super().get_queryset().for_term(self.request.term)


class CourseListView(TermMixin, ListView):
    model = Course
    queryset = Course.objects.with_people().with_size()
    context_object_name = "courses"
    template_name = "courses/list.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["departments"] = Department.objects.order_by("name")
        return context


class CourseDetailView(DetailView):
    context_object_name = "course"
    template_name = "courses/detail.html"

    def get_queryset(self):
        return Course.objects.with_people().prefetch_related(
            "lessons", Prefetch("enrolments", queryset=Enrolment.objects.select_related("student__user"))
        )


class CourseCreateView(PermissionRequiredMixin, CreateView):
    permission_required = "courses.add_course"
    model = Course
    form_class = CourseForm
    template_name = "courses/form.html"


class CourseUpdateView(LoginRequiredMixin, UpdateView):
    model = Course
    form_class = CourseForm
    template_name = "courses/form.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if self.request.method == "POST":
            context["lessons"] = LessonFormSet(self.request.POST, instance=self.object)
        else:
            context["lessons"] = LessonFormSet(instance=self.object)
        return context

    def form_valid(self, form):
        lessons = self.get_context_data()["lessons"]
        if not lessons.is_valid():
            return self.form_invalid(form)
        with transaction.atomic():
            self.object = form.save()
            lessons.instance = self.object
            lessons.save()
        return redirect(self.get_success_url())


class CourseDeleteView(LoginRequiredMixin, DeleteView):
    model = Course
    success_url = reverse_lazy("courses")
    template_name = "courses/confirm.html"


class EnrolView(LoginRequiredMixin, FormView):
    form_class = EnrolForm
    template_name = "courses/enrol.html"

    def dispatch(self, request, *args, **kwargs):
        self.course = get_object_or_404(Course.objects.with_people(), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(course=self.course, **kwargs)

    def form_valid(self, form):
        if enrol(self.course, form.student):
            messages.success(self.request, "Enrolled")
        else:
            messages.error(self.request, "Full")
        return redirect("course", pk=self.course.pk)


class GradesView(LoginRequiredMixin, TemplateView):
    template_name = "courses/grades.html"

    def formset(self, data=None):
        rows = Enrolment.objects.filter(course_id=self.kwargs["pk"]).select_related("student__user")
        return GradeFormSet(data, queryset=rows)

    def get(self, request, *args, **kwargs):
        return self.render_to_response(self.get_context_data(formset=self.formset()))

    def post(self, request, *args, **kwargs):
        formset = self.formset(request.POST)
        if formset.is_valid():
            with transaction.atomic():
                formset.save()
            return redirect("course", pk=kwargs["pk"])
        return self.render_to_response(self.get_context_data(formset=formset))


class TeacherListView(ListView):
    queryset = Teacher.objects.select_related("user", "department").prefetch_related("courses")
    paginate_by = 25
    template_name = "courses/teachers.html"


class StudentView(LoginRequiredMixin, DetailView):
    template_name = "courses/student.html"
    slug_field = "number"
    slug_url_kwarg = "number"

    def get_queryset(self):
        return Student.objects.select_related("user")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        enrolments = self.object.enrolments.select_related("course__teacher__user").order_by("-at")
        context["enrolments"] = enrolments
        context["average"] = enrolments.aggregate(average=Avg("grade"))["average"]
        return context


class ReportView(PermissionRequiredMixin, TemplateView):
    permission_required = "courses.view_course"
    template_name = "courses/report.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["departments"] = Department.objects.annotate(
            n_courses=Count("courses", distinct=True), n_teachers=Count("teachers", distinct=True)
        )
        context["empty"] = Course.objects.filter(enrolments__isnull=True).with_people()
        return context
