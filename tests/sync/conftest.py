"""The servers the engine works against."""

from tests.servers.fixtures import *  # noqa: F403
