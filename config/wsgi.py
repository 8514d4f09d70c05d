import gc
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.stderr.write(f"{error}\n")  # the server shows no more than that a worker ended
    sys.exit(1)
# What is there now stays as long as the process: the collector need not look through it again and again.
gc.collect()
gc.freeze()
