"""The servers under test."""

from tests.servers.fixtures import *  # noqa: F403
