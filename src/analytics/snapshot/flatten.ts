import { z } from 'zod';
import type { Cell } from './csv.js';

/** The paths to the values that an object of this schema holds, such as `profile.completeness`; a list is one value. */
export function pathsOf(schema: z.ZodType, prefix = ''): string[] {
  const within = ([key, inner]: [string, unknown]) => pathsOf(inner as z.ZodType, prefix ? `${prefix}.${key}` : key);
  if (schema instanceof z.ZodObject) return Object.entries(schema.shape).flatMap(within);
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum) {
    return schema.keyType.options.flatMap((key) => within([String(key), schema.valueType]));
  }
  return [prefix];
}

/** The value at a path; undefined when there is none. */
export function valueAt(row: object, path: string): Cell {
  let value: unknown = row;
  for (const key of path.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value as Cell;
}

/** Every single value that a JSON value holds, with its path; a place in a list is its number, from 0. */
export function* leavesOf(value: unknown, path = ''): Generator<{ path: string; value: Cell }> {
  if (typeof value !== 'object' || value === null) {
    yield { path, value: value as Cell };
    return;
  }
  for (const [key, inner] of Object.entries(value)) yield* leavesOf(inner, path ? `${path}.${key}` : key);
}
