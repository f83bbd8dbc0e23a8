import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Command, runCli } from '../support/cli.js';
import { holding } from '../support/holding.js';
import { until } from '../support/kit.js';
import { openPlatform, type Platform } from '../support/platform.js';

const checkAchievements = 'tasks.achievement_tasks.check_user_achievements';

describe('worker --processes', () => {
  let platform: Platform;
  let userId: number;
  beforeAll(async () => {
    platform = await openPlatform('postgres');
    const { rows } = await sql<{ id: number }>`
      insert into users (email, username, name, password_hash) values ('p@example.com', 'p', 'P', '') returning id
    `.execute(platform.database.db);
    userId = rows[0]!.id;
  });
  afterAll(() => platform.close());

  const run = (args: string[]) => runCli(args, { cwd: platform.cwd, env: platform.env });
  const pids = async () => {
    const rows = await platform.database.db.selectFrom('workers').select(['name', 'pid']).orderBy('name').execute();
    return Object.fromEntries(rows.map(({ name, pid }) => [name, pid]));
  };
  const call = async () => (await run(['call', checkAchievements, '--args', `[${userId}]`])).output.trim();
  const succeeds = async (id: string) => expect((await run(['result', id])).output).toContain('"status": "SUCCESS"');
  const readyTimes = (command: Command, name: string) =>
    [...command.output().matchAll(new RegExp(`/${name}\\] ${name} ready: `, 'g'))].length;
  async function ends(command: Command) {
    command.child.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(await pids()).toEqual({});
  }

  /** Holds every check of achievements where it writes, until told to let go. */
  const holdTasks = () => holding(platform.database.db, sql`lock table users, user_achievements in access exclusive mode`);
  const oneIsHeld = () =>
    until(async () => {
      const { rows } = await sql`select from pg_locks where not granted`.execute(platform.database.db);
      return rows.length > 0;
    });

  it('runs so many workers under one, starts one that died again, and ends them all by one signal', async () => {
    const team = platform.start(['worker', '--processes', '2', '-n', 'team']);
    await Promise.all([team.says(/ team-1 ready: /), team.says(/ team-2 ready: /)]);
    const before = await pids();
    expect(Object.keys(before)).toEqual(['team-1', 'team-2']);
    expect(Object.values(before)).not.toContain(team.child.pid);
    process.kill(before['team-1']!, 'SIGKILL');
    await team.says(/team-1 died \(SIGKILL\) and is started again in 0\.5 s/);
    await until(() => readyTimes(team, 'team-1') === 2);
    const after = await pids();
    expect(after['team-1']).not.toBe(before['team-1']);
    expect(after['team-2']).toBe(before['team-2']);
    await succeeds(await call());
    await ends(team);
  });

  it('the first signal waits for what runs, and one task is run to its end', async () => {
    const team = platform.start(['worker', '--processes', '1', '-n', 'warm']);
    await team.says(/ warm-1 ready: /);
    const release = await holdTasks();
    const id = await call();
    await oneIsHeld();
    team.child.kill('SIGTERM');
    await team.says(/warm-1\] SIGTERM: warm shutdown/);
    await release();
    expect(await team.ended).toBe(0);
    await succeeds(id);
  });

  it('the second signal hands back what runs, for the next worker', async () => {
    const team = platform.start(['worker', '--processes', '1', '-n', 'cold']);
    await team.says(/ cold-1 ready: /);
    const release = await holdTasks();
    const id = await call();
    await oneIsHeld();
    team.child.kill('SIGINT');
    await team.says(/cold-1\] SIGTERM: warm shutdown/);
    team.child.kill('SIGINT');
    await team.says(/handed back/);
    await release();
    await team.ended;
    const next = platform.start(['worker', '--processes', '1', '-n', 'next']);
    await succeeds(id);
    await ends(next);
  });

  it('replaces a process that has run its share of tasks', async () => {
    const team = platform.start(['worker', '--processes', '1', '-n', 'share', '--max-tasks-per-child', '2']);
    await team.says(/ share-1 ready: /);
    const before = await pids();
    for (const id of [await call(), await call()]) await succeeds(id);
    await team.says(/share-1 has reached its limit/);
    await until(() => readyTimes(team, 'share-1') === 2);
    expect(await pids()).not.toEqual(before);
    await succeeds(await call());
    expect(team.output().match(/has reached its limit/g)).toHaveLength(1);
    expect(team.output()).not.toContain('cold shutdown');
    await ends(team);
  });

  it('replaces a process that uses more memory than it may', async () => {
    const team = platform.start(['worker', '--processes', '1', '-n', 'memory', '--max-memory-per-child', '1000']);
    await team.says(/ memory-1 ready: /);
    await succeeds(await call());
    await team.says(/memory-1 has reached its limit/);
    await until(() => readyTimes(team, 'memory-1') === 2);
    await ends(team);
  });

  it('waits longer each time for a process that cannot start, and goes on when it can', async () => {
    const { db } = platform.database;
    const team = platform.start(['worker', '--processes', '1', '-n', 'ill']);
    await team.says(/ ill-1 ready: /);
    const { 'ill-1': pid } = await pids();
    // The worker already takes tasks when it finds that it cannot write its heartbeat.
    await sql`alter table workers rename to workers_elsewhere`.execute(db);
    try {
      process.kill(pid!, 'SIGKILL');
      await team.says(/ill-1 died \(SIGKILL\) and is started again in 0\.5 s/);
      await team.says(/ill-1 died \(exit code 1\) and is started again in 1 s/);
      await team.says(/ill-1 died \(exit code 1\) and is started again in 2 s/);
    } finally {
      await sql`alter table workers_elsewhere rename to workers`.execute(db);
    }
    await until(() => readyTimes(team, 'ill-1') === 2);
    await ends(team);
  });

  it('a parent that is killed leaves no process behind', async () => {
    const team = platform.start(['worker', '--processes', '2', '-n', 'orphan']);
    await Promise.all([team.says(/ orphan-1 ready: /), team.says(/ orphan-2 ready: /)]);
    const children = Object.values(await pids());
    team.child.kill('SIGKILL');
    await team.ended;
    await until(async () => children.every(isGone));
    expect(await pids()).toEqual({});
  });

  it.each([
    [['--max-tasks-per-child', '5'], 'need --processes'],
    [['--max-memory-per-child', '200000'], 'need --processes'],
    [['--processes', '0'], '--processes is "0", which is not what it takes: a whole number above 0'],
    [['--processes', '2', '--max-tasks-per-child', 'many'], '--max-tasks-per-child is "many"'],
  ])('%j is refused', async (args, hint) => {
    const { code, output } = await run(['worker', ...args]);
    expect(code).toBe(1);
    expect(output).toContain(hint);
    expect(output).toContain('(COMMAND_FAILED)');
  });
});

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
