"""Addresses of this feature: Management's cases, and a customer's own notices."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.cases, name="system.breaches"),
    path("new/", views.new, name="system.breaches_new"),
    path("register/", views.register, name="system.breaches_register"),
    path("notices/", views.notices, name="system.breaches_notices"),
    path("notices/register/", views.own_register, name="system.breaches_own_register"),
    path("notices/<uuid:told_id>/", views.notice, name="system.breaches_notice"),
    path("notices/<uuid:told_id>/acknowledge/", views.acknowledge, name="system.breaches_acknowledge"),
    path("notices/<uuid:told_id>/decide/", views.decide, name="system.breaches_decide"),
    path("<uuid:case_id>/", views.one, name="system.breaches_one"),
    path("<uuid:case_id>/customers/", views.customers, name="system.breaches_customers"),
    path("<uuid:case_id>/customers/<uuid:customer_id>/", views.customer, name="system.breaches_customer"),
    path("<uuid:case_id>/draft/", views.draft, name="system.breaches_draft"),
    path("<uuid:case_id>/paper/", views.paper, name="system.breaches_paper"),
    path("<uuid:case_id>/working/<uuid:job_id>/", views.working, name="system.breaches_working"),
    path("<uuid:case_id>/progress/<uuid:job_id>/", views.progress, name="system.breaches_progress"),
    path("<uuid:case_id>/do/<slug:act>/", views.weighty, name="system.breaches_weighty"),
    path("<uuid:case_id>/<slug:act>/", views.act, name="system.breaches_act"),
]
