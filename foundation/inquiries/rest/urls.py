"""The look-up's address in the API."""

from django.urls import path

from foundation.inquiries.rest.views import InquiryView

urlpatterns = [path("inquiries/", InquiryView.as_view(), name="inquiries")]
