from django.urls import path, re_path
from shop import views

urlpatterns = [path("orders", views.orders), re_path("^order/([0-9]+)$", views.Order.as_view())]
