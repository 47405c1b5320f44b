"""The product's settings, with a cheap hash and the worker's own database."""

from heretask.config.settings import *

HERETASK_HASH_COST = {"time": 1, "memory_kib": 64, "lanes": 1}
WHITENOISE_AUTOREFRESH = False
INSTALLED_APPS = ["tests.apps.TestsConfig", *INSTALLED_APPS]
