"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("monday/", views.monday, name="system.monday"),
    path("wheel/", views.wheel, name="system.wheel"),
    path("wheel/plan/", views.plan, name="system.wheel_plan"),
    path("wheel/program/", views.own_feed, name="system.wheel_feed"),
    path("wheel/program/end/", views.end_feed, name="system.wheel_feed_end"),
    path("wheel/feed/<slug:secret>.ics", views.given_feed, name="wheel_feed"),
    path("wheel/<uuid:duty_id>/", views.duty, name="system.wheel_duty"),
    path("wheel/<uuid:duty_id>/close/", views.close, name="system.wheel_close"),
    path("wheel/<uuid:duty_id>/hand-over/", views.hand_over, name="system.wheel_hand_over"),
]
