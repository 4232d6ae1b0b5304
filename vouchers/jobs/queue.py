"""The queue: RQ on Redis. Only ids travel; a job's content stays in the database."""

from __future__ import annotations

from collections.abc import Mapping

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue

from vouchers.core import clock

QUEUE = "office"
LATER = "office-later"
"""What the timer hands over, perhaps hundreds after an outage: a step that happens now does not wait behind it."""


class RedisQueue:
    """Hands job ids to RQ workers. Raises at once when Redis is away; the outbox keeps the jobs."""

    def __init__(self, redis_url: str):
        self.redis = Redis.from_url(
            redis_url, socket_connect_timeout=0.25, socket_timeout=2, retry=Retry(NoBackoff(), 0)
        )

    def hand_over(self, limits: Mapping[int, int], *, later: bool = False) -> None:
        """Enqueue the jobs. One that is handed over twice runs once: `run_job` looks whether it is done.

        Args:
            limits: id of a job -> seconds that its run may take.
        """
        queue = Queue(LATER if later else QUEUE, connection=self.redis)
        queue.enqueue_many(
            [
                Queue.prepare_data(
                    "vouchers.jobs.queue.run_in_worker", args=(job_id,), result_ttl=60, failure_ttl=3600, timeout=limit
                )
                for job_id, limit in limits.items()
            ]
        )


def run_in_worker(job_id: int) -> None:
    """What an RQ worker calls, inside the application context that `vouchers.worker` opened."""
    from vouchers.jobs.actions import run_job

    run_job(job_id, at=clock.now())
