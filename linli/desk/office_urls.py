"""Addresses of the office itself: first run, staff, shifts, who is on duty."""

from django.urls import path

from linli.desk import first_screens, staff_screens, welcome_screens

urlpatterns = [
    path("first/", first_screens.first, name="first-run"),
    path("first/done/", first_screens.done, name="first-done"),
    path("welcome/<uuid:user_id>/<str:token>/", welcome_screens.welcome, name="welcome"),
    path("desk/on-duty/", staff_screens.on_duty, name="desk-on-duty"),
    path("desk/staff/", staff_screens.staff, name="desk-staff"),
    path("desk/staff/new/", staff_screens.add_account, name="desk-account-new"),
    path("desk/staff/<uuid:user_id>/", staff_screens.account, name="desk-account"),
    path("desk/staff/<uuid:user_id>/link/", staff_screens.renew_link, name="desk-account-link"),
    path("desk/staff/<uuid:user_id>/factor/", staff_screens.drop_factors, name="desk-account-factor"),
    path("desk/staff/<uuid:user_id>/close/", staff_screens.close_account, name="desk-account-close"),
    path("desk/staff/<uuid:user_id>/devices/<int:pk>/", staff_screens.sign_out, name="desk-device-sign-out"),
    path("desk/shifts/new/", staff_screens.add_shift, name="desk-shift-new"),
    path("desk/shifts/<uuid:shift_id>/end/", staff_screens.end_shift, name="desk-shift-end"),
]
