"""What is refused in a way of its own."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status

ABSENT = "absent"


class Absent(exceptions.ValidationError):
    """A row that a field names is not there, or not for whoever asks: answered with 404."""

    def __init__(self) -> None:
        super().__init__(_("There is nothing with this id."), code=ABSENT)


class Conflict(exceptions.APIException):
    """The request is right, but not in the present state of things."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"
    default_detail = gettext_lazy("This cannot be done in its present state.")


class TooBig(exceptions.APIException):
    """More bytes than we take at once."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_big"
    default_detail = gettext_lazy("The request is too big.")


class Mismatch(exceptions.APIException):
    """The same key came with another request."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "key_reused"
    default_detail = gettext_lazy("This Idempotency-Key was used for another request.")
