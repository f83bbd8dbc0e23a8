"""Moved to TypeScript: these only say what the tasks are called and what they take."""

from celery import shared_task


@shared_task
def cache_platform_analytics():
    raise NotImplementedError


@shared_task
def cache_user_analytics(user_id):
    raise NotImplementedError


@shared_task
def generate_activity_heatmap(days=30):
    raise NotImplementedError


@shared_task
def generate_user_growth_report():
    raise NotImplementedError


@shared_task
def batch_cache_user_analytics():
    raise NotImplementedError


@shared_task
def generate_daily_report():
    raise NotImplementedError


@shared_task
def export_analytics_snapshot():
    raise NotImplementedError
