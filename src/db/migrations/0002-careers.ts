import { type Migration, sql } from 'kysely';

/** Courses, jobs and mentoring. */
export const careers: Migration = {
  async up(db) {
    await sql`
      CREATE TABLE courses (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        title text NOT NULL,
        provider text NOT NULL,
        description text NOT NULL,
        level text NOT NULL CHECK (level IN ('entry', 'junior', 'mid', 'senior', 'lead')),
        duration_hours double precision NOT NULL CHECK (duration_hours > 0),
        modules text[] NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE course_skills (
        course_id bigint NOT NULL REFERENCES courses ON DELETE CASCADE,
        skill_id bigint NOT NULL REFERENCES skills ON DELETE CASCADE,
        PRIMARY KEY (course_id, skill_id)
      );
      CREATE INDEX course_skills_skill_idx ON course_skills (skill_id);

      CREATE TABLE enrollments (
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        course_id bigint NOT NULL REFERENCES courses ON DELETE CASCADE,
        progress smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
        rating smallint CHECK (rating BETWEEN 1 AND 5),
        created_at timestamptz NOT NULL DEFAULT now(),
        completed_at timestamptz,
        PRIMARY KEY (user_id, course_id),
        CHECK ((progress = 100) = (completed_at IS NOT NULL))
      );
      CREATE INDEX enrollments_course_idx ON enrollments (course_id);
      CREATE INDEX enrollments_created_at_idx ON enrollments (created_at);
    `.execute(db);

    await sql`
      CREATE TABLE jobs (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        title text NOT NULL,
        company text NOT NULL,
        description text NOT NULL,
        location text NOT NULL,
        remote boolean NOT NULL DEFAULT false,
        level text NOT NULL CHECK (level IN ('entry', 'junior', 'mid', 'senior', 'lead')),
        type text NOT NULL CHECK (type IN ('full_time', 'part_time', 'contract', 'internship', 'temporary')),
        salary_min integer CHECK (salary_min >= 0),
        salary_max integer CHECK (salary_max >= salary_min),
        currency text CHECK (currency ~ '^[A-Z]{3}$'),
        status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
        posted_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz CHECK (expires_at > posted_at),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CHECK (num_nonnulls(salary_min, salary_max) = 0 OR currency IS NOT NULL)
      );
      CREATE INDEX jobs_open_idx ON jobs (posted_at DESC) WHERE status = 'open';

      CREATE TABLE job_skills (
        job_id bigint NOT NULL REFERENCES jobs ON DELETE CASCADE,
        skill_id bigint NOT NULL REFERENCES skills ON DELETE CASCADE,
        weight double precision NOT NULL DEFAULT 1 CHECK (weight > 0),
        required boolean NOT NULL DEFAULT true,
        PRIMARY KEY (job_id, skill_id)
      );
      CREATE INDEX job_skills_skill_idx ON job_skills (skill_id);

      CREATE TABLE job_applications (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        job_id bigint NOT NULL REFERENCES jobs ON DELETE CASCADE,
        status text NOT NULL DEFAULT 'submitted'
          CHECK (status IN ('submitted', 'reviewing', 'interview', 'offered', 'rejected', 'withdrawn')),
        created_at timestamptz NOT NULL DEFAULT now(),
        answered_at timestamptz CHECK (answered_at >= created_at),
        updated_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (user_id, job_id)
      );
      CREATE INDEX job_applications_job_idx ON job_applications (job_id);
      CREATE INDEX job_applications_created_at_idx ON job_applications (created_at);
    `.execute(db);

    await sql`
      CREATE TABLE mentors (
        user_id bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
        bio text NOT NULL,
        rating double precision CHECK (rating BETWEEN 1 AND 5),
        accepts_mentees boolean NOT NULL DEFAULT true,
        capacity integer NOT NULL DEFAULT 3 CHECK (capacity >= 0),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE mentor_skills (
        mentor_id bigint NOT NULL REFERENCES mentors ON DELETE CASCADE,
        skill_id bigint NOT NULL REFERENCES skills ON DELETE CASCADE,
        PRIMARY KEY (mentor_id, skill_id)
      );
      CREATE INDEX mentor_skills_skill_idx ON mentor_skills (skill_id);

      CREATE TABLE mentor_sessions (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        mentor_id bigint NOT NULL REFERENCES mentors ON DELETE CASCADE,
        mentee_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        topic text NOT NULL,
        status text NOT NULL DEFAULT 'requested'
          CHECK (status IN ('requested', 'accepted', 'declined', 'completed', 'cancelled')),
        proposed_at timestamptz NOT NULL,
        completed_at timestamptz,
        rating smallint CHECK (rating BETWEEN 1 AND 5),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CHECK (mentee_id <> mentor_id),
        CHECK ((status = 'completed') = (completed_at IS NOT NULL)),
        CHECK (rating IS NULL OR status = 'completed')
      );
      CREATE INDEX mentor_sessions_mentor_idx ON mentor_sessions (mentor_id, status);
      CREATE INDEX mentor_sessions_mentee_idx ON mentor_sessions (mentee_id);
      CREATE INDEX mentor_sessions_created_at_idx ON mentor_sessions (created_at);
    `.execute(db);
  },
};
