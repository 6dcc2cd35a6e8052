"""Addresses of mass testing at the desk."""

from django.urls import path

from linli.desk import (
    testing_cover_screens,
    testing_result_screens,
    testing_screens,
    testing_tube_screens,
)

urlpatterns = [
    path("desk/testing/", testing_screens.campaigns, name="desk-campaigns"),
    path("desk/testing/new/", testing_screens.new, name="desk-campaign-new"),
    path("desk/testing/<uuid:campaign_id>/", testing_screens.campaign, name="desk-campaign"),
    path("desk/testing/<uuid:campaign_id>/notices/", testing_screens.notices, name="desk-campaign-notices"),
    path("desk/testing/<uuid:campaign_id>/tubes/", testing_tube_screens.tubes, name="desk-campaign-tubes"),
    path(
        "desk/testing/<uuid:campaign_id>/doubts/",
        testing_tube_screens.doubt_page,
        name="desk-campaign-doubts",
    ),
    path("desk/testing/<uuid:campaign_id>/boxes/", testing_tube_screens.box_page, name="desk-campaign-boxes"),
    path(
        "desk/testing/<uuid:campaign_id>/missed/",
        testing_tube_screens.missed_page,
        name="desk-campaign-missed",
    ),
    path(
        "desk/testing/<uuid:campaign_id>/results/",
        testing_result_screens.results,
        name="desk-campaign-results",
    ),
    path(
        "desk/testing/<uuid:campaign_id>/coverage/", testing_cover_screens.cover, name="desk-campaign-cover"
    ),
    path(
        "desk/testing/<uuid:campaign_id>/coverage/<uuid:building_id>/",
        testing_cover_screens.building,
        name="desk-campaign-building",
    ),
    path("desk/testing/tube-size/", testing_cover_screens.pool_size, name="desk-campaign-pools"),
    path("desk/testing/sites/<uuid:site_id>/queue/", testing_cover_screens.queue, name="desk-campaign-queue"),
    path("desk/testing/sites/<uuid:site_id>/", testing_screens.site_page, name="desk-campaign-site"),
]
