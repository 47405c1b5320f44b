"""What the server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heretask.config.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  (Django must be set up first)

from heretask.config import confine  # noqa: E402  (as above)
from heretask.kernel.db import catalogue  # noqa: E402  (as above)

(settings.HERETASK_HOME / "files").mkdir(parents=True, exist_ok=True, mode=0o700)  # before it is too late to be allowed
confine.from_key(settings.HERETASK_SEAL_KEY_FILE, or_refuse=not settings.HERETASK_DEMO)  # what it shows it cannot sign
catalogue.check()  # refuses to run over a database that does not forbid what it must
