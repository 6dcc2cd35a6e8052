"""Addresses of the desk."""

from django.urls import path

from linli.desk import (
    arrivals_screens,
    case_screens,
    certificate_screens,
    import_screens,
    live,
    office_screens,
    people_screens,
    place_screens,
    retention_screens,
    returns_screens,
    sender_screens,
    today,
)

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
    path("desk/arrivals/", arrivals_screens.arrivals, name="desk-arrivals"),
    path("desk/arrivals/<uuid:arrival_id>/", arrivals_screens.move, name="desk-train-move"),
    path("desk/returns/new/", returns_screens.new, name="desk-return-new"),
    path("desk/returns/<uuid:case_id>/place/", place_screens.place, name="desk-return-place"),
    path(
        "desk/certificates/<uuid:certificate_id>/",
        certificate_screens.certificate_page,
        name="desk-certificate",
    ),
    path(
        "desk/certificates/<uuid:certificate_id>.pdf",
        certificate_screens.certificate_file,
        name="desk-certificate-file",
    ),
    path(
        "desk/certificates/<uuid:certificate_id>/void/",
        certificate_screens.certificate_void,
        name="desk-certificate-void",
    ),
    path(
        "desk/certificates/<uuid:certificate_id>/reissue/",
        certificate_screens.certificate_reissue,
        name="desk-certificate-reissue",
    ),
    path("desk/senders/", sender_screens.sender_list, name="desk-senders"),
    path("desk/senders/<uuid:sender_id>/revoke/", sender_screens.sender_revoke, name="desk-sender-revoke"),
    path("desk/import/", import_screens.imports, name="desk-import"),
    path("desk/import/<uuid:import_id>/", import_screens.import_page, name="desk-import-page"),
    path("desk/import/<uuid:import_id>/decide/", import_screens.decide, name="desk-import-decide"),
    path("desk/import/<uuid:import_id>/confirm/", import_screens.confirm, name="desk-import-confirm"),
    path("desk/import/<uuid:import_id>/give-up/", import_screens.give_up, name="desk-import-give-up"),
    path("desk/import/<uuid:import_id>/result.xlsx", import_screens.result, name="desk-import-result"),
    path("desk/settings/", office_screens.settings, name="desk-settings"),
    path("desk/retention/", retention_screens.retention, name="desk-retention"),
    path("desk/ledger/", office_screens.ledger, name="desk-ledger"),
    path("desk/packs/", office_screens.pack_list, name="desk-packs"),
    path("desk/packs/<slug:key>/", office_screens.pack_adopt, name="desk-pack-adopt"),
]
