"""All addresses. Each system's features bring their own; what stands here belongs to none of them."""

from django.urls import include, path

from heretask.ui import icons

from . import gallery, health

urlpatterns = [
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("static/icons.svg", icons.icons, name="icons"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("", include("heretask.platform.account.urls")),
    path("platform/", include("heretask.platform.today.urls")),
    path("platform/", include("heretask.platform.drafts.urls")),
    path("platform/", include("heretask.platform.seen.urls")),
    path("platform/search/", include("heretask.platform.search.urls")),
    path("platform/tasks/", include("heretask.platform.tasks.urls")),
    path("platform/calendar/", include("heretask.platform.calendar.urls")),
    path("platform/", include("heretask.platform.mailing.urls")),
    path("platform/files/", include("heretask.platform.files.urls")),
    path("platform/notices/", include("heretask.platform.notices.urls")),
    path("platform/announcements/", include("heretask.platform.announcements.urls")),
    path("", include("heretask.platform.incidents.urls")),
    path("platform/messages/", include("heretask.platform.messages.urls")),
    path("", include("heretask.platform.handing.urls")),
    path("platform/papers/", include("heretask.platform.printing.urls")),
    path("social/citizens/", include("heretask.social.citizens.urls")),
    path("social/emergency/", include("heretask.social.emergency.urls")),
    path("social/people/", include("heretask.social.people.urls")),
    path("social/handover/", include("heretask.social.handover.urls")),
    path("social/journal/", include("heretask.social.journal.urls")),
    path("social/search/", include("heretask.social.search.urls")),
    path("assessment/", include("heretask.system.assessment.outside_urls")),
    path("system/assessment/", include("heretask.system.assessment.urls")),
    path("system/access/", include("heretask.system.access.urls")),
    path("system/backups/", include("heretask.system.backups.urls")),
    path("system/monitoring/", include("heretask.system.monitoring.urls")),
    path("system/continuity/", include("heretask.system.continuity.urls")),
    path("system/policies/", include("heretask.system.policies.urls")),
    path("system/registers/", include("heretask.system.registers.urls")),
    path("system/helpers/", include("heretask.system.registers.helper_urls")),
    path("system/releases/", include("heretask.system.releases.urls")),
    path("system/rights/", include("heretask.system.rights.urls")),
    path("admin/browsers/", include("heretask.admin.browsers.urls")),
    path("admin/users/", include("heretask.admin.reach.urls")),
    path("system/servers/", include("heretask.system.servers.urls")),
    path("system/staff/", include("heretask.system.staff.urls")),
    path("admin/contacts/", include("heretask.admin.contacts.urls")),
    path("system/breaches/", include("heretask.system.breaches.urls")),
    path("system/audits/", include("heretask.system.audits.urls")),
    path("system/", include("heretask.system.wheel.urls")),
    path("admin/users/", include("heretask.admin.users.urls")),
    path("admin/grants/", include("heretask.admin.grants.urls")),
    path("admin/guests/", include("heretask.admin.guests.urls")),
    path("admin/roles/", include("heretask.admin.roles.urls")),
    path("admin/units/", include("heretask.admin.units.urls")),
    path("admin/guidelines/", include("heretask.admin.guidelines.urls")),
    path("admin/log/", include("heretask.admin.logs.urls")),
    path("admin/mail/", include("heretask.admin.mail.urls")),
    path("admin/openings/", include("heretask.admin.openings.urls")),
    path("admin/reviews/", include("heretask.admin.reviews.urls")),
    path("admin/samples/", include("heretask.admin.samples.urls")),
    path("admin/retention/", include("heretask.admin.retention.urls")),
    path("admin/approvals/", include("heretask.admin.approvals.urls")),
    path("admin/customers/", include("heretask.admin.customers.urls")),
    path("admin/suspensions/", include("heretask.admin.suspensions.urls")),
]

handler400 = "heretask.ui.failures.handler400"
handler403 = "heretask.ui.failures.handler403"
handler404 = "heretask.ui.failures.handler404"
handler500 = "heretask.ui.failures.handler500"
