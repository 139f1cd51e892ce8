from django.urls import path

from . import views

urlpatterns = [
    path("", views.CourseListView.as_view(), name="courses"),
    path("courses/new/", views.CourseCreateView.as_view(), name="course-new"),
    path("courses/<int:pk>/", views.CourseDetailView.as_view(), name="course"),
    path("courses/<int:pk>/edit/", views.CourseUpdateView.as_view(), name="course-edit"),
    path("courses/<int:pk>/delete/", views.CourseDeleteView.as_view(), name="course-delete"),
    path("courses/<int:pk>/enrol/", views.EnrolView.as_view(), name="enrol"),
    path("courses/<int:pk>/grades/", views.GradesView.as_view(), name="grades"),
    path("teachers/", views.TeacherListView.as_view(), name="teachers"),
    path("students/<slug:number>/", views.StudentView.as_view(), name="student"),
    path("report/", views.ReportView.as_view(), name="report"),
]
