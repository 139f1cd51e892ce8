from rest_framework.permissions import SAFE_METHODS, BasePermission


class WorksHere(BasePermission):
    """Staff of a garage, and for one row: of the garage that the row belongs to."""

    def has_permission(self, request, view):
        return request.user.garage_id is not None

    def has_object_permission(self, request, view, obj):
        if request.method in SAFE_METHODS:
            return True
        return obj.mechanic_id in (None, request.user.pk)


class IsMechanic(BasePermission):
    def has_permission(self, request, view):
        return request.user.is_mechanic
