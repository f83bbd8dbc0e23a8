/**
 * Every error a user, a caller or an operator can meet, by code.
 *
 * An error says what was wrong, with which value, and what to do. `http` is the status the API answers with.
 * A `permanent` error is never retried by a worker: the same call would fail again.
 */
const catalogue = {
  SETTING_INVALID: { http: 500, permanent: true, text: 'Setting {name} is "{given}". Allowed: {allowed}.' },
  SETTING_UNKNOWN: { http: 500, permanent: true, text: 'There is no setting {name}.{hint}' },

  DATABASE_UNREACHABLE: {
    http: 503,
    permanent: false,
    text: 'PostgreSQL does not answer at {address} ({reason}). Check DATABASE_URL, or unset it to use the embedded server.',
  },
  DATABASE_EMBEDDED_FAILED: {
    http: 500,
    permanent: true,
    text: 'The embedded PostgreSQL could not be started in {folder}: {reason}. {remedy}',
  },
  DATABASE_NOT_MIGRATED: {
    http: 503,
    permanent: true,
    text: 'The database has no schema of this version ({missing} missing). Run "journeyman migrate".',
  },
  BROKER_UNREACHABLE: {
    http: 503,
    permanent: false,
    text: 'The broker does not answer at {address} ({reason}). Check CELERY_BROKER_URL.',
  },
  BROKER_NOT_MIGRATED: {
    http: 503,
    permanent: true,
    text: 'The broker at {address} does not have its tables yet. Run "journeyman migrate".',
  },
  BROKER_URL_UNSUPPORTED: {
    http: 500,
    permanent: true,
    text: 'The broker URL starts with "{scheme}". Allowed: redis://, rediss://, postgres://, postgresql://.',
  },

  TASK_UNKNOWN: { http: 404, permanent: true, text: 'There is no task named "{name}".{hint}' },
  TASK_ID_UNKNOWN: { http: 404, permanent: true, text: 'There is no task with the id "{id}", or its result has expired.' },
  TASK_ARGUMENTS_INVALID: { http: 400, permanent: true, text: 'Task {name} was called with wrong arguments: {problems}.' },
  TASK_OPTIONS_INVALID: { http: 400, permanent: true, text: 'Task {name} was called with wrong options: {problems}.' },
  TASK_PAYLOAD_TOO_LARGE: {
    http: 413,
    permanent: true,
    text: 'The arguments of {name} take {bytes} bytes; at most {limit} are allowed. Store the data and pass its id.',
  },
  TASK_PAYLOAD_NOT_STORABLE: {
    http: 400,
    permanent: true,
    text: 'The arguments of {name} hold {what} at {path}, which cannot be stored. Remove it before the call.',
  },
  TASK_EXPIRED: { http: 410, permanent: true, text: 'Task {name} was not started before it expired at {expires}.' },
  TASK_SOFT_TIME_LIMIT: { http: 504, permanent: false, text: 'Task {name} went over its soft limit of {seconds} s.' },
  TASK_TIME_LIMIT: { http: 504, permanent: true, text: 'Task {name} was ended at its limit of {seconds} s.' },
  TASK_REVOKED: { http: 410, permanent: true, text: 'Task {name} was revoked.' },
  TASK_WORKER_LOST: {
    http: 500,
    permanent: true,
    text: 'The worker was lost {times} times while it ran this task, which is therefore put aside.',
  },
  QUEUE_UNKNOWN: { http: 404, permanent: true, text: 'There is no queue named "{name}".{hint}' },
  WORKER_UNKNOWN: { http: 404, permanent: true, text: 'No worker that is online is called "{name}".{hint}' },
  TASK_FAILED: { http: 500, permanent: true, text: 'Task {id} failed: {reason}' },
  TASK_TIMED_OUT_WAITING: { http: 504, permanent: false, text: 'Task {id} had no result after {seconds} s (it is {status}).' },
  TASK_DEPENDENCY_FAILED: {
    http: 424,
    permanent: true,
    text: 'Not run, because task {id} failed ({reason}).',
  },
  TASK_CHUNKS_FAILED: {
    http: 500,
    permanent: true,
    text: '{failed} of the {chunks} parts of {name} failed, the first with {reason} What the others did stays done; run it again for the rest.',
  },
  TASK_SEAL_BROKEN: {
    http: 500,
    permanent: true,
    text: 'The argument {argument} of {name} was sealed with another key. Set the same SECRET_KEY for all processes, on every machine.',
  },
  TASK_ROUTED_TO_PYTHON: {
    http: 500,
    permanent: true,
    text: 'CELERY_TASK_ROUTES sends {tasks} to the queue "{queue}" of Python workers by "{route}". Calls from Celery go there; what our own API, beat and tasks call goes to our own queue of that name, for our workers. Leave those calls to Python, or take the tasks out of the route.',
  },
  TASK_QUEUE_CALLS_PYTHON: {
    http: 500,
    permanent: true,
    text: 'Task {name} goes to the queue "{queue}" ({cause}), where it would fail: calls of {call} go through it to Python workers. Give {call} a queue of its own, which Python workers serve too.',
  },
  TASK_HANDLER_MISSING: { http: 500, permanent: true, text: 'Task {name} has no handler.' },
  TASK_HANDLER_DOUBLED: { http: 500, permanent: true, text: 'Task {name} has more than one handler.' },
  TASK_DEFINED_TWICE: { http: 500, permanent: true, text: 'Two tasks are named {name}.' },
  TASK_KIT_NOT_CONNECTED: {
    http: 500,
    permanent: true,
    text: 'Task {name} was called before a broker was connected. Call connect() first.',
  },
  TEST_KIT_UNSUPPORTED: {
    http: 500,
    permanent: true,
    text: 'The broker of a test kit has no {method}. Test that with a real broker.',
  },

  CRONTAB_INVALID: { http: 500, permanent: true, text: 'The crontab field {field} is "{given}". Allowed: {allowed}.' },
  SCHEDULE_INVALID: { http: 500, permanent: true, text: 'The schedule is wrong. {problems}' },
  SCHEDULE_FILE_UNREADABLE: {
    http: 500,
    permanent: true,
    text: 'The schedule file {file} could not be read: {reason}. Check CELERY_BEAT_SCHEDULE.',
  },
  SCHEDULE_ENTRY_UNKNOWN: { http: 404, permanent: true, text: 'There is no entry named "{name}" in the schedule.{hint}' },

  USER_NOT_FOUND: { http: 404, permanent: true, text: 'There is no user {userId}.' },
  EMAIL_TAKEN: {
    http: 409,
    permanent: true,
    text: 'An account with this e-mail address exists already. Log in instead.',
  },
  USERNAME_TAKEN: { http: 409, permanent: true, text: 'The username "{username}" is taken. Choose another.' },
  CREDENTIALS_INVALID: { http: 401, permanent: true, text: 'E-mail address or password is wrong.' },
  TOKEN_MISSING: {
    http: 401,
    permanent: true,
    text: 'No access token was sent. Log in and send it as "Authorization: Bearer …".',
  },
  TOKEN_INVALID: { http: 401, permanent: true, text: 'The access token is not valid or has expired. Log in again.' },
  REFRESH_TOKEN_INVALID: {
    http: 401,
    permanent: true,
    text: 'The refresh token is not valid, has expired or was used before. Log in again.',
  },
  PASSWORD_RESET_INVALID: {
    http: 400,
    permanent: true,
    text: 'This link to reset the password is not valid, has expired or was used before. Ask for a new one.',
  },
  NOT_ALLOWED: { http: 403, permanent: true, text: 'You may not do this: {reason}.' },
  REQUEST_INVALID: { http: 400, permanent: true, text: 'The request is not valid: {problems}.' },
  REQUEST_TOO_LARGE: { http: 413, permanent: true, text: 'The request is too large: {problems}.' },
  REQUEST_TYPE_UNSUPPORTED: {
    http: 415,
    permanent: true,
    text: 'The request has the content type "{type}", which is not taken here. Send JSON.',
  },
  ROUTE_NOT_FOUND: { http: 404, permanent: true, text: 'There is no {method} {path}. The documentation is at /docs.' },
  RATE_LIMITED: { http: 429, permanent: false, text: 'Too many requests. Try again in {seconds} s.' },
  INTERNAL: {
    http: 500,
    permanent: false,
    text: 'Something went wrong here. The log has the details under request {requestId}.',
  },

  JOB_NOT_FOUND: { http: 404, permanent: true, text: 'There is no job {jobId}.' },
  JOB_CLOSED: { http: 409, permanent: true, text: 'Job {jobId} takes no more applications.' },
  ALREADY_APPLIED: { http: 409, permanent: true, text: 'You have applied for job {jobId} already.' },
  NOT_APPLIED: { http: 404, permanent: true, text: 'You have not applied for job {jobId}.' },
  COURSE_NOT_FOUND: { http: 404, permanent: true, text: 'There is no course {courseId}.' },
  NOT_ENROLLED: { http: 404, permanent: true, text: 'You are not enrolled in course {courseId}. Enrol first.' },
  MENTOR_NOT_FOUND: { http: 404, permanent: true, text: 'There is no mentor {mentorId}.' },
  MENTOR_UNAVAILABLE: { http: 409, permanent: true, text: 'Mentor {mentorId} takes no more mentees now.' },
  ALREADY_REQUESTED: {
    http: 409,
    permanent: true,
    text: 'Mentor {mentorId} has not answered your last request yet. Wait for the answer, or cancel the request.',
  },
  SESSION_NOT_FOUND: { http: 404, permanent: true, text: 'There is no session {sessionId}.' },
  SESSION_STATUS_CONFLICT: {
    http: 409,
    permanent: true,
    text: 'Session {sessionId} is {status} and cannot become {wanted}.',
  },
  CONTENT_NOT_FOUND: { http: 404, permanent: true, text: 'There is no {type} {contentId}.' },
  SKILL_NOT_FOUND: { http: 404, permanent: true, text: 'There is no skill {skillId}, or the user does not have it.' },
  CONNECTION_NOT_FOUND: { http: 404, permanent: true, text: 'There is no request to connect {connectionId}.' },
  CONNECTION_EXISTS: {
    http: 409,
    permanent: true,
    text: 'You and user {userId} are connected, or one of you has asked already.',
  },
  NOTIFICATION_NOT_FOUND: { http: 404, permanent: true, text: 'There is no notification {notificationId}.' },
  STREAMS_EXHAUSTED: {
    http: 429,
    permanent: false,
    text: 'You have {limit} streams open, and no more are allowed. Close one first.',
  },
  RECOMMENDATION_NOT_FOUND: {
    http: 404,
    permanent: true,
    text: 'There is nothing with the id {itemId} among the {kind}.',
  },
  ACHIEVEMENT_UNKNOWN: { http: 404, permanent: true, text: 'There is no achievement "{key}".{hint}' },
  UNSUBSCRIBE_LINK_INVALID: {
    http: 400,
    permanent: true,
    text: 'This link to unsubscribe is not valid. Choose what we send you in your settings instead.',
  },

  RESUME_NOT_FOUND: { http: 404, permanent: true, text: 'There is no resume {resumeId}.' },
  RESUME_BUSY: {
    http: 409,
    permanent: true,
    text: 'Resume {resumeId} is being analysed already. Wait until it is done.',
  },
  RESUME_EMPTY: { http: 400, permanent: true, text: 'The file is empty. Upload a resume with text in it.' },
  RESUME_FILE_MISSING: { http: 400, permanent: true, text: 'No file was sent. Send the resume as multipart field "file".' },
  RESUME_TOO_LARGE: { http: 413, permanent: true, text: 'The file is larger than {limit} bytes. Upload a smaller one.' },
  RESUME_TYPE_UNSUPPORTED: {
    http: 415,
    permanent: true,
    text: 'The file is {found}. Upload a PDF, DOCX, ODT, RTF, HTML, Markdown or plain text file.',
  },
  RESUME_CORRUPT: {
    http: 422,
    permanent: true,
    text: 'The {type} file is damaged and could not be read. Export it again and upload it.',
  },
  RESUME_ENCRYPTED: { http: 422, permanent: true, text: 'The {type} file is protected by a password. Upload it without one.' },
  RESUME_NO_TEXT: {
    http: 422,
    permanent: true,
    text: 'The file holds no text, probably only a picture. Upload one whose text can be selected.',
  },
  RESUME_LIMIT_EXCEEDED: {
    http: 422,
    permanent: true,
    text: 'The file went over the {limit} limit while it was read. Upload a simpler one.',
  },
  STORAGE_FILE_MISSING: { http: 500, permanent: true, text: 'The stored file {key} is gone.' },
  STORAGE_KEY_INVALID: { http: 500, permanent: true, text: 'The storage key "{key}" is not allowed.' },
  STORAGE_UNAVAILABLE: { http: 503, permanent: false, text: 'The file storage does not answer ({reason}).' },

  EMAIL_TEMPLATE_MISSING: { http: 500, permanent: true, text: 'There is no e-mail template "{template}". Run "npm run build".' },
  EMAIL_REJECTED: { http: 502, permanent: true, text: 'The mail server refused the mail for good ({reply}).' },
  EMAIL_UNAVAILABLE: { http: 503, permanent: false, text: 'The mail server could not take the mail now ({reason}).' },

  LOGIN_REQUIRED: { http: 401, permanent: true, text: 'Log in to see this.' },
  MONITOR_READ_ONLY: {
    http: 403,
    permanent: true,
    text: 'The monitor is read-only (MONITOR_READ_ONLY): nothing can be changed.',
  },
  MONITOR_UNPROTECTED: {
    http: 500,
    permanent: true,
    text: 'The monitor would be open to everybody at {address}. Set MONITOR_BASIC_AUTH, MONITOR_TOKENS or MONITOR_STAFF_LOGIN=true, or listen on 127.0.0.1.',
  },
  MONITOR_PAGES_MISSING: {
    http: 500,
    permanent: true,
    text: 'The pages of the monitor are not in {folder}. Run "npm run build".',
  },
  REQUEST_FOREIGN: {
    http: 403,
    permanent: true,
    text: "The request does not come from the monitor's own pages: {reason}.",
  },
  QUERY_INVALID: { http: 400, permanent: true, text: 'The query cannot be read at "{term}": {reason}.' },
  TASK_NOT_RETRYABLE: {
    http: 409,
    permanent: true,
    text: 'Task {id} is {status}: only one that failed or was revoked can be retried.',
  },
  TASK_MESSAGE_GONE: {
    http: 410,
    permanent: true,
    text: 'The broker no longer keeps the message of task {id}, and {what}. Call the task anew with arguments of your own.',
  },
  WORKER_REFUSED: { http: 409, permanent: true, text: 'Worker {worker} did not do it: {reason}.' },
  WORKER_SILENT: {
    http: 504,
    permanent: false,
    text: 'Worker {worker} did not answer within {seconds} s. It may still do it.',
  },
  QUEUE_CHANGED: {
    http: 409,
    permanent: true,
    text: 'By now {waiting} tasks wait in {queue}, more than the {confirmed} that were confirmed. Nothing was deleted.',
  },
  MAIL_NOT_FOUND: { http: 404, permanent: true, text: 'There is no mail "{id}" in the mailbox.' },

  FIGURES_MISSING: {
    http: 404,
    permanent: true,
    text: 'These figures were never computed, and a read-only monitor does not ask for them.',
  },
  REPORT_NOT_FOUND: { http: 404, permanent: true, text: 'There is no report on {date}.' },
  SNAPSHOT_NOT_FOUND: { http: 404, permanent: true, text: 'There is no snapshot {name}, or it has no file of this name.' },

  COMMAND_FAILED: { http: 500, permanent: true, text: '{reason}' },
  ALREADY_RUNNING: {
    http: 500,
    permanent: true,
    text: 'Journeyman is already running here (process {pid}): {addresses}. Stop it first, or use it.',
  },
  PORT_TAKEN: { http: 500, permanent: true, text: 'Port {port} is taken by another program. Set {setting} to a free one.' },
} as const satisfies Record<string, { http: number; permanent: boolean; text: string }>;

export type ErrorCode = keyof typeof catalogue;
export const errorCatalogue: Record<ErrorCode, { http: number; permanent: boolean; text: string }> = catalogue;

type Placeholders<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;
export type ErrorValues<C extends ErrorCode> = Record<Placeholders<(typeof catalogue)[C]['text']>, string | number>;

/** An error of the catalogue. `values` are the values its message names; none of them may be a secret. */
export class JourneymanError extends Error {
  override readonly name = 'JourneymanError';
  readonly http: number;
  /** Whether the same call would fail again, so that a worker must not retry it. */
  readonly permanent: boolean;

  constructor(
    readonly code: ErrorCode,
    readonly values: Record<string, string | number> = {},
    options?: { cause?: unknown },
  ) {
    const entry = catalogue[code];
    super(
      entry.text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '')),
      options,
    );
    this.http = entry.http;
    this.permanent = entry.permanent;
  }
}

/** Makes the error with this code; the compiler asks for every value its message names. */
export function coded<C extends ErrorCode>(
  code: C,
  ...[values, options]: [keyof ErrorValues<C>] extends [never]
    ? [values?: Record<string, never>, options?: { cause?: unknown }]
    : [values: ErrorValues<C>, options?: { cause?: unknown }]
): JourneymanError {
  return new JourneymanError(code, values, options);
}
