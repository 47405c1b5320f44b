"""Addresses of messages."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.inbox, name="platform.messages"),
    path("state/", views.state, name="platform.messages_state"),
    path("new/", views.new, name="platform.messages_new"),
    path("about/", views.about, name="platform.messages_about"),
    path("about/<uuid:citizen_id>/", views.citizen, name="platform.messages_citizen"),
    path("<uuid:thread_id>/", views.thread, name="platform.messages_thread"),
    path("<uuid:thread_id>/state/", views.thread_state, name="platform.messages_thread_state"),
    path("<uuid:thread_id>/reply/", views.reply, name="platform.messages_reply"),
    path("message/<uuid:message_id>/confirm/", views.confirm, name="platform.messages_confirm"),
    path("message/<uuid:message_id>/recall/", views.recall, name="platform.messages_recall"),
]
