"""The embedded web server: `python -m crm.config.web FD…` serves on sockets it inherits.

The supervisor binds the port first, so that a conflict is told before anything starts.
"""

import socket
import sys

import uvicorn

# A page that listens for events keeps its connection; a stop does not wait for it.
PATIENCE = 2


def main() -> None:
    """Runs until SIGTERM."""
    sockets = [socket.socket(fileno=int(word)) for word in sys.argv[1:]]
    config = uvicorn.Config(
        "crm.config.asgi:application",
        lifespan="off",
        log_level="info",
        access_log=False,
        timeout_graceful_shutdown=PATIENCE,
        proxy_headers=False,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=sockets)


if __name__ == "__main__":
    main()
