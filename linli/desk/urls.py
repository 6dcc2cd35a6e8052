"""Addresses of the desk."""

from django.urls import path

from linli.desk import case_screens, live, today

urlpatterns = [
    path("desk/", today.today, name="desk-today"),
    path("desk/live/", live.live, name="desk-live"),
    path("desk/case/<uuid:case_id>/", case_screens.case_page, name="desk-case"),
    path("desk/case/<uuid:case_id>/acknowledge/", case_screens.acknowledge, name="desk-acknowledge"),
    path("desk/case/<uuid:case_id>/step/<slug:step_key>/", case_screens.step_page, name="desk-step"),
    path("desk/late/<uuid:note_id>/", case_screens.decide_late, name="desk-decide-late"),
]
