/**
 * The way of a loop over users, as the tasks of a web framework are commonly written: each user's achievements are fetched, then
 * each rule that is open asks one question, and what is earned is written row by row.
 */
import { achievementDefinitions } from '#src/achievements/index.js';

const counts = {
  posts: 'SELECT count(*) FROM posts WHERE author_id = $1',
  resumes: "SELECT count(*) FROM resumes WHERE user_id = $1 AND deleted_at IS NULL AND status <> 'failed'",
  enrollments: 'SELECT count(*) FROM enrollments WHERE user_id = $1',
  coursesCompleted: 'SELECT count(*) FROM enrollments WHERE user_id = $1 AND completed_at IS NOT NULL',
  endorsementsGiven: 'SELECT count(*) FROM endorsements WHERE endorser_id = $1',
  applications: 'SELECT count(*) FROM job_applications WHERE user_id = $1',
  sessionsMentored: "SELECT count(*) FROM mentor_sessions WHERE mentor_id = $1 AND status = 'completed'",
  likesReceived: `SELECT (SELECT count(*) FROM likes JOIN posts ON posts.id = likes.post_id
      WHERE posts.author_id = $1 AND likes.user_id <> $1)
    + (SELECT count(*) FROM likes JOIN comments ON comments.id = likes.comment_id
      WHERE comments.author_id = $1 AND likes.user_id <> $1) AS count`,
  skills: 'SELECT count(*) FROM user_skills WHERE user_id = $1',
  points: 'SELECT coalesce(sum(points), 0) AS count FROM points_ledger WHERE user_id = $1',
};

/** Checks these users one after another on one connection. Returns how many achievements were unlocked. */
export async function checkInLoop(client, userIds) {
  let unlocked = 0;
  for (const userId of userIds) {
    const { rows } = await client.query('SELECT achievement_key FROM user_achievements WHERE user_id = $1', [userId]);
    const held = new Set(rows.map(({ achievement_key }) => achievement_key));
    for (const { key, points, metric, threshold } of achievementDefinitions) {
      if (held.has(key)) continue;
      const counted = await client.query(counts[metric], [userId]);
      if (Number(counted.rows[0].count) < threshold) continue;
      await client.query('INSERT INTO user_achievements (user_id, achievement_key) VALUES ($1, $2)', [userId, key]);
      await client.query('INSERT INTO points_ledger (user_id, points, source) VALUES ($1, $2, $3)', [
        userId,
        points,
        `achievement:${key}`,
      ]);
      for (const purpose of ['notification', 'email']) {
        const id = `${purpose}-${userId}-${key}`;
        await client.query('INSERT INTO task_outbox (id, message) VALUES ($1, $2)', [id, JSON.stringify({ id, userId, key })]);
      }
      unlocked++;
    }
  }
  return unlocked;
}
