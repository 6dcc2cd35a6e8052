"""Addresses of the street sweep at the desk."""

from django.urls import path

from linli.desk import patrol_screens, patrol_venue_screens

urlpatterns = [
    path("desk/patrols/", patrol_screens.patrols, name="desk-patrols"),
    path("desk/patrols/make/", patrol_screens.make, name="desk-patrol-make"),
    path("desk/patrols/plan/", patrol_screens.plan, name="desk-patrol-plan"),
    path("desk/patrols/missed/", patrol_screens.missed, name="desk-patrol-missed"),
    path("desk/patrols/points/", patrol_venue_screens.point_page, name="desk-patrol-points"),
    path("desk/patrols/walks/<uuid:user_id>/", patrol_screens.print_walk, name="desk-patrol-print"),
    path("desk/patrols/<uuid:venue_id>/", patrol_venue_screens.venue_page, name="desk-patrol-venue"),
]
