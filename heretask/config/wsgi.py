"""What the server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heretask.config.settings")
application = get_wsgi_application()

from heretask.kernel.db import catalogue  # noqa: E402  (Django must be set up first)

catalogue.check()  # refuses to run over a database that does not forbid what it must
