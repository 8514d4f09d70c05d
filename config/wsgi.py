"""The WSGI application: Django, set up once for each process."""

import gc
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.stderr.write(f"{error}\n")  # the server only reports that a worker ended
    sys.exit(1)
# What has been loaded by now stays as long as the process does: the collector need not go through it again and again.
gc.collect()
gc.freeze()
