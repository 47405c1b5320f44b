"""Addresses of tasks."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.mine, name="platform.tasks"),
    path("counts/", views.counts, name="platform.tasks_counts"),
    path("unit/", views.unit, name="platform.tasks_unit"),
    path("unit/<uuid:unit_id>/", views.unit_one, name="platform.tasks_unit_one"),
    path("new/", views.new, name="platform.tasks_new"),
    path("citizen/<uuid:citizen_id>/", views.citizen, name="platform.tasks_citizen"),
    path("citizen/<uuid:citizen_id>/new/", views.new_citizen, name="platform.tasks_new_citizen"),
    path("series/<uuid:series_id>/end/", views.end_series, name="platform.tasks_series_end"),
    path("<uuid:task_id>/", views.task, name="platform.task"),
    path("<uuid:task_id>/change/", views.change, name="platform.task_change"),
    path("<uuid:task_id>/onwards/", views.onwards, name="platform.task_onwards"),
    path("<uuid:task_id>/undo/<uuid:undo_id>/", views.undo, name="platform.task_undo"),
    path("<uuid:task_id>/done/", views.tick, name="platform.task_tick"),
    path("<uuid:task_id>/reopen/", views.reopen, name="platform.task_reopen"),
    path("<uuid:task_id>/drop/", views.drop, name="platform.task_drop"),
    path("<uuid:task_id>/line/<int:line>/", views.line, name="platform.task_line"),
    path("<uuid:task_id>/comment/", views.comment, name="platform.task_comment"),
    path("<uuid:task_id>/hand-over/", views.hand_over, name="platform.task_hand_over"),
]
