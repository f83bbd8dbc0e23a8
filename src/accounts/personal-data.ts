import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../db/schema.js';
import { getUser } from './queries.js';

/** How many rows are in memory at once; an analysis among them has some ten kilobytes. */
const pageSize = 100;

/** A part of what is kept of a user: rows with a `key` that orders them and what is told of each as an `item`. */
type Section = (userId: number) => RawBuilder<unknown>;

const sections: Readonly<Record<string, Section>> = {
  skills: (id) => sql`
    SELECT skill_id AS key, jsonb_build_object('name', skills.name, 'proficiency', proficiency, 'years', years, 'source', held.source,
      'since', held.created_at) AS item
    FROM user_skills AS held JOIN skills ON skills.id = skill_id WHERE user_id = ${id}`,
  removedSkills: (id) => sql`
    SELECT skill_id AS key, jsonb_build_object('name', skills.name, 'removedAt', removed.created_at) AS item
    FROM user_skill_dismissals AS removed JOIN skills ON skills.id = skill_id WHERE user_id = ${id}`,
  resumes: (id) => sql`
    SELECT id AS key, jsonb_build_object('id', id, 'fileName', file_name, 'contentType', content_type, 'sizeBytes', size_bytes,
      'status', status, 'score', score, 'analysis', analysis, 'createdAt', created_at, 'analyzedAt', analyzed_at) AS item
    FROM resumes WHERE user_id = ${id} AND deleted_at IS NULL`,
  applications: (id) => sql`
    SELECT applied.id AS key, jsonb_build_object('job', title, 'company', company, 'status', applied.status,
      'createdAt', applied.created_at, 'answeredAt', answered_at) AS item
    FROM job_applications AS applied JOIN jobs ON jobs.id = job_id WHERE user_id = ${id}`,
  courses: (id) => sql`
    SELECT course_id AS key, jsonb_build_object('course', title, 'progress', progress, 'rating', rating,
      'createdAt', enrolled.created_at, 'completedAt', completed_at) AS item
    FROM enrollments AS enrolled JOIN courses ON courses.id = course_id WHERE user_id = ${id}`,
  mentorProfile: (id) => sql`
    SELECT user_id AS key, jsonb_build_object('bio', bio, 'rating', rating, 'acceptsMentees', accepts_mentees,
      'capacity', capacity, 'createdAt', created_at) AS item
    FROM mentors WHERE user_id = ${id}`,
  mentorSessions: (id) => sql`
    SELECT id AS key, jsonb_build_object('as', CASE WHEN mentor_id = ${id} THEN 'mentor' ELSE 'mentee' END, 'topic', topic,
      'status', status, 'proposedAt', proposed_at, 'completedAt', completed_at, 'rating', rating) AS item
    FROM mentor_sessions WHERE mentor_id = ${id} OR mentee_id = ${id}`,
  posts: (id) => sql`
    SELECT id AS key, jsonb_build_object('id', id, 'body', body, 'createdAt', created_at) AS item
    FROM posts WHERE author_id = ${id}`,
  comments: (id) => sql`
    SELECT id AS key, jsonb_build_object('postId', post_id, 'body', body, 'createdAt', created_at) AS item
    FROM comments WHERE author_id = ${id}`,
  likes: (id) => sql`
    SELECT id AS key, jsonb_build_object('postId', post_id, 'commentId', comment_id, 'createdAt', created_at) AS item
    FROM likes WHERE user_id = ${id}`,
  connections: (id) => sql`
    SELECT id AS key, jsonb_build_object('userId', CASE WHEN requester_id = ${id} THEN addressee_id ELSE requester_id END,
      'requestedByMe', requester_id = ${id}, 'status', status, 'createdAt', created_at, 'answeredAt', answered_at) AS item
    FROM connections WHERE requester_id = ${id} OR addressee_id = ${id}`,
  endorsementsGiven: (id) => sql`
    SELECT row_number() OVER (ORDER BY user_id, skill_id) AS key,
      jsonb_build_object('userId', user_id, 'skill', skills.name, 'createdAt', given.created_at) AS item
    FROM endorsements AS given JOIN skills ON skills.id = skill_id WHERE endorser_id = ${id}`,
  endorsementsReceived: (id) => sql`
    SELECT row_number() OVER (ORDER BY endorser_id, skill_id) AS key,
      jsonb_build_object('endorserId', endorser_id, 'skill', skills.name, 'createdAt', received.created_at) AS item
    FROM endorsements AS received JOIN skills ON skills.id = skill_id WHERE user_id = ${id}`,
  achievements: (id) => sql`
    SELECT row_number() OVER (ORDER BY achievement_key) AS key,
      jsonb_build_object('key', achievement_key, 'unlockedAt', unlocked_at) AS item
    FROM user_achievements WHERE user_id = ${id}`,
  points: (id) => sql`
    SELECT id AS key, jsonb_build_object('points', points, 'source', source, 'createdAt', created_at) AS item
    FROM points_ledger WHERE user_id = ${id}`,
  notifications: (id) => sql`
    SELECT id AS key, jsonb_build_object('type', type, 'title', title, 'message', message, 'createdAt', created_at,
      'readAt', read_at) AS item
    FROM notifications WHERE user_id = ${id}`,
  mails: (id) => sql`
    SELECT id AS key, jsonb_build_object('to', to_address, 'kind', template, 'subject', subject, 'status', status,
      'sentAt', sent_at) AS item
    FROM mail_log WHERE user_id = ${id}`,
  emailPreferences: (id) => sql`
    SELECT row_number() OVER (ORDER BY kind) AS key, jsonb_build_object('kind', kind, 'enabled', enabled) AS item
    FROM email_preferences WHERE user_id = ${id}`,
  recommendations: (id) => sql`
    SELECT row_number() OVER (ORDER BY kind) AS key,
      jsonb_build_object('kind', kind, 'items', items, 'computedAt', computed_at) AS item
    FROM recommendations WHERE user_id = ${id}`,
  recommendationClicks: (id) => sql`
    SELECT row_number() OVER (ORDER BY kind, item_id) AS key,
      jsonb_build_object('kind', kind, 'itemId', item_id, 'clicks', clicks, 'firstAt', first_at, 'lastAt', last_at) AS item
    FROM recommendation_clicks WHERE user_id = ${id}`,
  dismissedRecommendations: (id) => sql`
    SELECT row_number() OVER (ORDER BY kind, item_id) AS key, jsonb_build_object('kind', kind, 'itemId', item_id, 'createdAt', created_at) AS item
    FROM recommendation_dismissals WHERE user_id = ${id}`,
  analytics: (id) => sql`
    SELECT user_id AS key, jsonb_build_object('figures', value, 'computedAt', computed_at) AS item
    FROM user_analytics WHERE user_id = ${id}`,
  activity: (id) => sql`
    SELECT id AS key, jsonb_build_object('kind', kind, 'subjectId', subject_id, 'occurredAt', occurred_at) AS item
    FROM activity_events WHERE user_id = ${id}`,
};

/** The items of a section as JSON texts, in order, read a page at a time: a slow reader holds no connection. */
async function* itemsOf(db: Kysely<Database>, rows: RawBuilder<unknown>): AsyncGenerator<string[]> {
  for (let after = 0; ; ) {
    const page = await sql<{ key: number; item: string }>`
      SELECT key, item::text AS item FROM (${rows}) AS rows WHERE key > ${after} ORDER BY key LIMIT ${pageSize}
    `.execute(db);
    const last = page.rows.at(-1);
    if (!last) return;
    yield page.rows.map(({ item }) => item);
    after = last.key;
  }
}

/**
 * All that the platform keeps of a user as the text of one JSON object, piece by piece: the account, and a list for each section.
 * Passwords, tokens, deleted resumes and the texts of resumes are not in it. Throws USER_NOT_FOUND before the first piece.
 */
export async function* exportPersonalData(db: Kysely<Database>, userId: number): AsyncGenerator<string> {
  yield `{"account":${JSON.stringify(await getUser(db, userId))}`;
  for (const [name, rows] of Object.entries(sections)) {
    yield `,"${name}":[`;
    let separator = '';
    for await (const items of itemsOf(db, rows(userId))) {
      yield separator + items.join(',');
      separator = ',';
    }
    yield ']';
  }
  yield '}\n';
}
