"""Free ports on the loopback interface."""

import socket

LOOPBACK = "127.0.0.1"


def free_port(wanted: int = 0) -> int:
    """Return `wanted` if it can be opened, otherwise raise OSError; 0 stands for any."""
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        candidate.bind((LOOPBACK, wanted))
        return int(candidate.getsockname()[1])


def port_near(wanted: int) -> int:
    """Return the first port from `wanted` on that can be opened."""
    for port in range(wanted, min(wanted + 100, 65536)):
        try:
            return free_port(port)
        except OSError:
            continue
    return free_port()
