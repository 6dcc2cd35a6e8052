"""Addresses of the desk's pages about venues and their codes."""

from django.urls import path

from linli.desk import (
    venue_application_screens,
    venue_link_screens,
    venue_print_screens,
    venue_register_screens,
    venue_screens,
)

urlpatterns = [
    path("desk/venues/", venue_screens.venues, name="desk-venues"),
    path("desk/venues/issue/", venue_screens.issue_all, name="desk-venues-issue"),
    path("desk/venues/posters.pdf", venue_print_screens.posters, name="desk-venue-posters"),
    path("desk/venues/new/", venue_screens.new, name="desk-venue-new"),
    path("desk/venues/file/<uuid:file_id>/", venue_application_screens.application, name="desk-venue-file"),
    path("desk/venues/file/<uuid:file_id>/same/", venue_application_screens.take_for, name="desk-venue-same"),
    path("desk/venues/file/<uuid:file_id>/link/", venue_link_screens.file_link, name="desk-venue-file-link"),
    path("desk/venues/<uuid:venue_id>/", venue_screens.venue_page, name="desk-venue"),
    path("desk/venues/<uuid:venue_id>/link/", venue_link_screens.venue_link, name="desk-venue-link"),
    path("desk/venues/<uuid:venue_id>/link/text/", venue_link_screens.text_link, name="desk-venue-link-text"),
    path("desk/venues/<uuid:venue_id>/enter/", venue_screens.enter, name="desk-venue-enter"),
    path("desk/venues/<uuid:venue_id>/change/", venue_screens.change, name="desk-venue-change"),
    path("desk/venues/<uuid:venue_id>/poster.pdf", venue_print_screens.poster, name="desk-venue-poster"),
    path(
        "desk/venues/<uuid:venue_id>/register.pdf",
        venue_print_screens.sheets,
        name="desk-venue-register-file",
    ),
    path(
        "desk/venues/<uuid:venue_id>/register/", venue_register_screens.register, name="desk-venue-register"
    ),
]
