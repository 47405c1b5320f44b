"""Addresses of the calendar."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.mine, name="platform.calendar"),
    path("left/", views.left, name="platform.calendar_left"),
    path("unit/", views.unit, name="platform.calendar_unit"),
    path("unit/<uuid:unit_id>/", views.unit_one, name="platform.calendar_unit_one"),
    path("new/", views.new, name="platform.calendar_new"),
    path("citizen/<uuid:citizen_id>/", views.citizen, name="platform.calendar_citizen"),
    path("citizen/<uuid:citizen_id>/new/", views.new_citizen, name="platform.calendar_new_citizen"),
    path("program/", views.own_feed, name="platform.calendar_feed"),
    path("program/end/", views.end_feed, name="platform.calendar_feed_end"),
    path("feed/<slug:secret>.ics", views.given_feed, name="calendar_feed"),
    path("<uuid:appointment_id>/", views.appointment, name="platform.appointment"),
    path("<uuid:appointment_id>/change/", views.change, name="platform.appointment_change"),
    path("<uuid:appointment_id>/undo/<uuid:undo_id>/", views.undo, name="platform.appointment_undo"),
    path("<uuid:appointment_id>/cancel/", views.cancel, name="platform.appointment_cancel"),
    path("<uuid:appointment_id>/restore/", views.restore, name="platform.appointment_restore"),
]
