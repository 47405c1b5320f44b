"""Django's settings, from the installation and the environment."""

from __future__ import annotations

import os
from typing import Any

from django.utils.translation import gettext_lazy as _

from .installation import load

INSTALLATION = load()
HERETASK_HOME = INSTALLATION.path
HERETASK_KEY_FILE = INSTALLATION.key_file
HERETASK_SEAL_KEY_FILE = INSTALLATION.seal_key_file
HERETASK_KEY_PROVIDER = os.environ.get("HERETASK_KEY_PROVIDER", "file")  # or pkcs11; what wraps from now on
HERETASK_PKCS11 = {
    "module": os.environ.get("HERETASK_PKCS11_MODULE", ""),
    "token": os.environ.get("HERETASK_PKCS11_TOKEN", ""),
    "pin_file": os.environ.get("HERETASK_PKCS11_PIN_FILE", ""),
    "label": os.environ.get("HERETASK_PKCS11_LABEL", "heretask"),
}
HERETASK_TOMBSTONES = os.environ.get("HERETASK_TOMBSTONES", HERETASK_HOME / "tombstones")
HERETASK_DEMO = INSTALLATION.demo
HERETASK_DEMO_PEOPLE = HERETASK_HOME / "secrets" / "demo-people.json"
HERETASK_PORT = int(os.environ.get("HERETASK_PORT", INSTALLATION.https_port))
HERETASK_ADDRESS = os.environ.get("HERETASK_ADDRESS", f"https://localhost:{HERETASK_PORT}")
HERETASK_NAVIGATION = "heretask.config.navigation.PLACES"
HERETASK_PROXIES = int(os.environ.get("HERETASK_PROXIES", "0"))  # how many proxies of ours stand in front
HERETASK_SMTP = os.environ.get("HERETASK_SMTP", "")  # smtps://user:password@host; nothing is sent without one
HERETASK_SMS = os.environ.get("HERETASK_SMS", "")  # https://token@gatewayapi.eu; no SMS is sent without one
HERETASK_SMS_CA = os.environ.get("HERETASK_SMS_CA", "")  # beside those that the system trusts
HERETASK_MAIL_FROM = os.environ.get("HERETASK_MAIL_FROM", "noreply@localhost")
HERETASK_CLAMAV = os.environ.get("HERETASK_CLAMAV", "")  # clamd's socket, or host:port; files are not scanned without
HERETASK_VERSION = os.environ.get("HERETASK_VERSION", "")

SECRET_KEY = INSTALLATION.secret_key
DEBUG = False
ALLOWED_HOSTS = os.environ.get("HERETASK_HOSTS", "localhost,127.0.0.1").split(",")
ROOT_URLCONF = "heretask.config.urls"
WSGI_APPLICATION = "heretask.config.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "django_htmx",
    "heroicons",
    "heretask.kernel",
    "heretask.ui",
    "heretask.platform.account",
    "heretask.platform.calendar",
    "heretask.platform.drafts",
    "heretask.platform.files",
    "heretask.platform.messages",
    "heretask.platform.mailing",
    "heretask.platform.notices",
    "heretask.platform.announcements",
    "heretask.platform.handing",
    "heretask.platform.printing",
    "heretask.platform.incidents",
    "heretask.platform.search",
    "heretask.platform.seen",
    "heretask.platform.tasks",
    "heretask.platform.today",
    "heretask.social.citizens",
    "heretask.social.emergency",
    "heretask.social.handover",
    "heretask.social.journal",
    "heretask.social.people",
    "heretask.social.search",
    "heretask.system.assessment",
    "heretask.system.backups",
    "heretask.system.monitoring",
    "heretask.system.continuity",
    "heretask.system.policies",
    "heretask.system.records",
    "heretask.system.registers",
    "heretask.system.releases",
    "heretask.system.rights",
    "heretask.admin.browsers",
    "heretask.system.servers",
    "heretask.system.staff",
    "heretask.system.breaches",
    "heretask.admin.contacts",
    "heretask.system.audits",
    "heretask.system.wheel",
    "heretask.admin.users",
    "heretask.admin.roles",
    "heretask.admin.reach",
    "heretask.admin.reviews",
    "heretask.admin.samples",
    "heretask.admin.units",
    "heretask.admin.guidelines",
    "heretask.admin.logs",
    "heretask.admin.mail",
    "heretask.admin.openings",
    "heretask.admin.retention",
    "heretask.admin.grants",
    "heretask.admin.guests",
    "heretask.system.access",
    "heretask.admin.approvals",
    "heretask.admin.customers",
    "heretask.admin.suspensions",
    "heretask.config",
    "procrastinate.contrib.django",  # last: by then every feature has declared its tasks
]

MIDDLEWARE = [
    "heretask.ui.middleware.headers",
    "heretask.ui.middleware.smaller",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "heretask.ui.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "heretask.ui.middleware.gate",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [os.path.join(os.path.dirname(os.path.dirname(__file__)), "templates")],  # noqa: PTH118, PTH120
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request"],
            "builtins": ["heretask.ui.templatetags.ht", "django.templatetags.i18n", "django.templatetags.static"],
            "libraries": {},
            "loaders": [("django.template.loaders.cached.Loader", ["heretask.ui.loading.Loader"])],
        },
    }
]


def _database(role: str) -> dict[str, Any]:
    """One connection's settings. Server-side binding: no value is ever part of a statement's text."""
    return {
        "ENGINE": "heretask.kernel.db",
        "HOST": INSTALLATION.host,
        "PORT": INSTALLATION.port,
        "NAME": INSTALLATION.database,
        "USER": role,
        "PASSWORD": INSTALLATION.passwords[role],
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": 3,
            "connect_timeout": 5,
            **INSTALLATION.options,
            "options": "-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s",
        },
        "TEST": {"MIRROR": None},
    }


DATABASES = {"default": _database("heretask_app"), "gate": _database("heretask_gate")}
if os.environ.get("HERETASK_ROLE") in {"operator", "worker", "tests"}:
    DATABASES["queue"] = _database("heretask_worker")
    DATABASES["clock"] = _database("heretask_clock")
if os.environ.get("HERETASK_ROLE") in {"operator", "tests"}:
    DATABASES["owner"] = _database("heretask_owner")
if os.environ.get("HERETASK_ROLE") in {"operator", "sealer", "tests"}:
    DATABASES["sealer"] = _database("heretask_sealer")
if os.environ.get("HERETASK_ROLE") == "backup":  # reads all rows and can change none; nothing of the others
    DATABASES = {"default": _database("heretask_backup")}
for _role in set(INSTALLATION.passwords) - {str(chosen["USER"]) for chosen in DATABASES.values()}:
    del INSTALLATION.passwords[_role]  # a process keeps in memory what it needs itself
DATABASE_ROUTERS = ["heretask.kernel.db.router.Router"]
PROCRASTINATE_DATABASE_ALIAS = "queue"
PROCRASTINATE_ON_APP_READY = "heretask.kernel.jobs.worker.on_app_ready"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PASSWORD_HASHERS = ["heretask.kernel.identity.passwords.Argon2id"]
HERETASK_HASH_COST = {"time": 2, "memory_kib": 19456, "lanes": 1}  # OWASP's minimum; memory is bounded by the gate

LANGUAGE_CODE = "da"
LANGUAGES = [("da", _("Danish")), ("en", _("English"))]
LOCALE_PATHS = [os.path.join(os.path.dirname(os.path.dirname(__file__)), "locale")]  # noqa: PTH118, PTH120
TIME_ZONE = "Europe/Copenhagen"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = None  # served from the packages themselves
STATICFILES_DIRS = [os.path.join(os.path.dirname(os.path.dirname(__file__)), "static")]  # noqa: PTH118, PTH120
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

SESSION_COOKIE_NAME = "__Host-ht"
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "heretask.ui.failures.csrf"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HERETASK_PROXIES else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
SILENCED_SYSTEM_CHECKS = ["models.W042"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Django logs a request's path and, for errors, its whole traceback; ours are logged without values
    "loggers": {
        "django.request": {"level": "CRITICAL", "propagate": False, "handlers": []},
        "django.security": {"level": "CRITICAL", "propagate": False, "handlers": []},
        "procrastinate": {"level": "CRITICAL"},  # its errors carry tracebacks; ours name the kind and the place,
        "heretask": {"level": "INFO"},
    },
}
