"""Addresses of alerts, restrictions and appeals at the desk."""

from django.urls import path

from linli.desk import alert_number_screens, alerts_screens, restriction_screens

urlpatterns = [
    path("desk/alerts/", alerts_screens.alerts, name="desk-alerts"),
    path("desk/alerts/new/", alerts_screens.new, name="desk-alert-new"),
    path("desk/alerts/<uuid:case_id>/number/", alert_number_screens.number, name="desk-alert-number"),
    path("desk/people/<uuid:person_id>/alert/", alerts_screens.new, name="desk-person-alert"),
    path(
        "desk/people/<uuid:person_id>/restriction/", restriction_screens.propose, name="desk-restriction-new"
    ),
    path("desk/restrictions/<uuid:case_id>/link/", restriction_screens.link, name="desk-restriction-link"),
    path(
        "desk/restrictions/<uuid:case_id>/link/text/",
        restriction_screens.text_link,
        name="desk-restriction-link-text",
    ),
]
