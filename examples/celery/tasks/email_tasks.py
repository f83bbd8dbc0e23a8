"""Moved to TypeScript: these only say what the tasks are called and what they take."""

from celery import shared_task


@shared_task
def send_welcome_email(user_id):
    raise NotImplementedError


@shared_task
def send_achievement_email(user_id, achievement_name, points):
    raise NotImplementedError


@shared_task
def send_job_match_email(user_id, job_id):
    raise NotImplementedError


@shared_task
def send_mentor_request_email(mentor_id, session_id):
    raise NotImplementedError


@shared_task
def send_course_enrollment_email(user_id, course_id):
    raise NotImplementedError


@shared_task
def send_daily_digest():
    raise NotImplementedError


@shared_task
def send_weekly_report():
    raise NotImplementedError


@shared_task
def send_password_reset_email(user_id, reset_token):
    raise NotImplementedError
