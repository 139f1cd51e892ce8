from django.contrib import admin

from .models import Course, Department, Enrolment, Lesson, Student, Teacher


class LessonInline(admin.TabularInline):
    model = Lesson
    extra = 0


@admin.register(Course)
class CourseAdmin(admin.ModelAdmin):
    list_display = ["code", "title", "teacher_name", "department"]
    list_select_related = ["teacher__user", "department"]
    list_filter = ["term"]
    search_fields = ["code", "title"]
    inlines = [LessonInline]

    @admin.display(description="Teacher")
    def teacher_name(self, course):
        return str(course.teacher) if course.teacher else "-"


@admin.register(Enrolment)
class EnrolmentAdmin(admin.ModelAdmin):
    list_display = ["course", "student", "grade"]
    list_select_related = ["course", "student__user"]
    raw_id_fields = ["course", "student"]
    actions = ["clear_grades"]

    @admin.action(description="Clear grades")
    def clear_grades(self, request, queryset):
        queryset.update(grade=None)


admin.site.register([Department, Teacher, Student])
