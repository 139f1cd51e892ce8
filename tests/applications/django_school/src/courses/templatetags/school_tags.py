from django import template

from courses.models import Lesson

register = template.Library()


@register.inclusion_tag("partials/next_lessons.html")
def next_lessons(count=3):
    return {"lessons": Lesson.objects.select_related("course").order_by("-day")[:count]}


@register.simple_tag
def places_left(course):
    return course.places - course.size


@register.filter
def person(user):
    return user.get_full_name() or user.username
