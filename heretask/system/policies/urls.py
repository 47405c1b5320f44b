"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.policies, name="system.policies"),
    path("reviewed/", views.reviewed, name="system.policies_reviewed"),
    path("test/", views.test, name="system.policies_test"),
    path("<slug:key>/", views.one, name="system.policies_one"),
    path("<slug:key>/write/", views.write, name="system.policies_write"),
    path("<slug:key>/acknowledge/", views.acknowledge, name="system.policies_acknowledge"),
    path("<slug:key>/review/", views.review, name="system.policies_review"),
    path("<slug:key>/paper/", views.paper, name="system.policies_paper"),
]
