"""Mail servers for the stories below."""

from tests.servers.fixtures import *  # noqa: F403
