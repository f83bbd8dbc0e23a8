"""Moved to TypeScript: these only say what the tasks are called and what they take."""

from celery import shared_task


@shared_task
def analyze_resume_async(resume_id):
    raise NotImplementedError


@shared_task
def extract_resume_text_async(resume_id):
    raise NotImplementedError


@shared_task
def batch_analyze_resumes():
    raise NotImplementedError


@shared_task
def cleanup_old_resumes(days=90):
    raise NotImplementedError
