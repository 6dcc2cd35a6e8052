"""Addresses of the channels, of one's own devices and of the service worker."""

from django.urls import path

from linli.notify import own, screens

urlpatterns = [
    path("desk/channels/", screens.channels, name="notify-channels"),
    path("desk/channels/add/<slug:kind>/", screens.add, name="notify-add"),
    path("desk/channels/<uuid:channel_id>/", screens.edit, name="notify-edit"),
    path("desk/channels/<uuid:channel_id>/test/", screens.try_out, name="notify-test"),
    path("desk/channels/<uuid:channel_id>/switch/", screens.switch, name="notify-switch"),
    path("desk/deliveries/", screens.deliveries, name="notify-deliveries"),
    path("me/push/", own.me, name="notify-me"),
    path("me/push/subscribe/", own.subscribe, name="notify-subscribe"),
    path("me/push/unsubscribe/", own.unsubscribe, name="notify-unsubscribe"),
    path("me/ack/", own.acknowledge_from_notification, name="notify-ack-ticket"),
    path("me/ack/<uuid:case_id>/", own.acknowledge, name="notify-ack"),
    path("sw.js", own.service_worker, name="notify-service-worker"),
]
