"""Moved to TypeScript: these only say what the tasks are called and what they take."""

from celery import shared_task


@shared_task
def generate_daily_recommendations():
    raise NotImplementedError


@shared_task
def recommend_jobs_async(user_id, limit=10):
    raise NotImplementedError


@shared_task
def recommend_courses_async(user_id, limit=10):
    raise NotImplementedError


@shared_task
def recommend_mentors_async(user_id, limit=5):
    raise NotImplementedError


@shared_task
def recommend_skills_async(user_id, limit=5):
    raise NotImplementedError


@shared_task
def recommend_connections_async(user_id, limit=5):
    raise NotImplementedError


@shared_task
def batch_recommend_jobs():
    raise NotImplementedError
