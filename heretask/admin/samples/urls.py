"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.samples, name="admin.samples"),
    path("draw/<uuid:draw_id>/", views.draw, name="admin.samples_draw"),
    path("draw/<uuid:draw_id>/minutes/", views.minutes, name="admin.samples_minutes"),
    path("judge/<uuid:drawn_id>/", views.judge, name="admin.samples_judge"),
    path("known/", views.known, name="admin.samples_known"),
    path("mine/", views.mine, name="admin.samples_mine"),
    path("mine/<uuid:drawn_id>/", views.explain, name="admin.samples_explain"),
]
