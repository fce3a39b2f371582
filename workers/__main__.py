"""The worker: takes jobs from Redis, and looks after what was left lying. `python -m workers`"""

import ctypes
import gc
import os
import signal
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # Before numpy: its threads spin where cores are busy.

from rq import Queue, Worker
from rq.executions import Execution
from rq.job import Job
from rq.registry import StartedJobRegistry

from webapp.extensions import connect_redis, db, embedder, settings
from webapp.jobs import QUEUES
from workers import maintenance
from workers.context import app

EVERY = 30
PR_SET_PDEATHSIG = 1


class Process(Worker):
    """RQ's worker, whose jobs die with it, and which does our maintenance beside its own."""

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """Run one job in the forked process, with connections of its own."""
        if sys.platform == "linux":  # Or a job outlives a killed worker, and is soon done by two at once.
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        with app.app_context():
            db.engine.dispose(close=False)
        self._forget_earlier_executions(job)
        super().main_work_horse(job, queue)

    def _forget_earlier_executions(self, job: Job) -> None:
        """Take away what a killed worker left of the same job: RQ would look for it at the end, in vain."""
        with self.connection.pipeline() as pipeline:
            for id_ in job.execution_registry.get_execution_ids():
                if self.execution is None or id_ != self.execution.id:
                    Execution(id_, job.id, self.connection).delete(job, pipeline)
            pipeline.execute()

    def run_maintenance_tasks(self) -> None:
        """Do what is due every half minute, also while no job comes."""
        super().run_maintenance_tasks()  # type: ignore[no-untyped-call]
        with app.app_context():
            maintenance.run()
            db.engine.dispose()


def main() -> None:
    """Prepare what all jobs share, take back what a killed worker left, and work until told to stop."""
    with app.app_context():
        client = connect_redis(settings(), patience=None)  # RQ blocks while no job comes.
        preload = getattr(embedder(), "preload", None)
        if preload:
            preload()
        queues = [Queue(name, connection=client) for name in QUEUES]
        if Worker.count(connection=client) == 0:
            for queue in queues:  # Nobody lives who might have them in hand.
                StartedJobRegistry(queue=queue).cleanup(timestamp=2**31)
    gc.freeze()
    worker = Process(queues, connection=client, maintenance_interval=EVERY, worker_ttl=EVERY + 15)
    worker.work(with_scheduler=True, logging_level="WARNING")


if __name__ == "__main__":
    main()
