"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.log, name="admin.log"),
    path("search/<uuid:search_id>/", views.search, name="admin.log_search"),
    path("people/", views.people, name="admin.log_people"),
    path("people/<uuid:search_id>/", views.people_found, name="admin.log_people_found"),
    path("hour/", views.hours, name="admin.log_hours"),
    path("hour/<int:number>/", views.hour, name="admin.log_hour"),
    path("person/<uuid:user_id>/", views.person, name="admin.log_person"),
    path("citizen/<uuid:citizen_id>/", views.citizen, name="admin.log_citizen"),
    path("citizen/<uuid:citizen_id>/person/<uuid:user_id>/", views.citizen_person, name="admin.log_citizen_person"),
    path("session/<uuid:session_id>/", views.session, name="admin.log_session"),
    path("event/<str:place>/", views.event, name="admin.log_event"),
    path("checkpoint/", views.checkpoint, name="admin.log_checkpoint"),
    path("checkpoint/file/", views.checkpoint_file, name="admin.log_checkpoint_file"),
    path("verify.py", views.verifier, name="admin.log_verifier"),
    path("extract/", views.take, name="admin.log_take"),
    path("extract/new/<uuid:extract_id>/", views.confirm, name="admin.log_confirm"),
    path("extract/<uuid:job_id>/", views.export_job, name="admin.log_export_job"),
    path("extract/<uuid:job_id>/state/", views.export_state, name="admin.log_export_state"),
    path("extract/<uuid:job_id>/fetch/", views.fetch, name="admin.log_fetch"),
    path("extract/file/<uuid:right_id>/", views.file, name="admin.log_file"),
]
