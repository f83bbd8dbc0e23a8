-- What views.py calls its tasks with: somebody who is enrolled in a course, a resume, and the first of everything else.
SELECT json_build_object(
  'user_id', user_id,
  'course_id', course_id,
  'other_id', (SELECT min(id) FROM users WHERE id <> user_id),
  'resume_id', (SELECT max(id) FROM resumes WHERE deleted_at IS NULL),
  'job_id', (SELECT min(id) FROM jobs WHERE status = 'open'),
  'post_id', (SELECT min(id) FROM posts),
  'session_id', session.id,
  'mentor_id', session.mentor_id
) AS ids
FROM
  (SELECT user_id, course_id FROM enrollments ORDER BY user_id, course_id LIMIT 1) AS enrollment,
  (SELECT id, mentor_id FROM mentor_sessions ORDER BY status = 'requested' DESC, id LIMIT 1) AS session;
