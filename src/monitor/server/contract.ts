import { z } from 'zod';
import { queueOfTask, registeredTasks, type Task } from '../../taskkit/index.js';
import type { JsonValue, TaskContract } from '../types/index.js';
import type { MonitorContext } from './context.js';

/** The name under which TypeScript imports a task. */
const exportNameOf = (taskName: string): string =>
  taskName.slice(taskName.lastIndexOf('.') + 1).replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** What a task takes; null for one that this version does not know. */
export function contractOf({ settings }: Pick<MonitorContext, 'settings'>, name: string): TaskContract | null {
  const task = registeredTasks().get(name);
  if (!task) return null;
  const { options, parameters, schema } = task;
  return {
    name,
    exportName: exportNameOf(name),
    queue: queueOfTask(task, { routes: settings.taskRoutes, defaultQueue: settings.taskDefaultQueue }),
    parameters: parameters.map((parameter) => ({
      name: parameter,
      required: !(schema.shape[parameter] as z.ZodType).safeParse(undefined).success,
      sealed: options.sealed?.includes(parameter) ?? false,
      schema: schemaOf(schema.shape[parameter] as z.ZodType),
    })),
    maxRetries: options.maxRetries ?? 3,
    timeLimit: options.timeLimit ?? null,
    softTimeLimit: options.softTimeLimit ?? null,
    rateLimit: options.rateLimit ?? null,
  };
}

/** As JSON Schema; of what it cannot say, nothing. */
function schemaOf(type: z.ZodType): JsonValue {
  const { $schema, ...schema } = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
  return schema as JsonValue;
}

/** A call as TypeScript and as a command. */
export function callAsCode(task: Pick<Task, 'taskName'>, args: JsonValue): { delay: string; call: string } {
  const json = JSON.stringify(args);
  // A shell takes everything between single quotation marks as it is, but for these marks themselves.
  const quoted = `'${json.replaceAll("'", `'\\''`)}'`;
  return {
    delay: `await ${exportNameOf(task.taskName)}.delay(${asObject(args)});`,
    call: `journeyman call ${task.taskName} --kwargs ${quoted}`,
  };
}

/** JSON as people write it in TypeScript. */
function asObject(args: JsonValue): string {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return JSON.stringify(args);
  const members = Object.entries(args).map(([key, value]) => {
    const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
    return `${name}: ${JSON.stringify(value)}`;
  });
  return members.length ? `{ ${members.join(', ')} }` : '{}';
}
