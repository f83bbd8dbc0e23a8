import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { hashPassword } from '#src/accounts/index.js';
import { createAccount } from '#src/accounts/sessions.js';
import { buildApi } from '#src/api/app.js';
import { createOutbox } from '#src/db/outbox.js';
import { createLocalStorage, type FileStorage } from '#src/storage.js';
import { type Broker, connect, createBroker, createSealer, migrateBroker, type TaskMessage } from '#src/taskkit/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';

export const password = 'correct horse battery';
export const resumeMaxBytes = 1024 * 1024;
export const secretKey = 'a secret key of the tests, of 32 characters or more';

export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  details: object;
  message: string;
}

export interface SignedUpUser {
  id: number;
  email: string;
  accessToken: string;
  refreshToken: string;
  headers: { authorization: string };
}

export interface TestApi extends TestDatabase {
  app: FastifyInstance;
  broker: Broker;
  storage: FileStorage;
  log: LogLine[];
  /** Somebody new, who logs in with `password`. */
  signUp(about?: { email?: string; name?: string }): Promise<SignedUpUser>;
  /** The messages that wait in the outbox, oldest first. */
  outbox(): Promise<TaskMessage[]>;
  /** The paths of all files in the storage, half-written ones too. */
  storedFiles(): Promise<string[]>;
  close(): Promise<void>;
}

/** The API with a database and a broker of its own; no relay takes messages from the outbox. */
export async function createTestApi(): Promise<TestApi> {
  const database = await createTestDatabase();
  const { db, url } = database;
  await migrateBroker(url);
  const broker = createBroker(url, { resultExpires: 3600 });
  const folder = await mkdtemp(path.join(tmpdir(), 'journeyman-api-'));
  const storage = createLocalStorage(folder);
  const log: LogLine[] = [];
  const write = (level: LogLine['level']) => (details: object, message: string) => void log.push({ level, details, message });
  const logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const sealer = createSealer(secretKey);
  connect({ broker, outbox: createOutbox(db, url), routes: {}, defaultQueue: 'celery', log: logger, sealer, handlers: [] });
  const app = await buildApi({
    settings: { frontendUrl: 'https://careers.example/app', passwordResetTimeout: 3600, resumeMaxBytes },
    db,
    databaseUrl: url,
    storage,
    pingBroker: () => broker.ping(),
    secretKey,
    log: logger,
  });

  return {
    ...database,
    app,
    broker,
    storage,
    log,
    signUp: (about) => signUp({ app, db }, about),
    outbox: async () => {
      const rows = await db.selectFrom('task_outbox').select('message').orderBy('position').execute();
      return rows.map(({ message }) => message);
    },
    storedFiles: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    },
    close: async () => {
      await app.close();
      connect(undefined);
      await broker.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Made once: a hash is meant to take long. */
let passwordHash: Promise<string> | undefined;

/** Does what the registration does, but for hashing the same password again. */
async function signUp(
  { app, db }: Pick<TestApi, 'app' | 'db'>,
  about: { email?: string; name?: string } = {},
): Promise<SignedUpUser> {
  passwordHash ??= hashPassword(password);
  const given = { email: `${randomUUID()}@example.com`, name: 'Ada Example', ...about };
  const { user, refreshToken } = await createAccount(db, { ...given, passwordHash: await passwordHash });
  const accessToken = app.jwt.sign({ sub: String(user.id) });
  return { id: user.id, email: user.email, accessToken, refreshToken, headers: { authorization: `Bearer ${accessToken}` } };
}

/** A multipart form with one file. */
export function fileForm(content: Buffer, { name = 'resume.pdf', field = 'file' } = {}) {
  const boundary = 'the-boundary-of-the-form';
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([
      Buffer.from(
        `--${boundary}\r\ncontent-disposition: form-data; name="${field}"; filename="${name}"\r\ncontent-type: application/pdf\r\n\r\n`,
      ),
      content,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  };
}

/** The status and the code of an answer that is an error. */
export const failure = (answer: LightMyRequestResponse): [number, string] => [answer.statusCode, answer.json().error?.code];
