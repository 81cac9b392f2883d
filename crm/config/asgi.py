"""Live events, and in the embedded default everything else as well."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.config.settings")
application = get_asgi_application()
