"""Addresses of citizens."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.citizens, name="social.citizens"),
    path("search/", views.search, name="social.citizens_search"),
    path("search/<uuid:search_id>/", views.found, name="social.citizens_found"),
    path("erase/", views.erasing, name="social.citizens_erase"),
    path("erase/search/", views.erase_search, name="social.citizens_erase_search"),
    path("erase/search/<uuid:search_id>/", views.erase_found, name="social.citizens_erase_found"),
    path("erase/citizen/<uuid:citizen_id>/", views.erase, name="social.citizens_erase_one"),
    path("import/", views.upload, name="social.citizens_import"),
    path("import/<uuid:file_id>/", views.preview, name="social.citizens_import_preview"),
    path("import/<uuid:file_id>/confirm/", views.confirm, name="social.citizens_import_confirm"),
    path("import/<uuid:file_id>/drop/", views.drop, name="social.citizens_import_drop"),
    path("import/job/<uuid:job_id>/", views.job, name="social.citizens_import_job"),
    path("import/job/<uuid:job_id>/part/", views.job_part, name="social.citizens_import_part"),
]
