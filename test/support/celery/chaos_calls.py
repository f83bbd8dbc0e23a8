"""The calls of the kill test: what a Python program enqueues, and what must become of each of them."""

import json
import random

from celery import chain, chord, group
from celery.result import AsyncResult

from celery_app import app


def elsewhere(name):
    """A task that our workers have."""

    @app.task(name=name)
    def call(*args):
        raise NotImplementedError(name)

    return call


add = elsewhere("chaos.add")
flaky = elsewhere("chaos.flaky")
broken = elsewhere("chaos.broken")
total = elsewhere("chaos.total")
note = elsewhere("chaos.note")


@app.task(name="python.chaos_add")
def python_add(n, key):
    """As `chaos.add`, in a Python worker."""
    app.backend.client.rpush("runs", json.dumps([key, python_add.request.id]))
    return n + 1


def single(key):
    """What is called, the results of it, and the keys of its effects. None is the result of a task that fails."""
    return add.s(1, key), [2], [key]


def failing_twice(key):
    return flaky.s(1, key, 2), [2], [key]


def failing(key):
    return broken.s(key).on_error(note.s()), [None], []


def steps(key):
    keys = [f"{key}/{step}" for step in range(3)]
    return chain(add.s(1, keys[0]), add.s(keys[1]), add.s(keys[2])), [4], keys


def between_languages(key):
    keys = [f"{key}/{step}" for step in range(3)]
    return chain(add.s(1, keys[0]), python_add.s(keys[1]), add.s(keys[2])), [4], keys


def members(key):
    keys = [f"{key}/{n}" for n in range(5)]
    return group(add.s(n, each) for n, each in enumerate(keys)), [1, 2, 3, 4, 5], keys


def summed(key):
    keys = [f"{key}/{n}" for n in range(4)]
    return chord([add.s(n, each) for n, each in enumerate(keys)], total.s(f"{key}/sum")), [10], [*keys, f"{key}/sum"]


kinds = [single] * 9 + [failing_twice, failing] + [steps] * 3 + [between_languages] + [members] * 2 + [summed] * 3


def enqueue(seed, first, count):
    """Makes calls. Returns of each its key, the ids of its results, what they must be, and the keys of its effects."""
    made = []
    for index in range(first, first + count):
        kind = random.Random(f"{seed}/{index}").choice(kinds)
        key = f"{kind.__name__}-{index}"
        call, results, effects = kind(key)
        sent = call.apply_async()
        ids = [each.id for each in getattr(sent, "results", None) or [sent]]
        effects += [f"errback/{id}" for id in ids if kind is failing]
        made.append({"key": key, "ids": ids, "results": results, "effects": effects})
    return made


def outcomes(ids):
    """The status and the result of each task; an exception by its class."""
    found = (AsyncResult(id, app=app)._get_task_meta() for id in ids)
    return [
        [meta["status"], type(meta["result"]).__name__ if isinstance(meta["result"], Exception) else meta["result"]]
        for meta in found
    ]
