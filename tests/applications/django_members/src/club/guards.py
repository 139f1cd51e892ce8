from functools import wraps

from club.models import Visit
from django.core.exceptions import PermissionDenied


def members_only(view):
    """Only those who are logged in; each visit is written down."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if not request.user.is_authenticated:
            raise PermissionDenied
        Visit.objects.create(member=request.user, page=request.path)
        return view(request, *args, **kwargs)

    return wrapper
