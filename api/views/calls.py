"""Enrollments, attempts and callbacks. Outcomes are recorded on the desk alone: only there somebody has spoken to the patient."""

from datetime import timedelta

from django.db.models.functions import Greatest
from drf_spectacular.utils import extend_schema
from rest_framework.views import APIView

from accounts import clock
from accounts.models import ApiToken
from api import filters
from api.once import once
from api.paging import PagesByChange
from api.serializers import calls as shapes
from campaigns import callbacks, models

from .parts import Listing, one, read, told

Scope = ApiToken.Scope
# Of two calls saved at once the later may be stored first. Whoever keeps a place in the list misses none that is this old.
SETTLES = timedelta(minutes=1)


def _enrollments(request):
    return request.practice.enrollments.select_related("assigned_agent__user")


def _attempts(request):
    changed_at = Greatest("corrected_at", "ended_at")
    return request.practice.callattempts.select_related("agent__user", "appointment").annotate(changed_at=changed_at)


def _callbacks(request):
    return request.practice.callbacks.select_related("enrollment", "owner__user")


class Enrollments(Listing):
    scopes = {"GET": Scope.ENROLLMENTS_READ}
    model = models.Enrollment
    serializer_class = shapes.Enrollment
    filterset_class = filters.Enrollments

    def rows(self, request):
        return _enrollments(request)

    @extend_schema(operation_id="enrollments_list", summary="List enrollments")
    def get(self, request, *args, **kwargs):
        """Who is or was in a campaign, by id."""
        return super().get(request, *args, **kwargs)


class Enrollment(APIView):
    scopes = {"GET": Scope.ENROLLMENTS_READ}

    @extend_schema(operation_id="enrollments_get", summary="Get an enrollment", responses={200: shapes.Enrollment})
    def get(self, request, practice_slug, enrollment_id):
        """One patient in one campaign."""
        return told(shapes.Enrollment, one(_enrollments(request), enrollment_id))


class Attempts(Listing):
    scopes = {"GET": Scope.ATTEMPTS_READ}
    model = models.CallAttempt
    serializer_class = shapes.Attempt
    filterset_class = filters.Attempts
    pagination_class = PagesByChange

    def rows(self, request):
        return _attempts(request).filter(changed_at__lte=clock.now() - SETTLES)

    @extend_schema(operation_id="attempts_list", summary="List calls")
    def get(self, request, *args, **kwargs):
        """Calls in the order in which they were saved or corrected, once they are a minute old. To keep a copy: read on from
        `cursor` from time to time; a call that is corrected comes again."""
        return super().get(request, *args, **kwargs)


class Attempt(APIView):
    scopes = {"GET": Scope.ATTEMPTS_READ}

    @extend_schema(operation_id="attempts_get", summary="Get a call", responses={200: shapes.Attempt})
    def get(self, request, practice_slug, attempt_id):
        """One call with its outcome as it stands."""
        return told(shapes.Attempt, one(_attempts(request), attempt_id))


class Callbacks(Listing):
    scopes = {"GET": Scope.CALLBACKS_READ}
    model = models.Callback
    serializer_class = shapes.Callback
    filterset_class = filters.Callbacks

    def rows(self, request):
        return _callbacks(request)

    @extend_schema(operation_id="callbacks_list", summary="List callbacks")
    def get(self, request, *args, **kwargs):
        """Promised callbacks and what became of them, by id."""
        return super().get(request, *args, **kwargs)


class Callback(APIView):
    scopes = {"GET": Scope.CALLBACKS_READ}

    @extend_schema(operation_id="callbacks_get", summary="Get a callback", responses={200: shapes.Callback})
    def get(self, request, practice_slug, callback_id):
        """One promise."""
        return told(shapes.Callback, one(_callbacks(request), callback_id))


class Move(APIView):
    scopes = {"POST": Scope.CALLBACKS_WRITE}

    @extend_schema(
        operation_id="callbacks_move", summary="Move a callback", request=shapes.Move, responses={200: shapes.Callback}
    )
    def post(self, request, practice_slug, callback_id):
        """Promise another moment, or the next one in calling hours if calls are not allowed then: see `due_at` of the answer."""
        said, callback = read(shapes.Move, request), one(_callbacks(request), callback_id)

        def act():
            callbacks.move(callback=callback, due_at=said["due_at"], by=request.membership, now=clock.now())
            return callback.pk

        once(request, act)
        return told(shapes.Callback, one(_callbacks(request), callback_id))


class CallOff(APIView):
    scopes = {"POST": Scope.CALLBACKS_WRITE}

    @extend_schema(
        operation_id="callbacks_call_off", summary="Call a callback off", request=shapes.CallOff,
        responses={200: shapes.Callback},
    )  # fmt: skip
    def post(self, request, practice_slug, callback_id):
        """Take the promise back. The patient is called in the normal order again."""
        said, callback = read(shapes.CallOff, request), one(_callbacks(request), callback_id)

        def act():
            callbacks.call_off(callback=callback, why=said["why"], by=request.membership, now=clock.now())
            return callback.pk

        once(request, act)
        return told(shapes.Callback, one(_callbacks(request), callback_id))
