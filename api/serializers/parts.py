"""Pieces that several answers and bodies share."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from api.filters import moment


def example(value):
    """Decorate a body with how it may look; the description of the API shows it."""
    return extend_schema_serializer(examples=[OpenApiExample("Example", value=value, request_only=True)])


class Body(serializers.Serializer):
    """What a program sends; a field that is not known is an error, so that a slip of the pen is not taken for a wish."""

    def validate(self, fields):
        for name in self.initial_data:
            if name not in self.fields:
                raise serializers.ValidationError(f"There is no field “{name[:40]}”.")
        return fields


class Word(serializers.CharField):
    """Text and nothing that becomes text: the number 5 is no word."""

    def to_internal_value(self, data):
        if not isinstance(data, str):
            raise serializers.ValidationError("Send a text, in quotes.")
        return super().to_internal_value(data)


class Moment(serializers.DateTimeField):
    """A moment that says its zone."""

    def to_internal_value(self, value):
        if not isinstance(value, str):
            raise serializers.ValidationError("Write a moment with its zone, as in 2026-11-17T16:00:00Z.")
        try:
            return moment(value)
        except ValueError as problem:
            raise serializers.ValidationError(str(problem)) from None


class Yes(serializers.BooleanField):
    """true or false, and no word that means it."""

    def to_internal_value(self, data):
        if not isinstance(data, bool):
            raise serializers.ValidationError("Send true or false.")
        return data


class Agent(serializers.Serializer):
    """A person who works for the practice."""

    id = serializers.IntegerField(help_text="Number of the person in this practice.")
    name = serializers.CharField(help_text="Full name.")
