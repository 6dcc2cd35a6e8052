"""Addresses of the desk."""

from django.urls import path

from linli.desk import case_screens, live, office_screens, people_screens, today

urlpatterns = [
    path("desk/", today.today, name="desk-today"),
    path("desk/live/", live.live, name="desk-live"),
    path("desk/case/<uuid:case_id>/", case_screens.case_page, name="desk-case"),
    path("desk/case/<uuid:case_id>/acknowledge/", case_screens.acknowledge, name="desk-acknowledge"),
    path("desk/case/<uuid:case_id>/step/<slug:step_key>/", case_screens.step_page, name="desk-step"),
    path("desk/late/<uuid:note_id>/", case_screens.decide_late, name="desk-decide-late"),
    path("desk/people/", people_screens.people, name="desk-people"),
    path("desk/people/<uuid:person_id>/", people_screens.person, name="desk-person"),
    path("desk/people/<uuid:person_id>/numbers/", people_screens.reveal, name="desk-reveal"),
    path("desk/doors/<uuid:dwelling_id>/", people_screens.dwelling, name="desk-dwelling"),
    path("desk/settings/", office_screens.settings, name="desk-settings"),
    path("desk/ledger/", office_screens.ledger, name="desk-ledger"),
    path("desk/packs/", office_screens.pack_list, name="desk-packs"),
    path("desk/packs/<slug:key>/", office_screens.pack_adopt, name="desk-pack-adopt"),
]
