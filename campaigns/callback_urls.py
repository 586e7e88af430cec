"""Callbacks: the list for everybody, and one of them for those who lead."""

from django.urls import path

from .views import callbacks

urlpatterns = [
    path("callbacks/", callbacks.callbacks, name="callbacks"),
    path("callbacks/<int:callback_id>/", callbacks.callback, name="callback"),
    path("callbacks/<int:callback_id>/move/", callbacks.move, name="callback_move"),
    path("callbacks/<int:callback_id>/reassign/", callbacks.reassign, name="callback_reassign"),
    path("callbacks/<int:callback_id>/call-off/", callbacks.call_off, name="callback_call_off"),
]
