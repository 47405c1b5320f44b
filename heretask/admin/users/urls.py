"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.users, name="admin.users"),
    path("search/<uuid:search_id>/", views.users_search, name="admin.users_search"),
    path("bulk/", views.several, name="admin.users_bulk"),
    path("bulk/undo/<uuid:undo_id>/", views.undo_several, name="admin.users_bulk_undo"),
    path("new/", views.new, name="admin.users_new"),
    path("suggest/", views.suggest, name="admin.users_suggest"),
    path("import/", views.import_file, name="admin.users_import"),
    path("import/<uuid:file_id>/", views.import_preview, name="admin.users_import_preview"),
    path("import/<uuid:file_id>/confirm/", views.import_confirm, name="admin.users_import_confirm"),
    path("import/<uuid:file_id>/give-up/", views.import_give_up, name="admin.users_import_give_up"),
    path("import/job/<uuid:job_id>/", views.import_job, name="admin.users_import_job"),
    path("import/job/<uuid:job_id>/state/", views.import_state, name="admin.users_import_state"),
    path("<uuid:user_id>/", views.one, name="admin.users_one"),
    path("<uuid:user_id>/rename/", views.rename, name="admin.users_rename"),
    path("<uuid:user_id>/name/", views.name, name="admin.users_name"),
    path("<uuid:user_id>/role/", views.give_role, name="admin.users_role"),
    path("<uuid:user_id>/role/<uuid:assignment_id>/end/", views.end_role, name="admin.users_role_end"),
    path("<uuid:user_id>/start-password/", views.start_password, name="admin.users_start"),
    path("<uuid:user_id>/link/", views.link, name="admin.users_link"),
    path("<uuid:user_id>/start-over/", views.start_over, name="admin.users_start_over"),
    path("<uuid:user_id>/close/", views.close, name="admin.users_close"),
    path("<uuid:user_id>/undo/<uuid:undo_id>/", views.undo, name="admin.users_undo"),
    path("<uuid:user_id>/open/", views.reopen, name="admin.users_open"),
]
