"""Celery as its users have it: one module that callers import and workers serve. Names under demo. exist in TypeScript too."""

import json
import os
import time

from celery import Celery

settings = json.loads(os.environ["CELERY_TEST_SETTINGS"])
app = Celery("celery_app")
app.conf.update(task_routes={"python.*": {"queue": "python"}}, **settings)


class OrderError(Exception):
    pass


@app.task(name="demo.add")
def add(a, b):
    return a + b


@app.task(name="demo.total")
def total(results):
    return sum(results)


@app.task(name="demo.fail")
def fail(message="it broke"):
    raise ValueError(message)


@app.task(name="demo.slow")
def slow(seconds):
    time.sleep(seconds)
    return seconds


@app.task(name="demo.report", bind=True)
def report(self, steps):
    for step in range(steps):
        self.update_state(state="PROGRESS", meta={"current": step + 1, "total": steps})
        time.sleep(0.2)
    return steps


@app.task(name="demo.recover", bind=True, max_retries=2)
def recover(self, failures):
    if self.request.retries < failures:
        raise self.retry(exc=OSError("net down"), countdown=0.2)
    return self.request.retries


@app.task(name="demo.note")
def note(task_id):
    app.backend.client.rpush("noted", task_id)


@app.task(name="demo.ids")
def ids(user_id, limit=10):
    return {"user_id": user_id, "limit": limit}


@app.task(name="demo.echo")
def echo(value):
    return value


@app.task(name="python.add")
def python_add(a, b):
    return a + b


@app.task(name="python.total")
def python_total(results):
    return sum(results)


@app.task(name="python.fail")
def python_fail(message):
    raise OrderError(message, 7)


@app.task(name="python.note")
def python_note(task_id):
    app.backend.client.rpush("noted", task_id)


@app.task(name="python.pair")
def python_pair(a, b):
    return {"a": a, "b": b}


@app.task(name="python.slow")
def python_slow(seconds):
    time.sleep(seconds)
    return seconds


@app.task(name="python.report", bind=True)
def python_report(self, steps):
    for step in range(steps):
        self.update_state(state="PROGRESS", meta={"current": step + 1, "total": steps})
        time.sleep(0.2)
    return steps


@app.task(name="python.silent", ignore_result=True)
def python_silent(user_id):
    app.backend.client.rpush("silent", user_id)


@app.task(name="python.count")
def python_count(key):
    return app.backend.client.incr(key)


@app.task(name="nowhere.at_all")
def nowhere():
    pass
