import { registeredTasks } from '../task.js';
import type { Json, TaskMessage } from '../types.js';

type Arguments = Record<string, Json>;

const isObject = (value: Json): value is Arguments => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Fills the arguments that a message leaves out from the result of the step before: from the fields of an object by name;
 * the results of a group, an array, go to the argument `results`. What the task does not take, or was given, stays as it is.
 */
export function fillArguments(
  { name, args, immutable }: Pick<TaskMessage, 'name' | 'args' | 'immutable'>,
  result: Json,
): Arguments {
  if (immutable) return args;
  const offered: Arguments = Array.isArray(result) ? { results: result } : isObject(result) ? result : {};
  const parameters = registeredTasks().get(name)?.parameters ?? [];
  const taken = parameters.filter((parameter) => !(parameter in args) && parameter in offered);
  return { ...Object.fromEntries(taken.map((parameter) => [parameter, offered[parameter]])), ...args };
}
