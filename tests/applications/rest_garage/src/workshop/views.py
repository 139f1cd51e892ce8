from django.shortcuts import get_object_or_404
from rest_framework import filters, generics, status, viewsets
from rest_framework.decorators import action, api_view, permission_classes
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView
from workshop import services
from workshop.filters import JobFilter
from workshop.models import Bike, Customer, Job, Note, Part, Supplier
from workshop.permissions import IsMechanic, WorksHere
from workshop.serializers import (
    BikeSerializer,
    CustomerSerializer,
    JobDetailSerializer,
    JobListSerializer,
    NewJobSerializer,
    NoteSerializer,
    PartSerializer,
    SupplierSerializer,
)


class JobViewSet(viewsets.ModelViewSet):
    permission_classes = [IsAuthenticated, WorksHere]
    filterset_class = JobFilter

    def get_queryset(self):
        jobs = Job.objects.of_garage(self.request.user.garage_id).order_by("-opened")
        if self.action == "list":
            return jobs.for_list()
        if self.action == "retrieve":
            return jobs.for_detail()
        return jobs

    def get_serializer_class(self):
        if self.action == "list":
            return JobListSerializer
        if self.action == "create":
            return NewJobSerializer
        return JobDetailSerializer

    def perform_create(self, serializer):
        serializer.save(mechanic=self.request.user)

    @action(detail=True, methods=["post"])
    def close(self, request, pk=None):
        job = self.get_object()
        invoice = services.close(job)
        return Response({"number": invoice.number}, status=status.HTTP_201_CREATED)

    @action(detail=True, methods=["get", "post"])
    def notes(self, request, pk=None):
        job = self.get_object()
        if request.method == "POST":
            note = Note.objects.create(job=job, author=request.user, text=request.data["text"])
            return Response(NoteSerializer(note).data, status=status.HTTP_201_CREATED)
        notes = job.notes.select_related("author").order_by("written")
        return Response(NoteSerializer(notes, many=True).data)

    @action(detail=False)
    def mine(self, request):
        jobs = Job.objects.open().for_list().filter(mechanic=request.user)
        page = self.paginate_queryset(jobs)
        serializer = JobListSerializer(page, many=True)
        return self.get_paginated_response(serializer.data)


class PartViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Part.objects.select_related("supplier").order_by("sku")
    serializer_class = PartSerializer
    filter_backends = [filters.SearchFilter, filters.OrderingFilter]
    search_fields = ["sku", "name"]


class CustomerViewSet(viewsets.ModelViewSet):
    queryset = Customer.objects.order_by("name")
    serializer_class = CustomerSerializer

    def perform_create(self, serializer):
        serializer.save(garage=self.request.user.garage)


class SupplierList(generics.ListAPIView):
    queryset = Supplier.objects.order_by("name")
    serializer_class = SupplierSerializer
    pagination_class = None


class BikeDetail(generics.RetrieveUpdateAPIView):
    queryset = Bike.objects.select_related("customer")
    serializer_class = BikeSerializer


class StockView(APIView):
    permission_classes = [IsMechanic]

    def get(self, request):
        parts = Part.objects.filter(stock__lt=5).select_related("supplier")
        return Response(services.stock_report(parts))

    def post(self, request):
        part = get_object_or_404(Part, sku=request.data["sku"])
        part.stock += int(request.data["count"])
        part.save(update_fields=["stock"])
        return Response({"stock": part.stock})


@api_view(["GET"])
@permission_classes([IsAuthenticated])
def board(request):
    jobs = Job.objects.open().of_garage(request.user.garage_id).select_related("mechanic", "bike")
    columns = {}
    for job in jobs:
        name = job.mechanic.username if job.mechanic else "nobody"
        columns.setdefault(name, []).append(str(job.bike))
    return Response(columns)


@api_view(["GET"])
def me(request):
    user = request.user
    return Response({"name": user.username, "garage": user.garage.name, "may": user.has_perm("workshop.add_part")})
