import { distance } from 'fastest-levenshtein';
import { coded } from '../errors.js';
import { registeredTasks, type Task } from './task.js';

/** The task with this name. Throws TASK_UNKNOWN with the nearest name. */
export function findTask(name: string): Task<never, unknown> {
  const tasks = registeredTasks();
  const found = tasks.get(name) ?? [...tasks.values()].find((task) => task.taskName.endsWith(`.${name}`));
  if (found) return found;
  // A name without its family is like the last part of a task's name.
  const distanceTo = (full: string) => distance(name, name.includes('.') ? full : full.slice(full.lastIndexOf('.') + 1));
  const [near] = [...tasks.keys()].sort((one, other) => distanceTo(one) - distanceTo(other));
  throw coded('TASK_UNKNOWN', { name, hint: near && distanceTo(near) < name.length / 2 ? ` Did you mean ${near}?` : '' });
}

const camelCase = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/**
 * Turns a Python caller's arguments into ours: positional ones by the order of the contract, keyword ones from snake_case.
 * Names that the contract does not know are passed on, so that its check names them.
 */
export function argumentsFromCelery(
  task: Task<never, unknown>,
  args: unknown[],
  kwargs: Record<string, unknown>,
): Record<string, unknown> {
  if (args.length > task.parameters.length) {
    const problems = `${args.length} positional arguments were given, ${task.parameters.length} are taken`;
    throw coded('TASK_ARGUMENTS_INVALID', { name: task.taskName, problems });
  }
  const positional = args.map((value, index) => [task.parameters[index], value] as const);
  const named = Object.entries(kwargs).map(([name, value]) => [camelCase(name), value] as const);
  const given = [...positional, ...named];
  const doubled = given.find(([name], index) => given.slice(0, index).some(([taken]) => taken === name));
  if (doubled) throw coded('TASK_ARGUMENTS_INVALID', { name: task.taskName, problems: `${doubled[0]} was given twice` });
  return Object.fromEntries(given);
}
