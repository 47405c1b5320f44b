"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.backups, name="system.backups"),
    path("take/", views.take, name="system.backups_take"),
    path("drill/", views.drill, name="system.backups_drill"),
    path("report/", views.report, name="system.backups_report"),
    path("running/<uuid:job_id>/", views.running, name="system.backups_running"),
    path("running/<uuid:job_id>/progress/", views.progress, name="system.backups_progress"),
]
