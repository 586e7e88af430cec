"""What views of the API share: how an object is found, and lists in pages."""

from django.shortcuts import get_object_or_404
from rest_framework.generics import ListAPIView
from rest_framework.response import Response

from api.filters import Known
from api.paging import Pages


class Listing(ListAPIView):
    """A list of rows of the practice: subclasses say which (`rows`), by what they can be narrowed, and how they are told."""

    pagination_class = Pages
    filter_backends = [Known]
    model = None

    def get_queryset(self):
        # The schema is made without a request, and looks at the model alone.
        return self.model.objects.none() if getattr(self, "swagger_fake_view", False) else self.rows(self.request)

    def list(self, request, *args, **kwargs):
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.paginator.get_paginated_response(self.get_serializer(page, many=True).data)


def read(serializer, request):
    """The values that a body holds, checked. Raises ValidationError."""
    body = serializer(data=request.data)
    body.is_valid(raise_exception=True)
    return body.validated_data


def one(rows, pk):
    """The row of the practice with this id; another practice's is a 404 like none."""
    return get_object_or_404(rows, pk=pk)


def told(serializer, row, *, status=200):
    return Response(serializer(row).data, status=status)
