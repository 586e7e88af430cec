"""Patients: listed, looked up, and the few things that a program may write about them."""

from django.db.models import Exists, OuterRef, Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock
from accounts.models import ApiToken
from api import filters
from api.once import once
from api.serializers import patients as shapes
from campaigns import numbers, opt_out, preferred_times
from patients import models, search
from patients.wishes import wish_key

from .parts import Listing, one, read, told

Scope = ApiToken.Scope
FOUND = 20


def _numbers(request):
    wishes = models.OptOut.objects.from_calls().filter(e164=OuterRef("e164"))
    return request.practice.phonenumbers.annotate(is_opted_out=Exists(wishes)).order_by("position", "pk")


def _patients(request):
    """With all that is told of them, in as many queries for one as for five hundred."""
    return request.practice.patients.prefetch_related(
        Prefetch("phones", _numbers(request)), Prefetch("opt_outs", request.practice.optouts.order_by("pk"))
    )


def _standing(request, patient_id):
    """The record that stands for the person: what is written goes there."""
    return one(request.practice.patients.select_related("merged_into"), patient_id).standing


class Patients(Listing):
    scopes = {"GET": Scope.PATIENTS_READ}
    model = models.Patient
    serializer_class = shapes.Patient
    filterset_class = filters.Patients

    def rows(self, request):
        return _patients(request)

    @extend_schema(operation_id="patients_list", summary="List patients")
    def get(self, request, *args, **kwargs):
        """All patients of the practice, by id."""
        return super().get(request, *args, **kwargs)


class Lookup(APIView):
    scopes = {"POST": Scope.PATIENTS_READ}

    @extend_schema(
        operation_id="patients_lookup", summary="Look a patient up", request=shapes.Lookup, responses={200: shapes.Found}
    )
    def post(self, request, practice_slug):
        """Who has this chart number or phone number. Nothing is changed."""
        asked = read(shapes.Lookup, request)
        if "mrn" in asked:
            found = search.by_chart(asked["mrn"]).values("pk")
        else:
            found = request.practice.phonenumbers.filter(e164=asked["phone"]).values("patient")
        people = _patients(request).filter(pk__in=found).order_by("pk")[:FOUND]
        return told(shapes.Found, {"results": people})


class Patient(APIView):
    scopes = {"GET": Scope.PATIENTS_READ}

    @extend_schema(operation_id="patients_get", summary="Get a patient", responses={200: shapes.Patient})
    def get(self, request, practice_slug, patient_id):
        """One record. Where `merged_into` is set, another one stands for the person."""
        return told(shapes.Patient, one(_patients(request), patient_id))


class OptOuts(APIView):
    scopes = {"POST": Scope.PATIENTS_WRITE}

    @extend_schema(
        operation_id="patients_opt_out", summary="Note a wish not to be called", request=shapes.NewWish,
        responses={201: shapes.Wish},
    )  # fmt: skip
    def post(self, request, practice_slug, patient_id):
        """The person, a number, or both are not called any more, from this second on. Open work about them closes. The same wish
        sent again is the same one. Nothing in the API lifts it."""
        said, patient = read(shapes.NewWish, request), _standing(request, patient_id)
        number_id = said.pop("number")
        e164 = one(patient.phones, number_id).e164 if number_id else ""

        def act():
            wish, _is_new = opt_out.tell(patient=patient, by=request.membership, now=clock.now(), e164=e164, **said)
            return wish.pk

        wish_id, _is_new = once(request, act)
        return told(shapes.Wish, one(request.practice.optouts, wish_id), status=201)


class Numbers(APIView):
    scopes = {"POST": Scope.PATIENTS_WRITE}

    @extend_schema(
        operation_id="patients_add_number", summary="Add a phone number", request=shapes.NewNumber, responses={201: shapes.Number}
    )
    def post(self, request, practice_slug, patient_id):
        """Write a number behind those the patient has. Campaigns that had given them up as unreachable go on."""
        said, patient = read(shapes.NewNumber, request), _standing(request, patient_id)
        e164, extension = said["number"]

        def act():
            saved = numbers.add(patient=patient, e164=e164, extension=extension, kind=said["kind"], now=clock.now())
            return saved.number.pk

        number_id, _is_new = once(request, act)
        return told(shapes.Number, one(_numbers(request), number_id), status=201)


class Number(APIView):
    scopes = {"PATCH": Scope.PATIENTS_WRITE}

    @extend_schema(
        operation_id="patients_change_number", summary="Change a phone number", request=shapes.NumberChange,
        responses={200: shapes.Number},
    )  # fmt: skip
    def patch(self, request, practice_slug, patient_id, number_id):
        """Say what kind it is, whether messages may be left on it, or that it is verified, wrong or disconnected."""
        said, patient = read(shapes.NumberChange, request), _standing(request, patient_id)
        number = one(_numbers(request).filter(patient=patient).select_related("patient"), number_id)
        stands = {name: getattr(number, name) for name in ("kind", "extension", "voicemail_allowed", "state")}
        numbers.change(number=number, now=clock.now(), **{**stands, "seen_state": number.state, **said})
        return told(shapes.Number, one(_numbers(request), number_id))


class Times(APIView):
    scopes = {"PUT": Scope.PATIENTS_WRITE, "DELETE": Scope.PATIENTS_WRITE}

    @extend_schema(
        operation_id="patients_set_preferred_times", summary="Note preferred times", request=shapes.NewTimes,
        responses={200: shapes.Times},
    )  # fmt: skip
    def put(self, request, practice_slug, patient_id):
        """The days and hours in which the person asked to be called. They replace those noted before."""
        said, patient = read(shapes.NewTimes, request), _standing(request, patient_id)
        preferred_times.keep(patient=patient, wish_key=wish_key(**said))
        return told(shapes.Times, {**said, "weekdays": sorted(set(said["weekdays"]))})

    @extend_schema(
        operation_id="patients_forget_preferred_times", summary="Forget preferred times", request=None, responses={204: None}
    )
    def delete(self, request, practice_slug, patient_id):
        """The person may be called at any time again that the law and the practice allow."""
        preferred_times.keep(patient=_standing(request, patient_id), wish_key="")
        return Response(status=204)
