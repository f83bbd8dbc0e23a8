"""A family that has not moved: a Python worker runs it, `celery -A tasks worker -Q python`."""

from celery import shared_task


@shared_task
def make_invoice(user_id, plan):
    return {"number": f"{user_id}-{plan}"}
