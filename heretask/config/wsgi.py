"""What the server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heretask.config.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  (as below)

from heretask.config import confine  # noqa: E402  (as below)
from heretask.kernel.db import catalogue  # noqa: E402  (Django must be set up first)

for _folder in (settings.HERETASK_HOME / "files", settings.HERETASK_SEAL_KEY_FILE.parent):
    _folder.mkdir(parents=True, exist_ok=True, mode=0o700)
confine.keep_out_of(settings.HERETASK_SEAL_KEY_FILE.parent)  # what the web shows, it cannot sign
catalogue.check()  # refuses to run over a database that does not forbid what it must
