"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.monitoring, name="system.monitoring"),
    path("alarms/<uuid:alarm_id>/take/", views.take, name="system.monitoring_take"),
    path("limits/<slug:signal>/", views.limit, name="system.monitoring_limit"),
    path("plant/", views.plant, name="system.monitoring_plant"),
    path("conclude/", views.conclude, name="system.monitoring_conclude"),
    path("heartbeat/", views.heartbeat, name="system.heartbeat"),
    path("watcher/", views.watcher, name="system.monitoring_watcher"),
    path("watcher/file/", views.watcher_file, name="system.monitoring_watcher_file"),
]
