"""Every address of the house."""

from django.urls import include, path

from linli.site import account_urls, pages

# The front doors of what stands above the services, in the order they are asked.
HOUSES = (
    "linli.desk.urls",
    "linli.desk.office_urls",
    "linli.desk.venue_urls",
    "linli.desk.patrol_urls",
    "linli.desk.alerts_urls",
    "linli.desk.visitors_urls",
    "linli.desk.testing_urls",
    "linli.door.urls",
    "linli.field.urls",
    "linli.notify.urls",
    "linli.matters.returns.urls",
)

urlpatterns = [
    path("", pages.front, name="front"),
    path("healthz", pages.healthz, name="healthz"),
    path("robots.txt", pages.robots, name="robots"),
    path("language/", pages.set_language, name="set_language"),
    path("large-print/", pages.large_print, name="large_print"),
    path("accounts/", include(account_urls)),
    *(path("", include(house)) for house in HOUSES),
]
