"""The pages of open data."""

from django.urls import path

from cases.web.views import open_data

urlpatterns = [
    path("", open_data.overview, name="open-data"),
    path("police-situation/", open_data.situation, name="open-data-situation"),
    path("openness/", open_data.openness, name="open-data-openness"),
]
