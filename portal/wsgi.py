"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

# Load every view now, not with the first request, and set aside what then stays as long as the process does: the garbage collector
# would walk all of it again and again, a seventh of the time that a batch of a feed takes.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
