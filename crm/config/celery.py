"""Celery rings the bell; what is due stands in PostgreSQL."""

import os

from celery import Celery
from celery.signals import worker_init, worker_ready
from django.conf import settings
from kombu.entity import Queue

from crm.config import start
from crm.config.environment import SettingsError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.config.settings")
LANES = ("mail.out", "mail.in.hot", "mail.in", "mail.backfill", "mail.maint", "default")

try:
    redis_url = settings.REDIS_URL
except SettingsError as error:
    start.refuse(str(error))

app = Celery("fio")
app.conf.update(
    broker_url=redis_url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host="),
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_default_queue="default",
    task_queues=[Queue(lane) for lane in LANES],
    task_soft_time_limit=90,
    task_time_limit=120,
    task_serializer="json",
    accept_content=["json"],
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    # A broker may be away for longer than any number of tries
    broker_connection_max_retries=None,
    # Redelivery after a lost worker: kombu looks every 10 s instead of every 100
    broker_transport_options={
        "visibility_timeout": 1500,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
    },
)
app.autodiscover_tasks()
worker_init.connect(start.check)
worker_ready.connect(start.settle)
