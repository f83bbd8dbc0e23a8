import os

from celery import Celery

broker = os.environ.get("CELERY_BROKER_URL", "redis://localhost:6379/0")
families = ["achievement", "analytics", "email", "invoice", "notification", "recommendation", "resume"]

app = Celery("backend", broker=broker, backend=os.environ.get("CELERY_RESULT_BACKEND", broker))
app.conf.include = [f"tasks.{family}_tasks" for family in families]
# What still lives in Python has a queue of its own. All else goes to the queue `celery`, as before.
app.conf.task_routes = {"tasks.invoice_tasks.*": {"queue": "python"}}
