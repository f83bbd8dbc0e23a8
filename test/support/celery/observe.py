"""What a caller sees of a call, and what the result backend holds of it afterwards, in a form that two runs can be compared by."""

import json
import re
import time

from celery.result import GroupResult

from celery_app import app

redis = app.backend.client

# The tasks of earlier calls. Celery's parent process may store once more that it killed one.
earlier = set()


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def metas():
    keys = [text(key) for key in redis.keys("celery-task-meta-*")]
    found = {key[len("celery-task-meta-"):]: json.loads(value) for key, value in zip(keys, redis.mget(keys)) if value}
    return {id: meta for id, meta in found.items() if id not in earlier}


def nodes_of(result):
    """What a result is made of, from the first that was called on: ids, and whether each is a task's."""
    if result is None:
        return []
    members = [node for member in getattr(result, "results", []) for node in nodes_of(member)]
    return nodes_of(result.parent) + members + [(result.id, not isinstance(result, GroupResult))]


def nodes_in(children):
    """The same of a tree of children as a meta holds it."""
    for (id, _parent), members in children or []:
        yield from nodes_in(members)
        yield id, members is None


def children_of(id):
    meta = metas().get(id, {})
    # Celery counts the errbacks of a chord among its body's children, and those of a task not.
    return dict(nodes_in(meta["children"])) if meta.get("status") == "SUCCESS" else {}


def reachable(result):
    """The nodes of a result and of all that followed it, in an order that is the same in every run."""
    found = {}
    queue = nodes_of(result)
    while queue:
        id, is_task = queue.pop(0)
        if id not in found:
            found[id] = is_task
            queue += children_of(id).items()
    return found


def outcome(result):
    try:
        return result.get(timeout=30)
    except Exception as error:
        return f"raised {type(error).__module__}.{type(error).__name__}"


def settled(result, others):
    """Whether all that is known of a call has ended, and as many tasks besides."""
    stored, named = metas(), reachable(result)
    ended = {id for id, meta in stored.items() if meta["status"] in ("SUCCESS", "FAILURE", "REVOKED")}
    return all(id in ended for id, is_task in named.items() if is_task) and len(ended - named.keys()) >= others


def observe(result, others=0):
    """
    The outcome of a call, and all keys of the result backend with names in place of ids.

    `others`: how many tasks it leads to that no result names, such as errbacks.
    """
    seen = outcome(result)
    for _ in range(200):
        if settled(result, others):
            break
        time.sleep(0.05)
    named_so_far = enumerate(reachable(result).items())
    # Celery's workers give the header of a chord in a chain another id than its caller knows.
    names = {id: f"task {place}" if is_task else "group" for place, (id, is_task) in named_so_far}

    def named(value):
        for id, name in names.items():
            value = value.replace(id, name)
        return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "another", value)

    stored = {}
    for id, meta in metas().items():
        meta["date_done"] = meta["date_done"] is not None
        # Where Celery has none, such as for a task that nobody has, ours says in words what happened.
        assert meta.pop("traceback") is None or meta["status"] != "SUCCESS"
        # A retry makes a task its own parent, and a chord's body has one of several, as it comes.
        if id not in children_of(meta.get("parent_id")):
            meta.pop("parent_id", None)
        if meta["status"] != "SUCCESS":
            meta["children"] = []
        # Contracts word it in their own way.
        if isinstance(meta["result"], dict) and meta["result"].get("exc_type") == "TypeError":
            del meta["result"]["exc_message"]
        # Celery makes a group of one of an errback.
        if id not in names:
            meta.pop("group_id", None)
        stored.setdefault(names.get(id, "others"), []).append(json.loads(named(json.dumps(meta))))
    sets = sorted({re.sub("another", "group", named(text(key))) for key in redis.keys("celery-taskset-meta-*")})
    earlier.update(metas())
    return {"outcome": seen, "results": stored, "sets": sets}
