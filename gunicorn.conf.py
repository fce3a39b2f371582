"""How the web process is served. Gunicorn reads this file from the folder it starts in.

One gevent worker streams 300 answers on less than one core; WEB_CONCURRENCY adds more.
"""

from gevent import monkey

monkey.patch_all()  # Before all else: psycopg decides when it is imported whether it waits cooperatively.

import gc  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402

bind = f"{os.environ.get('BIND_HOST') or '0.0.0.0'}:{os.environ.get('PORT') or '8000'}"  # noqa: S104 -- as hosts expect
worker_class = "gevent"
workers = int(os.environ.get("WEB_CONCURRENCY") or 1)
worker_connections = 4000  # Every open answer holds one, and costs little.
preload_app = False  # The application sets up its connections and its pulse in the process that uses them.

# On SIGTERM the application finishes running answers, up to 20 s; hosts kill after 30.
graceful_timeout = 25
timeout = 60
# A proxy must be the one that closes an idle connection, or it may send a request into one that we are closing; the
# longest that we know of waits 90 s. Without a proxy these are browsers, and stopping would wait for them.
keepalive = 95 if int(os.environ.get("TRUSTED_PROXIES") or 0) else 5

accesslog = None  # Proxies write one; the application logs what matters, with the id of its request.
loglevel = "warning"
control_socket_disable = True
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "")  # Gunicorn itself would believe all of loopback.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 -- a heartbeat must not wait for a disk


def post_worker_init(worker):
    """Have everything ready, and on SIGTERM let running answers finish while no connection is taken any more."""
    extensions = getattr(worker.app.wsgi(), "extensions", {})
    if assets := extensions.get("assets"):
        assets.prepare()
    gc.freeze()  # What the application is made of stays, and need not be looked through again and again.
    sys.setswitchinterval(0.0005)  # The built-in embedder works in a thread beside the loop, and somebody waits for it.
    gc.set_threshold(10_000, 20, 20)  # A request makes thousands of objects, and hardly one in a circle.
    drain = extensions.get("drain")
    before = signal.getsignal(signal.SIGTERM)

    def stop(number, frame):
        worker.draining = gevent.spawn(drain, 20)
        before(number, frame)

    if drain:
        signal.signal(signal.SIGTERM, stop)


def worker_exit(server, worker):
    """Wait for the answers that `stop` lets finish; nobody may be watching them."""
    draining = getattr(worker, "draining", None)
    if draining is not None:
        draining.join()
