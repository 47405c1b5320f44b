"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.assessment, name="system.assessment"),
    path("json/", views.as_json, name="system.assessment_json"),
    path("documents/", views.papers, name="system.assessment_documents"),
    path("documents/take/", views.take, name="system.assessment_take"),
    path("documents/making/<uuid:job_id>/", views.making, name="system.assessment_making"),
    path("documents/making/<uuid:job_id>/progress/", views.making_progress, name="system.assessment_making_progress"),
    path("documents/<uuid:taken_id>/<slug:part>/", views.fetch, name="system.assessment_fetch"),
    path("samples/", views.samples, name="system.assessment_samples"),
    path("samples/<uuid:sample_id>/", views.sample, name="system.assessment_sample"),
    path("samples/<uuid:sample_id>/list/", views.sample_list, name="system.assessment_sample_list"),
    path("show/", views.show_to_all, name="system.assessment_show"),
    path("measure/", views.measure, name="system.assessment_measure"),
    path("measuring/<uuid:job_id>/", views.measuring, name="system.assessment_measuring"),
    path("measuring/<uuid:job_id>/progress/", views.progress, name="system.assessment_progress"),
]
