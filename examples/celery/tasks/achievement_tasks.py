"""Moved to TypeScript: these only say what the tasks are called and what they take."""

from celery import shared_task


@shared_task
def check_user_achievements(user_id):
    raise NotImplementedError


@shared_task
def check_all_user_achievements():
    raise NotImplementedError


@shared_task
def unlock_achievement_async(user_id, achievement_key):
    raise NotImplementedError


@shared_task
def generate_achievement_stats():
    raise NotImplementedError


@shared_task
def detect_milestone_achievements():
    raise NotImplementedError
