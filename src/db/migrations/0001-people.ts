import { type Migration, sql } from 'kysely';

/** Users, their tokens, skills and resumes. */
export const people: Migration = {
  async up(db) {
    await sql`
      CREATE TABLE users (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
        username text NOT NULL CHECK (length(username) BETWEEN 1 AND 50),
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        password_hash text NOT NULL,
        is_active boolean NOT NULL DEFAULT true,
        is_staff boolean NOT NULL DEFAULT false,
        is_premium boolean NOT NULL DEFAULT false,
        headline text,
        location text,
        timezone text NOT NULL DEFAULT 'UTC',
        level text CHECK (level IN ('entry', 'junior', 'mid', 'senior', 'lead')),
        last_seen_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE UNIQUE INDEX users_email_key ON users (lower(email));
      CREATE UNIQUE INDEX users_username_key ON users (lower(username));
      CREATE INDEX users_created_at_idx ON users (created_at);
      CREATE INDEX users_seen_idx ON users (last_seen_at) WHERE is_active;

      CREATE TABLE refresh_tokens (
        token_hash text PRIMARY KEY,
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz
      );
      CREATE INDEX refresh_tokens_user_idx ON refresh_tokens (user_id);
      CREATE INDEX refresh_tokens_expiry_idx ON refresh_tokens (expires_at);

      CREATE TABLE password_reset_tokens (
        token_hash text PRIMARY KEY,
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        used_at timestamptz
      );
      CREATE INDEX password_reset_tokens_user_idx ON password_reset_tokens (user_id);
      CREATE INDEX password_reset_tokens_expiry_idx ON password_reset_tokens (expires_at);
    `.execute(db);

    await sql`
      CREATE TABLE skills (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL UNIQUE,
        slug text NOT NULL UNIQUE,
        category text NOT NULL,
        aliases text[] NOT NULL DEFAULT '{}',
        related text[] NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE user_skills (
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        skill_id bigint NOT NULL REFERENCES skills ON DELETE CASCADE,
        proficiency smallint NOT NULL CHECK (proficiency BETWEEN 1 AND 5),
        years double precision CHECK (years BETWEEN 0 AND 80),
        source text NOT NULL CHECK (source IN ('manual', 'resume')),
        confidence double precision CHECK (confidence BETWEEN 0 AND 1),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (user_id, skill_id)
      );
      CREATE INDEX user_skills_skill_idx ON user_skills (skill_id);

      CREATE TABLE endorsements (
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        skill_id bigint NOT NULL REFERENCES skills ON DELETE CASCADE,
        endorser_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (user_id, skill_id, endorser_id),
        CHECK (endorser_id <> user_id)
      );
      CREATE INDEX endorsements_skill_idx ON endorsements (skill_id);
      CREATE INDEX endorsements_endorser_idx ON endorsements (endorser_id);

      CREATE TABLE resumes (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        file_name text NOT NULL,
        content_type text NOT NULL,
        size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
        storage_key text NOT NULL UNIQUE,
        sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
        failure_code text,
        failure_message text,
        extracted_text text,
        truncated boolean NOT NULL DEFAULT false,
        page_count integer CHECK (page_count >= 0),
        language text,
        analysis jsonb,
        score double precision CHECK (score BETWEEN 0 AND 100),
        created_at timestamptz NOT NULL DEFAULT now(),
        extracted_at timestamptz,
        analyzed_at timestamptz,
        deleted_at timestamptz,
        CHECK ((status = 'failed') = (failure_code IS NOT NULL)),
        CHECK (status <> 'completed' OR (analysis IS NOT NULL AND analyzed_at IS NOT NULL))
      );
      CREATE INDEX resumes_user_idx ON resumes (user_id, created_at DESC);
      CREATE INDEX resumes_pending_idx ON resumes (id) WHERE status = 'pending' AND extracted_text IS NULL AND deleted_at IS NULL;
      CREATE INDEX resumes_deleted_idx ON resumes (deleted_at) WHERE deleted_at IS NOT NULL;
    `.execute(db);
  },
};
