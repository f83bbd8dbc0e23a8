import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { saveReferenceData } from '#src/db/reference-data.js';
import { createReader, resumeHandlers } from '#src/resumes/index.js';
import { taxonomy } from '#src/skills/index.js';
import { createLocalStorage, type FileStorage } from '#src/storage.js';
import type { Handler, Json, Task, TaskContext } from '#src/taskkit/index.js';
import { isFinal } from '#src/taskkit/retry.js';
import { taskErrorOf } from '#src/taskkit/storable.js';
import { analyzeResumeAsync } from '#src/tasks/resumes.js';
import { type BrokerKind, openKit, taskContext } from './kit.js';

/** What the clock of the resume tests shows. */
export const now = new Date('2026-06-15T12:00:00Z');

/** One of the example resumes. */
export const example = (name: string) => readFile(fileURLToPath(new URL(`../../examples/resumes/${name}`, import.meta.url)));

/** A file that begins as a PDF and is none. */
export const brokenFile = Buffer.from('%PDF-1.7\nnonsense');

/** Runs a task as a worker does: a failure for good is told to the handler. */
export async function runTask<Args extends object>(
  handlers: Handler[],
  task: Task<Args, unknown>,
  args: Args,
  given: Partial<TaskContext> = {},
): Promise<Json> {
  const handler = handlers.find((candidate) => (candidate.task as unknown) === task)!;
  const context = taskContext({ name: task.taskName, ...given });
  try {
    return await handler.run(args as Record<string, Json>, context);
  } catch (error) {
    if (isFinal(error, context)) await handler.onFailure?.(args as Record<string, Json>, taskErrorOf(error), context);
    throw error;
  }
}

/** The resume tasks on a database and a storage of their own, with the platform's skills; what they enqueue stays in the outbox. */
export async function openResumes(broker: BrokerKind = 'postgres') {
  const kit = await openKit(broker);
  const { db } = kit.database;
  await saveReferenceData(db, { skills: taxonomy, achievements: [] });
  const folder = await mkdtemp(path.join(tmpdir(), 'journeyman-resumes-'));
  const storage = createLocalStorage(folder);
  const reader = createReader({ children: 2 });
  const handlersWith = (other: Partial<{ storage: FileStorage; clock: () => Date }> = {}) =>
    resumeHandlers({ db, storage, reader, clock: () => now, ...other });
  const handlers = handlersWith();

  async function addUser(): Promise<number> {
    const name = randomUUID();
    const { id } = await db
      .insertInto('users')
      .values({ email: `${name}@example.com`, username: name, name: 'Jo', password_hash: 'none' })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  return {
    kit,
    db,
    folder,
    storage,
    handlers,
    handlersWith,
    addUser,

    /** Stores a file and its row, as an upload does, without a task. */
    async upload(file: Buffer, userId?: number): Promise<{ resumeId: number; userId: number; key: string }> {
      const owner = userId ?? (await addUser());
      const key = `resumes/${owner}/${randomUUID()}`;
      const { bytes, sha256 } = await storage.put(key, file);
      const { id } = await db
        .insertInto('resumes')
        .values({ user_id: owner, file_name: 'cv.pdf', content_type: 'any', size_bytes: bytes, storage_key: key, sha256 })
        .returning('id')
        .executeTakeFirstOrThrow();
      return { resumeId: id, userId: owner, key };
    },

    analyze: (resumeId: number, context?: Partial<TaskContext>) =>
      runTask(handlers, analyzeResumeAsync, { resumeId }, context) as Promise<Record<string, number> & { skipped?: string }>,

    resumeRow: (resumeId: number) => db.selectFrom('resumes').selectAll().where('id', '=', resumeId).executeTakeFirstOrThrow(),

    /** The skills in a user's profile, by name. */
    async skillsOf(userId: number) {
      const rows = await db
        .selectFrom('user_skills')
        .innerJoin('skills', 'skills.id', 'user_skills.skill_id')
        .select(['skills.name', 'user_skills.source', 'user_skills.proficiency', 'user_skills.years'])
        .where('user_id', '=', userId)
        .execute();
      return new Map(rows.map(({ name, ...rest }) => [name, rest]));
    },

    skillId: async (name: string) =>
      (await db.selectFrom('skills').select('id').where('name', '=', name).executeTakeFirstOrThrow()).id,

    /** What waits in the outbox, oldest first, with the short names of the tasks. */
    async enqueued() {
      const rows = await db.selectFrom('task_outbox').select('message').orderBy('position').execute();
      return rows.map(({ message: { name, args } }) => ({ name: name.split('.').at(-1), args }));
    },

    emptyOutbox: () => db.deleteFrom('task_outbox').execute(),

    async close() {
      await kit.close();
      await reader.close();
      await rm(folder, { recursive: true });
    },
  };
}

export type OpenResumes = Awaited<ReturnType<typeof openResumes>>;
