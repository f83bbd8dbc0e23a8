"""The same empty task for Celery, with what makes it fastest: no events, and no results unless BENCH_RESULTS names where."""

import os

from celery import Celery

results = os.environ.get("BENCH_RESULTS")
app = Celery("bench_tasks", backend=results)
app.conf.task_ignore_result = results is None
app.conf.worker_send_task_events = False
app.conf.broker_connection_retry_on_startup = True


@app.task(name="bench.noop", ignore_result=results is None)
def noop(n):
    return n
