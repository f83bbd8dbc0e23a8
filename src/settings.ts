import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { closest, distance } from 'fastest-levenshtein';
import { coded } from './errors.js';
import { type Definition, definitions } from './settings-table.js';

type Values = { readonly [K in keyof typeof definitions]: (typeof definitions)[K] extends Definition<infer T> ? T : never };
export interface Settings extends Omit<Values, 'storageDir'> {
  readonly storageDir: string;
}

/** Celery's names that have one allowed value here, so that a Django settings file can be carried over. */
const fixed: Record<string, RegExp> = {
  CELERY_RESULT_BACKEND: /./,
  CELERY_ACCEPT_CONTENT: /json/,
  CELERY_TASK_SERIALIZER: /^json$/,
  CELERY_RESULT_SERIALIZER: /^json$/,
  CELERY_ENABLE_UTC: /^true$/i,
};

export interface SettingsSource {
  /** Values given on the command line, by the setting's name. They win over the rest. */
  flags?: Record<string, string | undefined>;
  env?: Record<string, string | undefined>;
  /** The values of a `.env` file. */
  file?: Record<string, string | undefined>;
  /** What the command itself prefers to the defaults below. */
  defaults?: Record<string, string | undefined>;
  /** The folder that relative paths are taken from. */
  cwd?: string;
}

function checkNames(names: string[]): void {
  const known = Object.values(definitions).flatMap((definition: Definition<unknown>) => [
    definition.name,
    ...(definition.aliases ?? []),
  ]);
  for (const name of names) {
    if (known.includes(name) || name in fixed) continue;
    const near = closest(name, known);
    if (name.startsWith('CELERY_') || (distance(name, near) <= 2 && name.length > 6)) {
      throw coded('SETTING_UNKNOWN', { name, hint: distance(name, near) <= 6 ? ` Did you mean ${near}?` : '' });
    }
  }
}

/**
 * Resolves every setting: flags, then the environment, then the file, then the default. Pure.
 * Throws SETTING_INVALID with the name, what was given and what is allowed, or SETTING_UNKNOWN with the nearest name.
 */
export function resolveSettings({
  flags = {},
  env = {},
  file = {},
  defaults = {},
  cwd = process.cwd(),
}: SettingsSource): Settings {
  checkNames([...Object.keys(file), ...Object.keys(env).filter((name) => name.startsWith('CELERY_')), ...Object.keys(flags)]);
  for (const [name, pattern] of Object.entries(fixed)) {
    const given = env[name] ?? file[name];
    if (given && !pattern.test(given))
      throw coded('SETTING_INVALID', { name, given, allowed: pattern.source.replace(/[\^$]/g, '') });
  }
  const values: Record<string, unknown> = {};
  for (const [key, definition] of Object.entries(definitions) as [string, Definition<unknown>][]) {
    const names = [definition.name, ...(definition.aliases ?? [])];
    const given = [flags, env, file, defaults]
      .flatMap((source) => names.map((name) => source[name]))
      .find((value) => value !== undefined && value !== '');
    if (given === undefined) {
      values[key] = definition.fallback;
      continue;
    }
    const parsed = definition.schema.safeParse(given);
    if (!parsed.success) {
      throw coded('SETTING_INVALID', {
        name: definition.name,
        given: definition.secret ? '(hidden)' : given,
        allowed: definition.allowed,
      });
    }
    values[key] = parsed.data;
  }
  const stateDir = path.resolve(cwd, values.stateDir as string);
  const storageDir = values.storageDir ? path.resolve(cwd, values.storageDir as string) : path.join(stateDir, 'storage');
  return Object.freeze({ ...values, stateDir, storageDir }) as unknown as Settings;
}

/** Reads the settings of this process: `flags` over the environment over `.env` in the current folder over `defaults`. */
export function loadSettings({ flags = {}, defaults = {} }: Pick<SettingsSource, 'flags' | 'defaults'> = {}): Settings {
  const file = path.resolve('.env');
  return resolveSettings({
    flags,
    env: process.env,
    file: existsSync(file) ? (parseEnv(readFileSync(file, 'utf8')) as Record<string, string>) : {},
    defaults,
  });
}

/** The settings by their names, with what is secret hidden. */
export const visibleSettings = (settings: Settings): Record<string, Values[keyof Values] | null> =>
  Object.fromEntries(
    Object.entries(definitions).map(([key, { name, ...definition }]) => {
      const value = settings[key as keyof Values] ?? null;
      return [name, value !== null && 'secret' in definition ? '(hidden)' : value];
    }),
  );
