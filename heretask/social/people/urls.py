"""Addresses of who works with whom."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.unit, name="social.people"),
    path("citizen/<uuid:citizen_id>/", views.people, name="social.people_citizen"),
    path("citizen/<uuid:citizen_id>/search/", views.search, name="social.people_search"),
    path("citizen/<uuid:citizen_id>/search/<uuid:search_id>/", views.found, name="social.people_found"),
    path("citizen/<uuid:citizen_id>/seal/", views.seal, name="social.people_seal"),
    path("relation/<uuid:relation_id>/end/", views.end, name="social.people_end"),
]
