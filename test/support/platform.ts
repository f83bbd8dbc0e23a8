import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { mailboxFolder, readMailbox } from '#src/email/index.js';
import { type Command, runCli, startCli } from './cli.js';
import { createTestDatabase } from './database.js';
import type { BrokerKind } from './kit.js';
import { startRedis } from './redis.mjs';

export const exampleResume = fileURLToPath(new URL('../../examples/resumes/backend-engineer.pdf', import.meta.url));

/**
 * The platform as a user runs it: processes of the command line on a migrated database, each test file with its own.
 *
 * @param settings What their environment holds beside the addresses of the database and the broker.
 */
export async function openPlatform(kind: BrokerKind, settings: Record<string, string> = {}) {
  const cwd = mkdtempSync(path.join(tmpdir(), 'journeyman-platform-'));
  const database = await createTestDatabase();
  const redis = kind === 'redis' ? await startRedis() : undefined;
  const env = { DATABASE_URL: database.url, ...(redis && { CELERY_BROKER_URL: redis.url }), ...settings };
  const commands: Command[] = [];
  const start = (args: string[], more: Record<string, string> = {}) => {
    const command = startCli(args, { cwd, env: { ...env, ...more } });
    commands.push(command);
    return command;
  };
  const migrated = await runCli(['migrate'], { cwd, env });
  if (migrated.code !== 0) throw new Error(migrated.output);
  return {
    cwd,
    env,
    database,
    redis,
    start,
    async startWorker(name: string, ...flags: string[]) {
      const worker = start(['worker', '-n', name, ...flags]);
      await worker.says(/ ready: /);
      return worker;
    },
    async startApi() {
      const api = start(['api', '--port', '0']);
      const [, address] = await api.says(/The API answers at (http\S+),/);
      return { ...api, address: address! };
    },
    async startMonitor(...flags: string[]) {
      const monitor = start(['monitor', '--port', '0', ...flags]);
      const [, address] = await monitor.says(/The monitor is at (http\S+)/);
      return { ...monitor, address: address! };
    },
    mails: () => readMailbox(mailboxFolder(path.join(cwd, '.journeyman')), { limit: 100 }),
    async close() {
      for (const { child } of commands) child.kill('SIGKILL');
      await Promise.all(commands.map((command) => command.ended));
      await redis?.stop();
      await database.drop();
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

export type Platform = Awaited<ReturnType<typeof openPlatform>>;

/** Registers a user and returns what their requests need. */
export async function signUp(address: string, email: string) {
  const answer = await fetch(`${address}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, name: 'Sam Doe', password: 'a long password' }),
  });
  const { accessToken, user } = (await answer.json()) as { accessToken: string; user: { id: number } };
  const headers = { authorization: `Bearer ${accessToken}` };
  return {
    id: user.id,
    headers,
    get: async (url: string) => (await fetch(`${address}/api${url}`, { headers })).json() as Promise<Record<string, unknown>>,
    async upload(file: string) {
      const form = new FormData();
      form.append('file', new Blob([await readFile(file)]), path.basename(file));
      const upload = await fetch(`${address}/api/resumes`, { method: 'POST', headers, body: form });
      return { status: upload.status, ...((await upload.json()) as { resumeId: number; taskId: string }) };
    },
  };
}
