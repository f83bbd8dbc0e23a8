import type { Generated } from 'kysely';
import type { Id, Level, NullableJsonColumn } from './columns.js';

interface UserTable {
  id: Id;
  /** Unique whatever its case. */
  email: string;
  /** Unique whatever its case. */
  username: string;
  name: string;
  password_hash: string;
  is_active: Generated<boolean>;
  is_staff: Generated<boolean>;
  is_premium: Generated<boolean>;
  headline: string | null;
  location: string | null;
  /** An IANA name. */
  timezone: Generated<string>;
  level: Level | null;
  last_seen_at: Date | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

interface RefreshTokenTable {
  token_hash: string;
  user_id: number;
  created_at: Generated<Date>;
  expires_at: Date;
  revoked_at: Date | null;
}

interface PasswordResetTokenTable {
  token_hash: string;
  user_id: number;
  created_at: Generated<Date>;
  expires_at: Date;
  used_at: Date | null;
}

interface SkillTable {
  id: Id;
  name: string;
  slug: string;
  category: string;
  aliases: Generated<string[]>;
  /** Names of skills that are often held together with this one. */
  related: Generated<string[]>;
  /** The program itself, or the classification it was imported from. */
  source: Generated<'built-in' | 'esco' | 'onet'>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

interface UserSkillTable {
  user_id: number;
  skill_id: number;
  /** 1 (beginner) to 5 (expert). */
  proficiency: number;
  years: number | null;
  /** Who said so; what the user set by hand is never overwritten by an analysis. */
  source: 'manual' | 'resume';
  /** How sure an analysis is, from 0 to 1. */
  confidence: number | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

/** A skill that the user took out of the profile: no analysis brings it back. */
interface UserSkillDismissalTable {
  user_id: number;
  skill_id: number;
  created_at: Generated<Date>;
}

interface EndorsementTable {
  /** Who has the skill. */
  user_id: number;
  skill_id: number;
  /** Who says so. */
  endorser_id: number;
  created_at: Generated<Date>;
}

interface ResumeTable {
  id: Id;
  user_id: number;
  file_name: string;
  content_type: string;
  size_bytes: number;
  /** Where the file storage keeps it. */
  storage_key: string;
  /** Of the file, in hexadecimal. */
  sha256: string;
  status: Generated<'pending' | 'processing' | 'completed' | 'failed'>;
  /** A code of the error catalogue; set exactly when `status` is failed. */
  failure_code: string | null;
  failure_message: string | null;
  extracted_text: string | null;
  /** Whether the text was cut at the size limit. */
  truncated: Generated<boolean>;
  /** Whether the text was recognised in pictures, and so may have errors. */
  recognized: Generated<boolean>;
  page_count: number | null;
  /** ISO 639-1. */
  language: string | null;
  /** The letters of the file that no reader of the page sees; null for none. They are not in the text. */
  hidden_characters: number | null;
  analysis: NullableJsonColumn<object>;
  /** Of the program and the skills that the analysis was made with. */
  analysis_version: string | null;
  /** 0 to 100. */
  score: number | null;
  created_at: Generated<Date>;
  /** When the analysis was asked for, the last time. */
  requested_at: Generated<Date>;
  extracted_at: Date | null;
  analyzed_at: Date | null;
  deleted_at: Date | null;
}

export interface PeopleTables {
  users: UserTable;
  refresh_tokens: RefreshTokenTable;
  password_reset_tokens: PasswordResetTokenTable;
  skills: SkillTable;
  user_skills: UserSkillTable;
  user_skill_dismissals: UserSkillDismissalTable;
  endorsements: EndorsementTable;
  resumes: ResumeTable;
}
