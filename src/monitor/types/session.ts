/** `GET /api/session`: open to everybody, and the first thing that the pages ask. */
export interface SessionAnswer {
  /** Who is logged in: an e-mail address, a user of MONITOR_BASIC_AUTH, or `token`; null for nobody. */
  user: string | null;
  /** Whether nothing can be seen before a login. Otherwise only the analytics ask for one. */
  loginRequired: boolean;
  /** Whether the analytics can be seen. */
  canSeeAnalytics: boolean;
  /** Whether every action is refused. */
  readOnly: boolean;
  version: string;
  /** Where the queues are, without its password. */
  broker: string;
  /** The platform's time zone, such as `Europe/Berlin`. */
  timezone: string;
}

/** `POST /api/login`: a staff account of the platform, or a user of MONITOR_BASIC_AUTH. Answers SessionAnswer, or CREDENTIALS_INVALID. */
export interface LoginBody {
  user: string;
  password: string;
}

// `POST /api/logout`: answers SessionAnswer.
