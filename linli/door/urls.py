"""Addresses that stand open: short, because they are printed and typed."""

from django.urls import path, register_converter

from linli.door import (
    card_screens,
    certificate_screens,
    entry_screens,
    health_screens,
    home_screens,
    host_screens,
    pass_screens,
    queue_screens,
    report_screens,
    restriction_screens,
    shop_counter_screens,
    shop_screens,
    supply_screens,
    venue_screens,
)

register_converter(pass_screens.PassToken, "pass")

urlpatterns = [
    path("c/", certificate_screens.entry, name="certificate-entry"),
    path("c/keys.json", certificate_screens.keys, name="certificate-keys"),
    path("c/<str:token_text>", certificate_screens.check, name="certificate-check"),
    path("h/<str:token_text>/notice/", home_screens.notice, name="door-notice"),
    path("h/<str:token_text>/outing/", home_screens.outing, name="door-outing"),
    path("h/<str:token_text>", health_screens.health, name="door-health"),
    path("h/<str:token_text>/supplies", supply_screens.supplies, name="door-supplies"),
    path("m/<str:token_text>", restriction_screens.restriction, name="door-restriction"),
    path("p", card_screens.card, name="door-card"),
    path(
        "P", card_screens.card, name="door-card-capitals"
    ),  # as a card says it that has no room for small letters
    path("t/<slug:slug>/", queue_screens.queues, name="door-queues"),
    path("v/<str:token_text>/", entry_screens.enter, name="door-venue"),
    path("r/h/<str:token_text>/", host_screens.host, name="door-host"),
    path("r/<pass:token_text>/", pass_screens.visit_pass, name="door-pass"),
    path("r/<slug:slug>/", report_screens.report, name="door-report"),
    path("v/apply/<slug:slug>/", venue_screens.apply, name="door-shop-apply"),
    path("v/k/<str:token_text>/", shop_screens.shop, name="door-shop"),
    path("v/k/<str:token_text>/amend/", venue_screens.amend, name="door-shop-amend"),
    path("v/k/<str:token_text>/register/", shop_counter_screens.register, name="door-shop-register"),
    path("v/k/<str:token_text>/check/", shop_counter_screens.check, name="door-shop-check"),
    path("v/k/<str:token_text>/poster.pdf", shop_screens.poster, name="door-shop-poster"),
]
