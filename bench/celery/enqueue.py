"""Enqueues tasks one call after another, as Celery's `delay` does; prints tasks a second."""

import sys
import time

from bench_tasks import app, noop

app.conf.broker_url = sys.argv[1]
count = int(sys.argv[2])

with app.producer_pool.acquire(block=True) as producer:
    noop.apply_async((0,), producer=producer)
    started = time.monotonic()
    for n in range(1, count):
        noop.apply_async((n,), producer=producer)
    print((count - 1) / (time.monotonic() - started))
