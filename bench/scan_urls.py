"""The rivals' addresses."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from bench.scan_rivals import orm, raw

urlpatterns = [path("orm", csrf_exempt(orm)), path("raw", csrf_exempt(raw))]
