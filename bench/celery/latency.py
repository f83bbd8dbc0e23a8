"""Calls tasks one after another and waits for each result; prints the milliseconds of each as a JSON list."""

import json
import sys
import time

from bench_tasks import app, noop

app.conf.broker_url = sys.argv[1]
warm_up, count = 20, int(sys.argv[2])
latencies = []
for n in range(warm_up + count):
    time.sleep(0.005)
    started = time.monotonic()
    noop.delay(n).get(timeout=60)
    latencies.append((time.monotonic() - started) * 1000)
print(json.dumps(latencies[warm_up:]))
