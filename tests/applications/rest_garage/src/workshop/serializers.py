from rest_framework import serializers
from workshop.models import Bike, Customer, Job, JobLine, Note, Part, Supplier, Tag


class SupplierSerializer(serializers.ModelSerializer):
    class Meta:
        model = Supplier
        fields = ["id", "name", "country"]


class PartSerializer(serializers.ModelSerializer):
    supplier = SupplierSerializer(read_only=True)

    class Meta:
        model = Part
        fields = ["id", "sku", "name", "price", "stock", "supplier"]


class CustomerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Customer
        fields = ["id", "name", "email"]


class BikeSerializer(serializers.ModelSerializer):
    owner = serializers.CharField(source="customer.name", read_only=True)

    class Meta:
        model = Bike
        fields = ["id", "label", "frame_number", "owner"]


class JobLineSerializer(serializers.ModelSerializer):
    part = PartSerializer(read_only=True)
    total = serializers.SerializerMethodField()

    class Meta:
        model = JobLine
        fields = ["id", "part", "quantity", "price", "total"]

    def get_total(self, line):
        return line.price * line.quantity


class NoteSerializer(serializers.ModelSerializer):
    author = serializers.CharField(source="author.username", read_only=True)

    class Meta:
        model = Note
        fields = ["id", "author", "text", "written"]


class JobListSerializer(serializers.ModelSerializer):
    bike = serializers.StringRelatedField()
    customer = serializers.CharField(source="bike.customer.name", read_only=True)
    mechanic = serializers.SerializerMethodField()
    line_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Job
        fields = ["id", "bike", "customer", "mechanic", "state", "opened", "line_count"]

    def get_mechanic(self, job):
        return job.mechanic.username if job.mechanic else None


class JobDetailSerializer(serializers.ModelSerializer):
    bike = BikeSerializer(read_only=True)
    lines = JobLineSerializer(many=True, read_only=True)
    notes = NoteSerializer(many=True, read_only=True)
    tags = serializers.SlugRelatedField(slug_field="slug", many=True, read_only=True)
    total = serializers.DecimalField(max_digits=10, decimal_places=2, read_only=True)

    class Meta:
        model = Job
        fields = ["id", "bike", "state", "opened", "lines", "notes", "tags", "total"]


class NewLineSerializer(serializers.Serializer):
    sku = serializers.CharField()
    quantity = serializers.IntegerField(min_value=1)


class NewJobSerializer(serializers.ModelSerializer):
    bike = serializers.PrimaryKeyRelatedField(queryset=Bike.objects.all())
    lines = NewLineSerializer(many=True, write_only=True)

    class Meta:
        model = Job
        fields = ["id", "bike", "lines"]

    def create(self, validated_data):
        lines = validated_data.pop("lines")
        job = Job.objects.create(**validated_data)
        parts = {part.sku: part for part in Part.objects.filter(sku__in=[line["sku"] for line in lines])}
        JobLine.objects.bulk_create(
            [
                JobLine(
                    job=job, part=parts[line["sku"]], quantity=line["quantity"], price=parts[line["sku"]].price
                )
                for line in lines
            ]
        )
        return job
