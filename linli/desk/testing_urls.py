"""Addresses of mass testing at the desk."""

from django.urls import path

from linli.desk import testing_screens

urlpatterns = [
    path("desk/testing/", testing_screens.campaigns, name="desk-campaigns"),
    path("desk/testing/new/", testing_screens.new, name="desk-campaign-new"),
    path("desk/testing/<uuid:campaign_id>/", testing_screens.campaign, name="desk-campaign"),
    path("desk/testing/<uuid:campaign_id>/notices/", testing_screens.notices, name="desk-campaign-notices"),
    path("desk/testing/sites/<uuid:site_id>/", testing_screens.site_page, name="desk-campaign-site"),
]
