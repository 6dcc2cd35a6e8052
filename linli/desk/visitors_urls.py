"""Addresses of the gate."""

from django.urls import path

from linli.desk import gate_screens, visitor_new_screens, visitors_screens

urlpatterns = [
    path("desk/visitors/", visitors_screens.visitors, name="desk-visitors"),
    path("desk/visitors/new/", visitor_new_screens.find, name="desk-visitor-find"),
    path("desk/visitors/<uuid:case_id>/", gate_screens.visitor, name="desk-visitor"),
    path("desk/visitors/<uuid:case_id>/in/", gate_screens.enter, name="desk-visitor-in"),
    path("desk/visitors/<uuid:case_id>/out/", gate_screens.leave, name="desk-visitor-out"),
    path("desk/visitors/<uuid:case_id>/text/", visitor_new_screens.text, name="desk-visitor-text"),
    path("desk/visitors/<uuid:case_id>/number/", gate_screens.number, name="desk-visitor-number"),
    path("desk/people/<uuid:person_id>/visitors/", visitor_new_screens.new, name="desk-visitor-new"),
    path("desk/people/<uuid:person_id>/visitors/link/", visitor_new_screens.link, name="desk-host-link"),
]
