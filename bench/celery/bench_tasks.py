"""The same empty task for Celery, with what makes it fastest: no results, no events."""

from celery import Celery

app = Celery("bench_tasks")
app.conf.task_ignore_result = True
app.conf.worker_send_task_events = False
app.conf.broker_connection_retry_on_startup = True


@app.task(name="bench.noop", ignore_result=True)
def noop(n):
    pass
