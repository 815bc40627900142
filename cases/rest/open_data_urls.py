"""The routes of open data, below ``/api/v1/open-data/``."""

from django.urls import path

from cases.rest import open_data

urlpatterns = [
    path("openness/", open_data.OpennessList.as_view(), name="open-data-openness-json"),
    path("openness.csv", open_data.OpennessFile.as_view(), name="open-data-openness-csv"),
    path("police-situation/", open_data.SituationList.as_view(), name="open-data-police-situation-json"),
    path("police-situation.csv", open_data.SituationFile.as_view(), name="open-data-police-situation-csv"),
]
