"""Addresses of the field app."""

from django.urls import path

from linli.field import screens

urlpatterns = [
    path("field/", screens.app, name="field"),
    path("field/app.webmanifest", screens.manifest, name="field-manifest"),
    path("field/slice", screens.tasks, name="field-slice"),
    path("field/intents", screens.send, name="field-intents"),
    path("q/<str:token_text>", screens.scanned, name="field-scanned"),
]
