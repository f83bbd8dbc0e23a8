"""
The calls that the views of a Django project make, each as it was written for Python workers. Here a program makes them all,
waits for each and prints what became of it; it ends with 1 when one has failed.
What they are called with is the first argument; README.md says how to get it.
"""

import json
import sys

from celery import chain, group
from celery.result import AsyncResult

from tasks import app
from tasks.achievement_tasks import (
    check_all_user_achievements,
    check_user_achievements,
    detect_milestone_achievements,
    generate_achievement_stats,
    unlock_achievement_async,
)
from tasks.analytics_tasks import (
    batch_cache_user_analytics,
    cache_platform_analytics,
    cache_user_analytics,
    export_analytics_snapshot,
    generate_activity_heatmap,
    generate_daily_report,
    generate_user_growth_report,
)
from tasks.email_tasks import (
    send_achievement_email,
    send_course_enrollment_email,
    send_daily_digest,
    send_job_match_email,
    send_mentor_request_email,
    send_password_reset_email,
    send_weekly_report,
    send_welcome_email,
)
from tasks.invoice_tasks import make_invoice
from tasks.notification_tasks import (
    cleanup_old_notifications,
    mark_notifications_read_batch,
    send_batch_notifications,
    send_comment_notifications,
    send_like_notifications,
    send_mention_notifications,
    send_notification_async,
)
from tasks.recommendation_tasks import (
    batch_recommend_jobs,
    generate_daily_recommendations,
    recommend_connections_async,
    recommend_courses_async,
    recommend_jobs_async,
    recommend_mentors_async,
    recommend_skills_async,
)
from tasks.resume_tasks import (
    analyze_resume_async,
    batch_analyze_resumes,
    cleanup_old_resumes,
    extract_resume_text_async,
)

TIMEOUT = 60


def mails(user_id, job_id, course_id, mentor_id, session_id, **_):
    yield send_welcome_email.delay(user_id)
    yield send_achievement_email.delay(user_id=user_id, achievement_name="First Post", points=10)
    yield send_job_match_email.delay(user_id, job_id)
    yield send_mentor_request_email.delay(mentor_id, session_id)
    yield send_course_enrollment_email.delay(user_id, course_id)
    yield send_daily_digest.delay()
    yield send_weekly_report.delay()
    yield send_password_reset_email.delay(user_id, "a-token-of-at-least-twenty-characters")


def resumes(resume_id, **_):
    yield extract_resume_text_async.delay(resume_id)
    yield analyze_resume_async.delay(resume_id)
    yield batch_analyze_resumes.delay()
    yield cleanup_old_resumes.delay(days=90)


def recommendations(user_id, **_):
    yield generate_daily_recommendations.delay()
    yield recommend_jobs_async.delay(user_id, limit=10)
    yield recommend_courses_async.delay(user_id, limit=10)
    yield recommend_mentors_async.delay(user_id, limit=5)
    yield recommend_skills_async.delay(user_id, limit=5)
    yield recommend_connections_async.delay(user_id, limit=5)
    yield batch_recommend_jobs.delay()


def achievements(user_id, **_):
    yield check_user_achievements.delay(user_id)
    yield check_all_user_achievements.delay()
    yield unlock_achievement_async.delay(user_id, "first_post")
    yield generate_achievement_stats.delay()
    yield detect_milestone_achievements.delay()


def notifications(user_id, other_id, post_id, **_):
    yield send_notification_async.delay(
        user_id=user_id,
        notification_type="achievement",
        title="Achievement Unlocked!",
        message='You earned the "First Post" achievement',
        related_user_id=None,
    )
    yield cleanup_old_notifications.delay(days=30)
    yield send_mention_notifications.delay(user_ids=[user_id, other_id], mention_type="post", content_id=post_id)
    yield send_like_notifications.delay(user_id=user_id, liker_id=other_id, content_type="post")
    yield send_comment_notifications.delay(user_id=user_id, commenter_id=other_id, content_type="post")
    yield mark_notifications_read_batch.delay(user_id)
    yield send_batch_notifications.delay(
        [{"user_id": user_id, "notification_type": "achievement", "title": "Well done", "message": "Three posts"}]
    )


def analytics(user_id, **_):
    yield cache_platform_analytics.delay()
    yield cache_user_analytics.delay(user_id)
    yield generate_activity_heatmap.delay(days=30)
    yield generate_user_growth_report.delay()
    yield batch_cache_user_analytics.delay()
    yield generate_daily_report.delay()
    yield export_analytics_snapshot.delay()


def wait(result):
    """The status of a task in the end, and what it returned or raised."""
    result.get(timeout=TIMEOUT, propagate=False)
    # As a view does that knows nothing but an id.
    found = AsyncResult(result.id, app=app)
    return found.status, found.result


def show(title, status, value):
    print(f"{title}: {status} {value if isinstance(value, Exception) else json.dumps(value)}", flush=True)
    return status == "SUCCESS"


def main(ids):
    well = True
    for family in (mails, resumes, recommendations, achievements, notifications, analytics):
        for result in list(family(**ids)):
            well &= show(f"{family.__name__} {result.id}", *wait(result))

    user_id, resume_id = ids["user_id"], ids["resume_id"]
    steps = chain(analyze_resume_async.s(resume_id), check_user_achievements.s(user_id)).apply_async()
    well &= show("chain", *wait(steps))
    both = group(recommend_jobs_async.s(user_id), recommend_courses_async.s(user_id)).apply_async()
    well &= show("group", "SUCCESS", both.get(timeout=TIMEOUT))
    # From a Python worker to a TypeScript one.
    told = send_notification_async.si(user_id, "system", "Your invoice", "It is in your inbox")
    well &= show("mixed", *wait(chain(make_invoice.s(user_id, "yearly"), told).apply_async()))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
