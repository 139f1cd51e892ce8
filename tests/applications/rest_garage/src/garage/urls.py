from django.urls import include, path
from rest_framework.routers import DefaultRouter
from workshop import views

router = DefaultRouter()
router.register("jobs", views.JobViewSet, basename="job")
router.register("parts", views.PartViewSet, basename="part")
router.register("customers", views.CustomerViewSet)

urlpatterns = [
    path("api/", include(router.urls)),
    path("api/suppliers/", views.SupplierList.as_view()),
    path("api/bikes/<int:pk>/", views.BikeDetail.as_view()),
    path("api/stock/", views.StockView.as_view()),
    path("api/board/", views.board),
    path("api/me/", views.me),
]
