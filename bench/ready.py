"""Django, set up over services of our own: read this before anything that has models."""

import os

os.environ.setdefault("FIO_TEST_DURABLE", "1")

from tests import backing  # starts PostgreSQL and Valkey before the settings are read

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.config.settings")

import django
from django.conf import settings

django.setup()
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

__all__ = ["backing"]
