import { z } from 'zod';
import type { Json } from '../taskkit/index.js';
import { notificationFields } from '../tasks/notifications.js';

const entry = z.object(notificationFields);

const camelCase = (key: string) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Checks an entry of a batch, whose keys may be in camelCase or, as a Python caller's, in snake_case. */
export function checkEntry(given: Record<string, Json>): { fields: z.output<typeof entry> } | { reason: string } {
  const renamed = Object.fromEntries(Object.entries(given).map(([key, value]) => [camelCase(key), value]));
  const { success, data, error } = entry.safeParse(renamed);
  if (success) return { fields: data };
  return { reason: error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') };
}
