"""Colloquy on one's own machine: embedded PostgreSQL and Redis, and one process tree that runs everything.

`python -m local run` is `make run`; `python -m local services` and `services()` are for the tests and the bench.
Nothing here is imported by the product: a host brings its own database, Redis and process manager.
"""

from local.services import Services, services

__all__ = ["Services", "services"]
