import { type Migration, sql } from 'kysely';

/**
 * What an analysis was made with and when it was asked for, text that a file hides or shows in pictures, and the skills that users removed by hand.
 * The analyses there are have another shape: they are forgotten, and `batch_analyze_resumes` makes them anew.
 */
export const resumeUpkeep: Migration = {
  async up(db) {
    await sql`
      ALTER TABLE resumes
        ADD COLUMN requested_at timestamptz NOT NULL DEFAULT now(),
        ADD COLUMN analysis_version text,
        ADD COLUMN hidden_characters integer CHECK (hidden_characters > 0),
        ADD COLUMN recognized boolean NOT NULL DEFAULT false;
      UPDATE resumes SET status = 'pending', extracted_text = NULL, analysis = NULL, score = NULL, analyzed_at = NULL
      WHERE status = 'completed';

      CREATE TABLE user_skill_dismissals (
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        skill_id bigint NOT NULL REFERENCES skills ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (user_id, skill_id)
      );
      CREATE INDEX user_skill_dismissals_skill_idx ON user_skill_dismissals (skill_id);
    `.execute(db);
  },
};
