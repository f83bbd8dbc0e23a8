"""Moved to TypeScript: these only say what the tasks are called and what they take."""

from celery import shared_task


@shared_task
def send_notification_async(user_id, notification_type, title, message, related_user_id=None):
    raise NotImplementedError


@shared_task
def cleanup_old_notifications(days=30):
    raise NotImplementedError


@shared_task
def send_mention_notifications(user_ids, mention_type, content_id):
    raise NotImplementedError


@shared_task
def send_like_notifications(user_id, liker_id, content_type):
    raise NotImplementedError


@shared_task
def send_comment_notifications(user_id, commenter_id, content_type):
    raise NotImplementedError


@shared_task
def mark_notifications_read_batch(user_id):
    raise NotImplementedError


@shared_task
def send_batch_notifications(notifications):
    raise NotImplementedError
