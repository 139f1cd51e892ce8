from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone


class TermManager(models.Manager):
    def current(self):
        today = timezone.now().date()
        return self.filter(begins__lte=today, ends__gte=today).first()


class Term(models.Model):
    name = models.CharField(max_length=50)
    begins = models.DateField()
    ends = models.DateField()

    objects = TermManager()

    def __str__(self):
        return self.name


class Department(models.Model):
    name = models.CharField(max_length=80, unique=True)

    def __str__(self):
        return self.name


class Teacher(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="teacher")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="teachers")
    title = models.CharField(max_length=20, blank=True)

    def __str__(self):
        return f"{self.title} {self.user.last_name}"


class CourseQuerySet(models.QuerySet):
    def for_term(self, term):
        return self.filter(term=term)

    def with_people(self):
        return self.select_related("teacher__user", "department")

    def with_size(self):
        return self.annotate(size=models.Count("enrolments"))


class Course(models.Model):
    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="courses")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="courses")
    teacher = models.ForeignKey(Teacher, null=True, on_delete=models.SET_NULL, related_name="courses")
    code = models.CharField(max_length=12)
    title = models.CharField(max_length=120)
    places = models.PositiveIntegerField(default=30)

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        unique_together = [("term", "code")]

    def __str__(self):
        return f"{self.code} {self.title}"

    def get_absolute_url(self):
        return reverse("course", args=[self.pk])

    @property
    def is_full(self):
        return self.enrolments.count() >= self.places


class Lesson(models.Model):
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="lessons")
    day = models.DateField()
    topic = models.CharField(max_length=200)

    class Meta:
        ordering = ["day"]


class Student(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="student")
    number = models.CharField(max_length=10, unique=True)
    year = models.PositiveSmallIntegerField(default=1)
    courses = models.ManyToManyField(Course, through="Enrolment", related_name="students")

    def __str__(self):
        return f"{self.user.get_full_name()} ({self.number})"


class Enrolment(models.Model):
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="enrolments")
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="enrolments")
    grade = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        unique_together = [("course", "student")]


class Change(models.Model):
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="changes")
    text = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
