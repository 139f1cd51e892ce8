import django_filters
from workshop.models import Job


class JobFilter(django_filters.FilterSet):
    state = django_filters.CharFilter()
    customer = django_filters.NumberFilter(field_name="bike__customer_id")
    opened_after = django_filters.DateTimeFilter(field_name="opened", lookup_expr="gte")

    class Meta:
        model = Job
        fields = ["state", "customer", "opened_after"]
