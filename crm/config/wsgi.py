"""Pages and API."""

from django.core.wsgi import get_wsgi_application

from crm.config import start

application = start.application(get_wsgi_application)
