from club import views
from django.urls import path

urlpatterns = [
    path("home/", views.home),
    path("nothing/", views.nothing),
    path("greet/", views.greet),
    path("remember/<int:pk>/", views.remember),
    path("mine/", views.mine),
    path("allowed/", views.allowed),
    path("book-form/", views.book_form),
    path("search-form/", views.search_form),
    path("book/", views.book),
    path("hours/", views.hours),
    path("room/<int:pk>/", views.room_bookings),
    path("move/<int:pk>/", views.move),
    path("longer/<int:pk>/", views.longer),
    path("save-hours/", views.save_hours),
    path("rooms/", views.Rooms.as_view()),
]
