"""Addresses of the returns matter."""

from django.urls import path

from linli.matters.returns import api

urlpatterns = [
    path("api/notices", api.notices, name="api-notices"),
]
