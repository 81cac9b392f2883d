"""Live events, and in the embedded default everything else as well."""

from django.core.asgi import get_asgi_application

from crm.config import start

application = start.application(get_asgi_application)
