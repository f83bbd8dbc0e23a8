import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';
import { createTestDatabase } from '../support/database.js';
import { withDatabase } from '../support/database-urls.js';
import { holding } from '../support/holding.js';
import { until } from '../support/kit.js';
import { openPlatform, type Platform } from '../support/platform.js';

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform('postgres');
});
afterAll(() => platform.close());

const run = (args: string[], env: Record<string, string> = {}) =>
  runCli(args, { cwd: platform.cwd, env: { ...platform.env, ...env } });

/** A user in the database, without the tasks that a sign-up leads to. */
const newUser = () =>
  platform.database.db
    .insertInto('users')
    .values({ email: `${randomUUID()}@example.com`, username: randomUUID(), name: 'Sam Doe', password_hash: 'none' })
    .returning('id')
    .executeTakeFirstOrThrow();

/** What a command that fails for a reason it knows says: one line, and no stack. */
const refusal = (code: string) => new RegExp(`^journeyman: .+ \\(${code}\\)\\n$`);

describe('help', () => {
  it('of the program lists its commands', async () => {
    const { code, output } = await run(['--help']);
    expect(code).toBe(0);
    for (const command of ['worker', 'api', 'dev', 'call', 'result', 'status', 'migrate', 'seed-demo', 'db', 'demo']) {
      expect(output).toMatch(new RegExp(`^  ${command} `, 'm'));
    }
  });

  it.each(['worker', 'db psql'])('of %s tells how it is used', async (command) => {
    const { code, output } = await run([...command.split(' '), '--help']);
    expect(code).toBe(0);
    expect(output).toMatch(new RegExp(`^Usage: journeyman ${command} `));
    expect(output).toContain('Options:');
  });

  it('comes with the version', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe('a command line that is not right', () => {
  it.each([
    [['wroker'], 'Did you mean worker?'],
    [['db', 'strat'], 'Did you mean start?'],
    [['worker', '--quues', 'email'], 'Did you mean --queues?'],
  ])('%j is answered with what may have been meant', async (args, hint) => {
    const { code, output } = await run(args);
    expect(code).toBe(1);
    expect(output).toContain(hint);
    expect(output).toContain('--help');
  });

  it.each([
    [['worker', '-c', '0'], 'CELERY_WORKER_CONCURRENCY is "0"'],
    [['api', '--port', '70000'], 'API_PORT is "70000"'],
  ])('%j names the setting that the option stands for', async (args, hint) => {
    const { code, output } = await run(args);
    expect([code, output]).toEqual([1, expect.stringMatching(refusal('SETTING_INVALID'))]);
    expect(output).toContain(hint);
  });

  it.each(['a:b', ','])('worker -Q %j names no queues', async (queues) => {
    const { code, output } = await run(['worker', '-Q', queues]);
    expect([code, output]).toEqual([1, expect.stringMatching(refusal('COMMAND_FAILED'))]);
    expect(output).toContain(`--queues is "${queues}"`);
  });
});

describe('a setting that is not right', () => {
  it('stops the program with one line', async () => {
    const bad = await run(['worker'], { CELERY_TIMEZONE: 'Mars/Olympus' });
    expect([bad.code, bad.output]).toEqual([1, expect.stringMatching(refusal('SETTING_INVALID'))]);
    expect(bad.output).toContain('Setting CELERY_TIMEZONE is "Mars/Olympus". Allowed: ');
    const quiet = await run(['status'], { LOG_LEVEL: 'loud' });
    expect([quiet.code, quiet.output]).toEqual([1, expect.stringMatching(refusal('SETTING_INVALID'))]);
    const unknown = await run(['status'], { CELERY_BROKER_ULR: 'redis://localhost' });
    expect([unknown.code, unknown.output]).toEqual([1, expect.stringMatching(refusal('SETTING_UNKNOWN'))]);
    expect(unknown.output).toContain('Did you mean CELERY_BROKER_URL?');
  });
});

describe('a database that is not ready', () => {
  it('and does not exist is said to be out of reach, without its password', async () => {
    const { code, output } = await run(['status'], { DATABASE_URL: withDatabase(platform.env.DATABASE_URL, 'no_such_database') });
    expect([code, output]).toEqual([1, expect.stringMatching(refusal('DATABASE_UNREACHABLE'))]);
    expect(output).toContain('database "no_such_database" does not exist');
    expect(output).not.toContain(new URL(platform.env.DATABASE_URL).password);
  });

  it('and has no schema is refused with the command that makes it', async () => {
    const name = `empty_${randomUUID().replaceAll('-', '')}`;
    const env = { DATABASE_URL: withDatabase(platform.env.DATABASE_URL, name) };
    await sql`CREATE DATABASE ${sql.id(name)}`.execute(platform.database.db);
    try {
      for (const command of ['status', 'worker']) {
        const { code, output } = await run([command], env);
        expect([code, output]).toEqual([1, expect.stringMatching(refusal('DATABASE_NOT_MIGRATED'))]);
        expect(output).toContain('Run "journeyman migrate"');
      }
      expect(await run(['migrate'], env)).toEqual({ code: 0, output: expect.stringMatching(/^Applied 0001-\w+, /) });
      expect(await run(['migrate'], env)).toEqual({ code: 0, output: 'The database is up to date.\n' });
      expect((await run(['status'], env)).code).toBe(69);
    } finally {
      await sql`DROP DATABASE ${sql.id(name)} WITH (FORCE)`.execute(platform.database.db);
    }
  });
});

it('a broker that is not ready stops a command and a worker', async () => {
  const { url, drop } = await createTestDatabase();
  try {
    for (const command of ['status', 'worker']) {
      const { code, output } = await run([command], { CELERY_BROKER_URL: url });
      expect([code, output]).toEqual([1, expect.stringMatching(refusal('BROKER_NOT_MIGRATED'))]);
      expect(output).not.toContain(new URL(url).password);
    }
    expect((await run(['migrate'], { CELERY_BROKER_URL: url })).code).toBe(0);
    expect((await run(['status'], { CELERY_BROKER_URL: url })).code).toBe(69);
  } finally {
    await drop();
  }
});

describe('call', () => {
  const task = 'tasks.achievement_tasks.check_user_achievements';

  it.each([
    [['--args', '[1'], 'COMMAND_FAILED', '--args is [1, '],
    [['--kwargs', '[]'], 'COMMAND_FAILED', '--kwargs is [], '],
    [['--args', '[1, 2]'], 'TASK_ARGUMENTS_INVALID', '2 positional arguments were given, 1 are taken'],
    [['--kwargs', '{"user_id": "one"}'], 'TASK_ARGUMENTS_INVALID', 'userId: '],
    [['--kwargs', '{"user": 1}'], 'TASK_ARGUMENTS_INVALID', 'Unrecognized key: "user"'],
    [['--args', '[1]', '--countdown', 'soon'], 'TASK_OPTIONS_INVALID', 'countdown is '],
    [['--args', '[1]', '--eta', 'soon'], 'TASK_OPTIONS_INVALID', 'eta is not a valid date'],
  ])('with %j is refused', async (args, errorCode, hint) => {
    const { code, output } = await run(['call', task, ...args]);
    expect([code, output]).toEqual([1, expect.stringMatching(refusal(errorCode))]);
    expect(output).toContain(hint);
  });

  it('of a task that there is not names the one that is like it', async () => {
    for (const name of ['tasks.email_tasks.send_welcome_mail', 'send_welcome_emial']) {
      const { code, output } = await run(['call', name]);
      expect([code, output]).toEqual([1, expect.stringMatching(refusal('TASK_UNKNOWN'))]);
      expect(output).toContain('Did you mean tasks.email_tasks.send_welcome_email?');
    }
  });

  it('leaves nothing in a queue when it is refused', async () => {
    const { rows } = await sql`SELECT id FROM bullmq.job`.execute(platform.database.db);
    expect(rows).toEqual([]);
  });
});

describe('result', () => {
  it('of an id that nobody knows says so', async () => {
    const { code, output } = await run(['result', 'no-such-task']);
    expect([code, output]).toEqual([1, expect.stringMatching(refusal('TASK_ID_UNKNOWN'))]);
  });

  it('waits for a number of seconds', async () => {
    const { code, output } = await run(['result', 'any', '--timeout', 'long']);
    expect([code, output]).toEqual([1, expect.stringMatching(refusal('COMMAND_FAILED'))]);
    expect(output).toContain('--timeout is long');
  });
});

describe('seed-demo', () => {
  it('fills the database once', async () => {
    const first = await run(['seed-demo']);
    expect(first.code).toBe(0);
    expect(first.output).toMatch(/^The demo data is in the database:\n {2}users +200\n/);
    expect(first.output).toMatch(/Log in as \S+@\S+ \(staff\) or any other user with the password \S+\n$/);
    const second = await run(['seed-demo']);
    expect(second.code).toBe(0);
    expect(second.output).toMatch(/^The demo data was there already; nothing was changed:\n {2}users +200\n/);
  });
});

describe('a worker', () => {
  it('is what status asks for when there is none', async () => {
    const found = await run(['status']);
    expect(found).toEqual({ code: 69, output: 'No node is online. Start one with "journeyman worker".\n' });
  });

  it('runs what call enqueues, is listed by status, and ends by SIGTERM with 0', async () => {
    const user = await newUser();
    const name = 'tasks.achievement_tasks.check_user_achievements';
    // Called before there is a worker: it waits for one.
    const [early, failing] = await Promise.all([
      run(['-A', 'tasks', 'call', name, '--args', `[${user.id}]`]),
      run(['call', 'check_user_achievements', '--kwargs', '{"user_id": 999999999}']),
    ]);
    expect(early).toEqual({ code: 0, output: expect.stringMatching(/^[\w-]+\n$/) });
    expect((await run(['result', early.output.trim(), '--timeout', '0'])).output).toMatch(
      /"status": "PENDING"[\s\S]*had no result after 0 s \(it is PENDING\)\. \(TASK_TIMED_OUT_WAITING\)\n$/,
    );
    expect((await run(['status'])).output).toMatch(/^achievement +2 +0 +0 +0$/m);

    const worker = platform.start(['-A', 'tasks', 'worker', '-l', 'info', '-c', '2', '-n', 'first', '-Q', 'achievement,email']);
    await worker.says(/ ready: /);

    const found = await run(['result', early.output.trim()]);
    expect(found.code).toBe(0);
    expect(JSON.parse(found.output)).toMatchObject({
      id: early.output.trim(),
      name,
      queue: 'achievement',
      status: 'SUCCESS',
      retries: 0,
      worker: 'first',
      result: { userId: user.id, unlocked: expect.any(Array) },
    });
    const failed = await run(['result', failing.output.trim()]);
    expect(failed.code).toBe(1);
    expect(failed.output).toContain('"status": "FAILURE"');
    expect(failed.output).toMatch(/"code": "USER_NOT_FOUND"[\s\S]*There is no user 999999999\. \(TASK_FAILED\)\n$/);

    // The same call again finds its work done.
    const [again, gone, status] = await Promise.all([
      run(['call', name, '--kwargs', `{"user_id": ${user.id}}`, '--wait']),
      run(['call', name, '--args', '[999999999]', '--wait']),
      run(['status']),
    ]);
    expect(again).toEqual({ code: 0, output: expect.stringMatching(/^[\w-]+\n\{\n/) });
    expect(JSON.parse(again.output.slice(again.output.indexOf('{')))).toEqual({
      userId: user.id,
      unlocked: [],
      points: expect.any(Number),
    });
    expect(gone).toEqual({
      code: 1,
      output: expect.stringMatching(/^[\w-]+\njourneyman: .*no user 999999999\. \(TASK_FAILED\)\n$/),
    });
    expect(status.code).toBe(0);
    expect(status.output).toMatch(
      new RegExp(`^-> {2}first: OK \\(process ${worker.child.pid}, queues achievement, email\\)\\n\\n1 node online\\.\\n`),
    );
    expect(status.output).toMatch(/^queue +waiting +active +delayed +failed$/m);
    expect(status.output).toContain('No worker serves analytics, celery, notification, recommendation, resume.');

    worker.child.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(worker.output()).toMatch(
      new RegExp(`: INFO/first\\] Task ${name}\\[${early.output.trim()}\\] succeeded in \\d+\\.\\d+s: \\{`),
    );
    expect(worker.output()).toContain('SIGTERM: warm shutdown');
    // It has said goodbye.
    expect((await run(['status'])).code).toBe(69);
  });
});

describe('a worker whose task hangs', () => {
  let letGo = async () => {};
  afterEach(() => letGo());

  /** Holds the users, which every mail needs, until told to let go. */
  async function holdUsers() {
    letGo = await holding(platform.database.db, sql`LOCK TABLE users IN ACCESS EXCLUSIVE MODE`);
  }
  const somebodyWaits = async () => {
    const { rows } = await sql`SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'users'::regclass`.execute(
      platform.database.db,
    );
    return rows.length > 0;
  };
  const welcome = async () => {
    const user = await newUser();
    const { output } = await run(['call', 'send_welcome_email', '--args', `[${user.id}]`]);
    return output.trim();
  };

  it('finishes it in a warm shutdown', async () => {
    const id = await welcome();
    await holdUsers();
    const worker = platform.start(['worker', '-n', 'warm', '-Q', 'email']);
    await until(somebodyWaits);
    worker.child.kill('SIGTERM');
    await worker.says(/SIGTERM: warm shutdown/);
    await letGo();
    expect(await worker.ended).toBe(0);
    expect(worker.output()).toMatch(new RegExp(`send_welcome_email\\[${id}\\] succeeded`));
  });

  it('hands it back at the second signal, and another worker runs it', async () => {
    const id = await welcome();
    await holdUsers();
    const worker = platform.start(['worker', '-n', 'cold', '-Q', 'email']);
    await until(somebodyWaits);
    worker.child.kill('SIGTERM');
    await worker.says(/SIGTERM: warm shutdown/);
    worker.child.kill('SIGINT');
    await worker.says(/SIGINT: cold shutdown/);
    await worker.says(new RegExp(`send_welcome_email\\[${id}\\] handed back: the worker shuts down`));
    await letGo();
    expect(await worker.ended).toBe(0);
    expect(worker.output()).not.toContain('succeeded');
    expect((await run(['result', id, '--timeout', '0'])).output).toContain('"status": "PENDING"');

    const other = await platform.startWorker('other');
    const { code, output } = await run(['result', id]);
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ status: 'SUCCESS', worker: 'other', retries: 0 });
    other.child.kill('SIGTERM');
    expect(await other.ended).toBe(0);
  });
});
