import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schedule } from '#src/tasks/schedule.js';
import { runCli } from '../support/cli.js';
import { until } from '../support/kit.js';
import { openPlatform, type Platform } from '../support/platform.js';

let platform: Platform;
/** The platform's own entries, and the three of this file. */
const beatReady = new RegExp(`beat ready: ${Object.keys(schedule).length + 3} entries`);

beforeAll(async () => {
  platform = await openPlatform('postgres');
  const user = { email: 'tick@example.com', username: 'tick', password_hash: '-', name: 'Tick' };
  const { id } = await platform.database.db.insertInto('users').values(user).returning('id').executeTakeFirstOrThrow();
  writeFileSync(path.join(platform.cwd, '.env'), 'CELERY_BEAT_SCHEDULE=schedule.json\n');
  const notify = 'tasks.notification_tasks.send_notification_async';
  const args = { user_id: id, notification_type: 'tick', title: 'Tick', message: 'It is time' };
  writeSchedule('schedule.json', {
    'every-second': { task: notify, schedule: 1, kwargs: args },
    'every-two-seconds': { task: notify, schedule: 2, kwargs: args },
    yearly: { task: notify, schedule: { crontab: { minute: 0, hour: 6, day_of_month: 1, month_of_year: 1 } }, kwargs: args },
  });
});
afterAll(() => platform.close());

const writeSchedule = (name: string, entries: object) => writeFileSync(path.join(platform.cwd, name), JSON.stringify(entries));
const run = (args: string[], env: Record<string, string> = {}) =>
  runCli(args, { cwd: platform.cwd, env: { ...platform.env, ...env } });

const states = () => platform.database.db.selectFrom('schedule_state').selectAll().orderBy('name').execute();
const sentBy = async (entry: string) =>
  (await platform.database.db.selectFrom('task_outbox').select('id').where('id', 'like', `beat-${entry}-%`).execute()).map(
    ({ id }) => id,
  );

describe('beats that are killed again and again', () => {
  it('neither lose nor double a run', async () => {
    // Nothing relays the outbox here, so that it keeps every message that was ever sent.
    const runCounts = async () => new Map((await states()).map((state) => [state.name, state.total_run_count]));
    const survivor = platform.start(['beat', '-l', 'info']);
    await survivor.says(beatReady);
    for (let round = 0; round < 3; round++) {
      const beat = platform.start(['beat']);
      await beat.says(/beat ready/);
      const before = (await runCounts()).get('every-second')!;
      await until(async () => (await runCounts()).get('every-second')! > before);
      beat.child.kill('SIGKILL');
      await beat.ended;
    }
    survivor.child.kill('SIGTERM');
    expect(await survivor.ended).toBe(0);

    for (const [entry, seconds] of Object.entries({ 'every-second': 1, 'every-two-seconds': 2 })) {
      const ids = await sentBy(entry);
      expect(ids).toHaveLength((await runCounts()).get(entry)!);
      const times = ids
        .map((id) => Date.parse(id.replace(/.*(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')))
        .sort();
      for (const time of times) expect((time - times[0]!) % (seconds * 1000)).toBe(0);
    }
    expect((await runCounts()).get('yearly')).toBe(0);
  });
});

describe('journeyman schedule', () => {
  it('lists what runs by the clock', async () => {
    const { code, output } = await run(['schedule']);
    expect(code).toBe(0);
    expect(output).toMatch(/every-two-seconds\n {2}task {6}tasks\.notification_tasks\.send_notification_async\n/);
    expect(output).toMatch(/runs {6}every 2 seconds\n {2}last run {2}[\d-]+ [\d:]+ \(UTC\), \d+ in all\n/);
    expect(output).toMatch(/last task beat-every-two-seconds-\d{8}T\d{6}Z\n/);
    expect(output).toMatch(
      /runs {6}at 06:00 on day 1 of the month in January \(UTC\)\n {2}last run {2}none yet\n {2}next run {2}\d{4}-01-01 06:00:00/,
    );
  });

  it('pauses, resumes and runs an entry', async () => {
    expect((await run(['schedule', 'pause', 'yearly'])).output).toContain('yearly is paused');
    expect((await run(['schedule'])).output).toMatch(/yearly {2}\(paused\)\n(.*\n)*.*none while it is paused/);
    const { output } = await run(['schedule', 'run', 'yearly']);
    const id = output.trim();
    expect(await platform.database.db.selectFrom('task_outbox').select('id').where('id', '=', id).execute()).toHaveLength(1);
    expect((await run(['schedule', 'resume', 'yearly'])).output).toContain('yearly runs again');
    expect((await states()).find(({ name }) => name === 'yearly')).toMatchObject({ paused: false, last_task_id: id });
  });

  it('says which entry may be meant', async () => {
    const { code, output } = await run(['schedule', 'run', 'yeerly']);
    expect(code).toBe(1);
    expect(output).toContain('Did you mean yearly? (SCHEDULE_ENTRY_UNKNOWN)');
  });
});

describe('a wrong schedule', () => {
  it.each([['beat'], ['worker -B'], ['schedule']])('stops "%s" with what is wrong', async (command) => {
    writeSchedule('wrong.json', { wrong: { task: 'tasks.email_tasks.send_welcome_mail', schedule: 60 } });
    const { code, output } = await run(command.split(' '), { CELERY_BEAT_SCHEDULE: 'wrong.json' });
    expect(code).toBe(1);
    expect(output).toMatch(/Entry "wrong": .*Did you mean tasks\.email_tasks\.send_welcome_email\?.*\(SCHEDULE_INVALID\)/);
  });
});

it('worker -B sends the tasks of the schedule and runs them', async () => {
  const worker = platform.start(['worker', '-B', '-n', 'both']);
  await worker.says(beatReady);
  await worker.says(/Scheduler: sending due task every-second/);
  await worker.says(/Task tasks\.notification_tasks\.send_notification_async\[beat-every-second-\w+\] succeeded/);
  worker.child.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
});
