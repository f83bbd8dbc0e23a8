import { availableParallelism } from 'node:os';
import { z } from 'zod';

/** A setting: its name, how it is read, its default, and its row in the reference. */
export interface Definition<T> {
  name: string;
  aliases?: string[];
  /** Reads the text of the environment; throws or fails for what is not allowed. */
  schema: z.ZodType<T, string>;
  fallback: T;
  allowed: string;
  about: string;
  secret?: boolean;
}

const define = <T>(definition: Definition<T>): Definition<T> => definition;

const text = z.string().trim().min(1);
const queueName = z
  .string()
  .trim()
  .regex(/^[\w.-]{1,100}$/);
const optional = (schema: z.ZodType<string, string>) => schema.transform((value): string | undefined => value);
const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d+(\.0+)?$/)
    .transform(Number)
    .pipe(z.number().int().min(min).max(max));
const share = text.transform(Number).pipe(z.number().min(0).max(1));
const url = (...schemes: string[]) =>
  text.refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)));
const address = text.refine((value) => /^[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/.test(value));
/** A name that Node and PostgreSQL understand alike: of CET or IST they do not, nor of an offset. */
const clearZone = /^(utc|gmt|[a-z_]+\/.+)$/i;
const timeZone = text.refine((zone) => {
  try {
    return clearZone.test(zone) && Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
});
const json = <T>(schema: z.ZodType<T>) =>
  text
    .transform((value, context): unknown => {
      try {
        return JSON.parse(value);
      } catch {
        context.addIssue({ code: 'custom', message: 'not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
const oneOf = <const V extends string>(...values: V[]) => text.pipe(z.enum(values));
const flag = oneOf('true', 'false').transform((value) => value === 'true');

const queueNames = text.regex(/^[\w.-]{1,100}(\s*,\s*[\w.-]{1,100})*$/);
const yesOrNo = z
  .string()
  .toLowerCase()
  .pipe(oneOf('true', 'false'))
  .transform((value) => value === 'true');

const route = z.union([queueName, z.object({ queue: queueName, priority: z.number().int().min(0).max(9).optional() })]);

/** Every setting, in the order the reference lists them. Celery's names are kept; each is read from flags, the environment or `.env`. */
export const definitions = {
  databaseUrl: define({
    name: 'DATABASE_URL',
    schema: optional(url('postgres', 'postgresql')),
    fallback: undefined,
    allowed: 'a postgres:// URL',
    about: 'The PostgreSQL that holds the platform’s data. Unset: the embedded server under STATE_DIR.',
    secret: true,
  }),
  brokerUrl: define({
    name: 'CELERY_BROKER_URL',
    aliases: ['BROKER_URL'],
    schema: optional(url('redis', 'rediss', 'postgres', 'postgresql')),
    fallback: undefined,
    allowed: 'a redis://, rediss:// or postgres:// URL',
    about: 'Where the queues are. Unset: the database of DATABASE_URL.',
    secret: true,
  }),
  brokerKeyPrefix: define({
    name: 'BROKER_KEY_PREFIX',
    schema: queueName,
    fallback: 'bull',
    allowed: 'letters, digits, ".", "_" and "-"',
    about: 'What every key in Redis begins with. Two installations that share a Redis database must differ in it.',
  }),
  resultExpires: define({
    name: 'CELERY_RESULT_EXPIRES',
    schema: integer(60, 31_536_000),
    fallback: 86_400,
    allowed: 'seconds from 60 to 31536000',
    about: 'How long the broker keeps the result of a finished task, in seconds.',
  }),
  timezone: define({
    name: 'CELERY_TIMEZONE',
    schema: timeZone,
    fallback: 'UTC',
    allowed: 'UTC, or an IANA time zone such as Europe/Berlin, not a short name such as CET',
    about: 'The platform’s time zone, for days, months and crontabs.',
  }),
  beatSchedule: define({
    name: 'CELERY_BEAT_SCHEDULE',
    schema: optional(text),
    fallback: undefined,
    allowed: 'a JSON file',
    about: 'What runs by the clock beside the platform’s own schedule; an entry replaces the platform’s of the same name.',
  }),
  taskDefaultQueue: define({
    name: 'CELERY_TASK_DEFAULT_QUEUE',
    schema: queueName,
    fallback: 'celery',
    allowed: 'a queue name of letters, digits, ".", "_" and "-"',
    about: 'The queue of a task that names none.',
  }),
  taskRoutes: define({
    name: 'CELERY_TASK_ROUTES',
    schema: json(z.record(z.string(), route)),
    fallback: {},
    allowed: 'JSON such as {"tasks.email_tasks.*": {"queue": "email"}}',
    about: 'Queues by task name or pattern; the first that fits wins over the task’s own queue.',
  }),
  taskTimeLimit: define({
    name: 'CELERY_TASK_TIME_LIMIT',
    schema: integer(1, 86_400),
    fallback: 300,
    allowed: 'seconds from 1 to 86400',
    about: 'After how many seconds a task that sets no limit of its own is ended.',
  }),
  workerConcurrency: define({
    name: 'CELERY_WORKER_CONCURRENCY',
    schema: integer(1, 1000),
    fallback: Math.max(2, availableParallelism() * 2),
    allowed: 'a whole number from 1 to 1000',
    about: 'How many tasks of each queue a worker runs at once.',
  }),
  workerShutdownTimeout: define({
    name: 'CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT',
    schema: integer(0, 3600),
    fallback: 20,
    allowed: 'seconds from 0 to 3600',
    about: 'How long a warm shutdown lets running tasks finish before they are handed back, in seconds.',
  }),
  celeryBridgeUrl: define({
    name: 'CELERY_BRIDGE_URL',
    schema: optional(url('redis', 'rediss')),
    fallback: undefined,
    allowed: 'a redis:// or rediss:// URL',
    about: 'The Redis that Celery’s Python programs use as their broker. Unset: CELERY_BROKER_URL, where that is a Redis.',
    secret: true,
  }),
  celeryBridgeResultUrl: define({
    name: 'CELERY_BRIDGE_RESULT_URL',
    schema: optional(url('redis', 'rediss')),
    fallback: undefined,
    allowed: 'a redis:// or rediss:// URL',
    about: 'The Redis that Celery’s Python programs use as their result backend. Unset: CELERY_BRIDGE_URL.',
    secret: true,
  }),
  celeryBridgeQueues: define({
    name: 'CELERY_BRIDGE_QUEUES',
    schema: queueNames,
    fallback: 'celery',
    allowed: 'queue names such as celery,resume',
    about: 'The queues in Celery’s Redis that the bridge takes tasks from.',
  }),
  celeryBridgePythonQueues: define({
    name: 'CELERY_BRIDGE_PYTHON_QUEUES',
    schema: optional(queueNames),
    fallback: undefined,
    allowed: 'queue names such as django,reports',
    about: 'The queues in Celery’s Redis that Python workers serve: a task that CELERY_TASK_ROUTES sends there is run by them.',
  }),
  celeryTransportOptions: define({
    name: 'CELERY_BROKER_TRANSPORT_OPTIONS',
    schema: json(
      z.strictObject({
        global_keyprefix: z.string().optional(),
        sep: z.string().min(1).optional(),
        priority_steps: z.array(z.number().int().min(0).max(255)).min(1).optional(),
        visibility_timeout: z.number().positive().optional(),
      }),
    ),
    fallback: {},
    allowed: 'JSON with global_keyprefix, sep, priority_steps and visibility_timeout',
    about: 'Those of broker_transport_options that Celery’s Python programs set, as far as they change what lies where in Redis.',
  }),
  celeryResultTransportOptions: define({
    name: 'CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS',
    schema: json(z.strictObject({ global_keyprefix: z.string().optional() })),
    fallback: {},
    allowed: 'JSON with global_keyprefix',
    about: 'Those of result_backend_transport_options that Celery’s Python programs set.',
  }),
  celeryTrackStarted: define({
    name: 'CELERY_TASK_TRACK_STARTED',
    schema: yesOrNo,
    fallback: false,
    allowed: 'true or false',
    about: 'Whether Celery’s callers see the state STARTED of a task that runs here.',
  }),
  taskHistoryDays: define({
    name: 'TASK_HISTORY_DAYS',
    schema: integer(0, 3650),
    fallback: 30,
    allowed: 'days from 0 to 3650',
    about: 'How long the database keeps what is known of a task after it was last heard of, in days. 0 keeps no history.',
  }),
  activeUserDays: define({
    name: 'ACTIVE_USER_DAYS',
    schema: integer(1, 3650),
    fallback: 30,
    allowed: 'days from 1 to 3650',
    about: 'A user seen in so many days counts as active: batch tasks work for active users.',
  }),
  digestUserDays: define({
    name: 'DIGEST_USER_DAYS',
    schema: integer(1, 3650),
    fallback: 7,
    allowed: 'days from 1 to 3650',
    about: 'The daily digest goes to users seen in so many days.',
  }),
  jobMatchThreshold: define({
    name: 'JOB_MATCH_THRESHOLD',
    schema: share,
    fallback: 0.75,
    allowed: 'a number from 0 to 1',
    about: 'From which score on a user gets a mail on a job that is newly recommended.',
  }),
  dailyReportEmail: define({
    name: 'DAILY_REPORT_EMAIL',
    schema: flag,
    fallback: false,
    allowed: 'true or false',
    about: 'Whether the daily report on the platform is mailed to staff.',
  }),
  snapshotDays: define({
    name: 'ANALYTICS_SNAPSHOT_DAYS',
    schema: integer(1, 3650),
    fallback: 90,
    allowed: 'days from 1 to 3650',
    about: 'How long exported snapshots of the analytics are kept, in days.',
  }),
  passwordResetTimeout: define({
    name: 'PASSWORD_RESET_TIMEOUT',
    schema: integer(60, 604_800),
    fallback: 3600,
    allowed: 'seconds from 60 to 604800',
    about: 'How long a link that resets a password works, in seconds.',
  }),
  frontendUrl: define({
    name: 'FRONTEND_URL',
    schema: url('http', 'https').transform((value) => value.replace(/\/+$/, '')),
    fallback: 'http://localhost:3000',
    allowed: 'an http:// or https:// URL',
    about: 'The platform’s web pages: the base of links in mails, and the origin that CORS allows.',
  }),
  emailUrl: define({
    name: 'EMAIL_URL',
    schema: optional(url('smtp', 'smtps')),
    fallback: undefined,
    allowed: 'an smtp:// or smtps:// URL',
    about: 'The mail server, such as smtp://user:password@host:587. Unset: the development mailbox under STATE_DIR.',
    secret: true,
  }),
  defaultFromEmail: define({
    name: 'DEFAULT_FROM_EMAIL',
    schema: address,
    fallback: 'Journeyman <no-reply@journeyman.localhost>',
    allowed: 'an address such as Careers <careers@example.com>',
    about: 'The sender of every mail.',
  }),
  emailReplyTo: define({
    name: 'EMAIL_REPLY_TO',
    schema: optional(address),
    fallback: undefined,
    allowed: 'an address such as Help <help@example.com>',
    about: 'Where answers to mails go. Unset: to the sender.',
  }),
  emailRateLimit: define({
    name: 'EMAIL_RATE_LIMIT',
    schema: integer(0, 10_000),
    fallback: 0,
    allowed: 'mails a second from 0 to 10000',
    about: 'The most mails a process sends in a second. 0 sets no limit.',
  }),
  emailConnections: define({
    name: 'EMAIL_CONNECTIONS',
    schema: integer(1, 100),
    fallback: 5,
    allowed: 'a whole number from 1 to 100',
    about: 'How many connections to the mail server a process opens at most.',
  }),
  dkimDomain: define({
    name: 'DKIM_DOMAIN',
    schema: optional(text),
    fallback: undefined,
    allowed: 'a domain such as example.com',
    about: 'The domain that mails are signed for with DKIM. Unset: they are not signed.',
  }),
  dkimSelector: define({
    name: 'DKIM_SELECTOR',
    schema: text,
    fallback: 'journeyman',
    allowed: 'the name of the key’s DNS record',
    about: 'Under which name the domain publishes the key: SELECTOR._domainkey.DOMAIN.',
  }),
  dkimPrivateKey: define({
    name: 'DKIM_PRIVATE_KEY_FILE',
    schema: optional(text),
    fallback: undefined,
    allowed: 'a PEM file',
    about: 'The private key that mails are signed with. Needed with DKIM_DOMAIN.',
  }),
  apiUrl: define({
    name: 'API_URL',
    schema: url('http', 'https').transform((value) => value.replace(/\/+$/, '')),
    fallback: 'http://localhost:8000',
    allowed: 'an http:// or https:// URL',
    about: 'Where the API is reached from outside: the base of the links that unsubscribe.',
  }),
  apiHost: define({
    name: 'API_HOST',
    schema: text,
    fallback: '127.0.0.1',
    allowed: 'an address to listen on',
    about: 'The address the API listens on.',
  }),
  apiPort: define({
    name: 'API_PORT',
    schema: integer(0, 65_535),
    fallback: 8000,
    allowed: 'a port from 0 (any free one) to 65535',
    about: 'The port the API listens on.',
  }),
  monitorHost: define({
    name: 'MONITOR_HOST',
    aliases: ['FLOWER_ADDRESS'],
    schema: text,
    fallback: '127.0.0.1',
    allowed: 'an address to listen on',
    about: 'The address the monitor listens on. Any but a loopback address asks for one of the logins below.',
  }),
  monitorPort: define({
    name: 'MONITOR_PORT',
    aliases: ['FLOWER_PORT'],
    schema: integer(0, 65_535),
    fallback: 5555,
    allowed: 'a port from 0 (any free one) to 65535',
    about: 'The port the monitor listens on.',
  }),
  monitorUrlPrefix: define({
    name: 'MONITOR_URL_PREFIX',
    aliases: ['FLOWER_URL_PREFIX'],
    schema: z
      .string()
      .trim()
      .transform((value) => value.replace(/^\/+|\/+$/g, ''))
      .pipe(z.string().regex(/^[\w.~-]+(\/[\w.~-]+)*$/))
      .transform((value): string | undefined => `/${value}`),
    fallback: undefined,
    allowed: 'a path such as flower or tools/monitor',
    about: 'Below which path the monitor is, for a proxy that passes the path on.',
  }),
  monitorBasicAuth: define({
    name: 'MONITOR_BASIC_AUTH',
    aliases: ['FLOWER_BASIC_AUTH'],
    schema: text
      .transform((value) => value.split(',').map((pair) => pair.trim()))
      .pipe(z.array(z.string().regex(/^[^:]+:.+$/)))
      .transform((pairs): string[] | undefined => pairs),
    fallback: undefined,
    allowed: 'user:password, several separated by commas',
    about:
      'Who may log in to the monitor, with HTTP basic authentication or on its login page. Set: nothing is seen without a login.',
    secret: true,
  }),
  monitorTokens: define({
    name: 'MONITOR_TOKENS',
    schema: text
      .transform((value) => value.split(',').map((token) => token.trim()))
      .pipe(z.array(z.string().regex(/^[\w.~+/=-]{16,}$/)))
      .transform((tokens): string[] | undefined => tokens),
    fallback: undefined,
    allowed: 'tokens of at least 16 letters, digits and ._~+/=-, separated by commas',
    about: 'What programs send the monitor as "Authorization: Bearer …". Set: nothing is seen without a login.',
    secret: true,
  }),
  monitorStaffLogin: define({
    name: 'MONITOR_STAFF_LOGIN',
    schema: flag,
    fallback: false,
    allowed: 'true or false',
    about:
      'Whether the whole monitor asks for a login. Staff accounts of the platform may log in in any case; analytics always ask for it.',
  }),
  monitorReadOnly: define({
    name: 'MONITOR_READ_ONLY',
    schema: flag,
    fallback: false,
    allowed: 'true or false',
    about: 'Whether the monitor only shows, and refuses every action.',
  }),
  monitorAuditDays: define({
    name: 'MONITOR_AUDIT_DAYS',
    schema: integer(1, 3650),
    fallback: 365,
    allowed: 'days from 1 to 3650',
    about: 'How long the database keeps what was done through the monitor, and by whom, in days.',
  }),
  stateDir: define({
    name: 'STATE_DIR',
    schema: text,
    fallback: '.journeyman',
    allowed: 'a folder',
    about: 'Where the embedded PostgreSQL, the development mailbox and generated secrets are kept.',
  }),
  embeddedFallbackDir: define({
    name: 'EMBEDDED_FALLBACK_DIR',
    schema: text,
    fallback: '/var/lib/journeyman',
    allowed: 'a folder',
    about: 'Where the embedded PostgreSQL keeps its data when root starts it and its own user cannot enter STATE_DIR.',
  }),
  storageDir: define({
    name: 'STORAGE_DIR',
    schema: optional(text),
    fallback: undefined,
    allowed: 'a folder',
    about: 'Where uploaded files are stored. Unset: "storage" under STATE_DIR.',
  }),
  resumeMaxBytes: define({
    name: 'RESUME_MAX_BYTES',
    schema: integer(1024, 104_857_600),
    fallback: 10_485_760,
    allowed: 'bytes from 1024 to 104857600',
    about: 'The largest resume that is accepted, in bytes.',
  }),
  secretKey: define({
    name: 'SECRET_KEY',
    schema: optional(z.string().min(32)),
    fallback: undefined,
    allowed: 'at least 32 characters',
    about:
      'Signs access tokens and links, and seals secret arguments of tasks. Unset: generated once and kept under STATE_DIR; set it where several machines share the work.',
    secret: true,
  }),
  logLevel: define({
    name: 'LOG_LEVEL',
    schema: z
      .string()
      .toLowerCase()
      .pipe(oneOf('debug', 'info', 'warning', 'error', 'critical')),
    fallback: 'info' as const,
    allowed: 'debug, info, warning, error or critical',
    about: 'The least level that is logged.',
  }),
  logFormat: define({
    name: 'LOG_FORMAT',
    schema: oneOf('auto', 'text', 'json'),
    fallback: 'auto' as const,
    allowed: 'auto, text or json',
    about: 'How lines are logged; auto is text on a terminal and JSON elsewhere.',
  }),
};
