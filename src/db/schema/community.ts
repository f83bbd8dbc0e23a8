import type { Generated } from 'kysely';
import type { Id } from './columns.js';

interface PostTable {
  id: Id;
  author_id: number;
  body: string;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

interface CommentTable {
  id: Id;
  post_id: number;
  author_id: number;
  body: string;
  created_at: Generated<Date>;
}

/** One user's like of one post or of one comment: exactly one of the two is set. */
interface LikeTable {
  id: Id;
  user_id: number;
  post_id: number | null;
  comment_id: number | null;
  created_at: Generated<Date>;
}

/** Two people have at most one connection, whoever asked. */
interface ConnectionTable {
  id: Id;
  requester_id: number;
  addressee_id: number;
  status: Generated<'pending' | 'accepted' | 'declined'>;
  created_at: Generated<Date>;
  answered_at: Date | null;
}

interface AchievementTable {
  key: string;
  name: string;
  description: string;
  points: number;
  rarity: 'common' | 'rare' | 'epic' | 'legendary';
  /** What is counted, and how many of it unlock the achievement. */
  metric: string;
  threshold: number;
}

interface UserAchievementTable {
  user_id: number;
  achievement_key: string;
  unlocked_at: Generated<Date>;
}

interface PointsLedgerTable {
  id: Id;
  user_id: number;
  points: number;
  /** What the points are for, such as `achievement:first_post`: each source gives a user points once. */
  source: string;
  created_at: Generated<Date>;
}

interface NotificationTable {
  id: Id;
  user_id: number;
  type: string;
  title: string;
  message: string;
  related_user_id: number | null;
  /** Names the event it tells of, so that a task that runs again creates it once. */
  unique_key: string;
  read_at: Date | null;
  created_at: Generated<Date>;
}

interface ActivityEventTable {
  id: Id;
  user_id: number;
  /** What the user did, such as `login` or `post`. */
  kind: string;
  /** The id of what it was done to, in the table that the kind implies. */
  subject_id: number | null;
  occurred_at: Generated<Date>;
}

export interface CommunityTables {
  posts: PostTable;
  comments: CommentTable;
  likes: LikeTable;
  connections: ConnectionTable;
  achievements: AchievementTable;
  user_achievements: UserAchievementTable;
  points_ledger: PointsLedgerTable;
  notifications: NotificationTable;
  activity_events: ActivityEventTable;
}
