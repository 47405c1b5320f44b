"""Addresses of this feature. Registers with a menu entry or a duty have a name of their own beside the general one."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.registers, name="system.registers"),
    path("risks/", views.listed, {"register": "risks"}, name="system.registers_risks"),
    path("subcontractors/", views.listed, {"register": "subcontractors"}, name="system.registers_subcontractors"),
    path("physical/", views.listed, {"register": "physical"}, name="system.registers_physical"),
    path("processing/", views.listed, {"register": "processing"}, name="system.registers_processing"),
    path("risks/begin/", views.begin, name="system.registers_begin"),
    path("risks/review/", views.review, name="system.registers_review"),
    path("reports/new/", views.new_report, name="system.registers_report"),
    path("reports/<uuid:entry_id>/file/", views.report_file, name="system.registers_file"),
    path("requirements/grid/", views.requirements, name="system.registers_requirements"),
    path("requirements/<uuid:entry_id>/<slug:promise>/answer/", views.answer, name="system.registers_answer"),
    path("yearly/<slug:act>/", views.yearly, name="system.registers_yearly"),
    path("<slug:register>/", views.listed, name="system.registers_list"),
    path("<slug:register>/new/", views.new, name="system.registers_new"),
    path("<slug:register>/export/", views.export, name="system.registers_export"),
    path("<slug:register>/<uuid:entry_id>/", views.one, name="system.registers_one"),
    path("<slug:register>/<uuid:entry_id>/change/", views.change, name="system.registers_change"),
    path("<slug:register>/<uuid:entry_id>/do/<slug:act>/", views.one_act, name="system.registers_act"),
]
