import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { JourneymanError } from '#src/errors.js';
import { loadSettings, resolveSettings, type SettingsSource } from '#src/settings.js';
import { definitions } from '#src/settings-table.js';

/** The error that a source of settings ends in. */
function failureOf(source: SettingsSource): { code: string | undefined; message: string } {
  try {
    resolveSettings(source);
  } catch (error) {
    return { code: error instanceof JourneymanError ? error.code : undefined, message: (error as Error).message };
  }
  throw new Error('The settings were accepted.');
}

describe('where a setting comes from', () => {
  const everywhere = { flags: { API_PORT: '1' }, env: { API_PORT: '2' }, file: { API_PORT: '3' } };

  it('is the command line, then the environment, then the file, then the command’s default, then the general one', () => {
    const { flags, env, file } = everywhere;
    expect(resolveSettings({ flags, env, file }).apiPort).toBe(1);
    expect(resolveSettings({ env, file }).apiPort).toBe(2);
    expect(resolveSettings({ file, defaults: { API_PORT: '4' } }).apiPort).toBe(3);
    expect(resolveSettings({ defaults: { API_PORT: '4' } }).apiPort).toBe(4);
    expect(resolveSettings({}).apiPort).toBe(8000);
  });

  it('passes over what is empty or not given', () => {
    expect(resolveSettings({ ...everywhere, flags: { API_PORT: undefined } }).apiPort).toBe(2);
    expect(resolveSettings({ ...everywhere, flags: {}, env: { API_PORT: '' } }).apiPort).toBe(3);
  });

  it('may go by another name, over which the first one wins in the same place', () => {
    const [first, second] = ['redis://first/0', 'redis://second/0'];
    expect(resolveSettings({ env: { BROKER_URL: second } }).brokerUrl).toBe(second);
    expect(resolveSettings({ env: { BROKER_URL: second, CELERY_BROKER_URL: first } }).brokerUrl).toBe(first);
    expect(resolveSettings({ env: { BROKER_URL: second }, file: { CELERY_BROKER_URL: first } }).brokerUrl).toBe(second);
  });

  it('gives settings that nobody can change', () => {
    expect(Object.isFrozen(resolveSettings({}))).toBe(true);
  });
});

describe('every setting', () => {
  const all = Object.entries(definitions);

  it.each(all.filter(([, { fallback }]) => fallback !== undefined))('%s allows its own default', (_, { schema, fallback }) => {
    const written = typeof fallback === 'object' ? JSON.stringify(fallback) : String(fallback);
    expect(schema.parse(written)).toEqual(fallback);
  });

  it.each(all)('%s says what it is for and what is allowed, under a name of its own', (_, definition) => {
    expect(definition.about).toMatch(/\.$/);
    expect(definition.allowed).not.toBe('');
    expect(all.filter(([, { name }]) => name === definition.name)).toHaveLength(1);
  });
});

describe('a value that is not allowed', () => {
  const bad: [name: string, given: string, allowed: RegExp][] = [
    ['API_PORT', '65536', /from 0/],
    ['API_PORT', '-1', /from 0/],
    ['API_PORT', '80a', /from 0/],
    ['API_PORT', '1e3', /from 0/],
    ['API_PORT', '80.5', /from 0/],
    ['API_PORT', ' ', /from 0/],
    ['CELERY_RESULT_EXPIRES', '59', /60 to 31536000/],
    ['CELERY_TASK_TIME_LIMIT', '0', /1 to 86400/],
    ['CELERY_WORKER_CONCURRENCY', 'many', /1 to 1000/],
    ['CELERY_TIMEZONE', 'Mars/Olympus', /Europe\/Berlin/],
    // PostgreSQL would take it for the winter time of the whole year.
    ['CELERY_TIMEZONE', 'CET', /Europe\/Berlin/],
    ['CELERY_TIMEZONE', '+05:30', /Europe\/Berlin/],
    ['CELERY_TASK_ROUTES', '{', /JSON/],
    ['CELERY_TASK_ROUTES', '[]', /JSON/],
    ['CELERY_TASK_ROUTES', '{"a": {"queue": "b", "priority": 10}}', /JSON/],
    ['CELERY_TASK_DEFAULT_QUEUE', 'two words', /queue name/],
    ['CELERY_TASK_DEFAULT_QUEUE', 'a:b', /queue name/],
    ['CELERY_TASK_ROUTES', '{"tasks.*": "a:b"}', /JSON/],
    ['CELERY_TASK_ROUTES', '{"tasks.*": {"queue": "a:b"}}', /JSON/],
    ['FRONTEND_URL', 'careers.example', /http:\/\/ or https:\/\//],
    ['FRONTEND_URL', 'ftp://careers.example', /http:\/\/ or https:\/\//],
    ['DEFAULT_FROM_EMAIL', 'nobody', /Careers <careers@example.com>/],
    ['DEFAULT_FROM_EMAIL', 'Careers <a@b>\nBcc: c@d', /Careers <careers@example.com>/],
    ['LOG_LEVEL', 'loud', /debug, info, warning, error or critical/],
    ['LOG_FORMAT', 'xml', /auto, text or json/],
    ['STATE_DIR', ' ', /a folder/],
  ];

  it.each(bad)('%s=%s stops the program with the name, the value and what is allowed', (name, given, allowed) => {
    const { code, message } = failureOf({ env: { [name]: given } });
    expect(code).toBe('SETTING_INVALID');
    expect(message).toContain(`Setting ${name} is "${given}"`);
    expect(message).toMatch(allowed);
  });

  it.each([
    ['SECRET_KEY', 'a-short-secret'],
    ['DATABASE_URL', 'mysql://me:a-short-secret@host/db'],
    ['CELERY_BROKER_URL', 'amqp://me:a-short-secret@host'],
    ['BROKER_URL', 'amqp://me:a-short-secret@host'],
    ['EMAIL_URL', 'http://me:a-short-secret@host'],
  ])('%s is a secret and not shown', (name, given) => {
    const { code, message } = failureOf({ env: { [name]: given } });
    expect(code).toBe('SETTING_INVALID');
    expect(message).toContain('(hidden)');
    expect(message).not.toContain('a-short-secret');
  });

  it('is refused wherever it comes from', () => {
    expect(failureOf({ flags: { LOG_LEVEL: 'loud' } }).code).toBe('SETTING_INVALID');
    expect(failureOf({ file: { LOG_LEVEL: 'loud' } }).code).toBe('SETTING_INVALID');
  });
});

describe('a value that is allowed', () => {
  it.each([
    ['logLevel', 'LOG_LEVEL', 'WARNING', 'warning'],
    ['resultExpires', 'CELERY_RESULT_EXPIRES', '3600.0', 3600],
    ['frontendUrl', 'FRONTEND_URL', 'https://careers.example/app//', 'https://careers.example/app'],
    ['timezone', 'CELERY_TIMEZONE', 'Europe/Berlin', 'Europe/Berlin'],
    ['defaultFromEmail', 'DEFAULT_FROM_EMAIL', 'Careers <careers@example.com>', 'Careers <careers@example.com>'],
    [
      'taskRoutes',
      'CELERY_TASK_ROUTES',
      '{"tasks.email_tasks.*": {"queue": "email", "priority": 3}, "other": "o"}',
      { 'tasks.email_tasks.*': { queue: 'email', priority: 3 }, other: 'o' },
    ],
  ] as const)('%s is read from %s=%s', (key, name, given, value) => {
    expect(resolveSettings({ env: { [name]: given } })[key]).toEqual(value);
  });
});

describe('a name that there is not', () => {
  it.each(['CELERY_BROKER_ULR', 'CELERY_TIME_ZONE', 'CELERY_RESULT_EXPIRE'])(
    '%s in the environment gets a suggestion',
    (name) => {
      const { code, message } = failureOf({ env: { [name]: 'x' } });
      expect(code).toBe('SETTING_UNKNOWN');
      expect(message).toMatch(new RegExp(`no setting ${name}\\. Did you mean CELERY_[A-Z_]+\\?`));
    },
  );

  it('is refused without a suggestion when nothing is like it', () => {
    expect(failureOf({ env: { CELERY_FLUX_CAPACITOR_VOLTAGE: '1' } })).toEqual({
      code: 'SETTING_UNKNOWN',
      message: 'There is no setting CELERY_FLUX_CAPACITOR_VOLTAGE.',
    });
  });

  it('is found in the file by being like another one', () => {
    expect(failureOf({ file: { DATABSE_URL: 'x' } }).message).toContain('Did you mean DATABASE_URL?');
    expect(failureOf({ file: { FRONTENDURL: 'x' } }).message).toContain('Did you mean FRONTEND_URL?');
  });

  it('is none of our business in the environment and in a file that other programs share', () => {
    const others = { PATH: '/bin', HOME: '/root', LANG: 'C', DATABSE_URL: 'x', API_KEY: 'x', PORT: '1' };
    expect(resolveSettings({ env: others })).toEqual(resolveSettings({}));
    expect(resolveSettings({ file: { POSTGRES_PASSWORD: 'x', COMPOSE_PROJECT_NAME: 'careers' } })).toEqual(resolveSettings({}));
  });
});

describe('settings of Celery that have one value here', () => {
  it('are accepted with it', () => {
    const env = {
      CELERY_RESULT_BACKEND: 'redis://localhost:6379/0',
      CELERY_ACCEPT_CONTENT: "['json']",
      CELERY_TASK_SERIALIZER: 'json',
      CELERY_RESULT_SERIALIZER: 'json',
      CELERY_ENABLE_UTC: 'True',
    };
    expect(resolveSettings({ env })).toEqual(resolveSettings({}));
    expect(resolveSettings({ file: env })).toEqual(resolveSettings({}));
  });

  it.each([
    ['CELERY_ACCEPT_CONTENT', 'pickle', 'json'],
    ['CELERY_TASK_SERIALIZER', 'pickle', 'json'],
    ['CELERY_RESULT_SERIALIZER', 'yaml', 'json'],
    ['CELERY_ENABLE_UTC', 'False', 'true'],
  ])('%s=%s is refused', (name, given, allowed) => {
    expect(failureOf({ env: { [name]: given } })).toEqual({
      code: 'SETTING_INVALID',
      message: `Setting ${name} is "${given}". Allowed: ${allowed}.`,
    });
  });
});

describe('folders', () => {
  it('are taken from the current folder when they are relative', () => {
    expect(resolveSettings({ cwd: '/srv/careers' })).toMatchObject({
      stateDir: '/srv/careers/.journeyman',
      storageDir: '/srv/careers/.journeyman/storage',
    });
    expect(resolveSettings({ cwd: '/srv', env: { STATE_DIR: 'state', STORAGE_DIR: '../files' } })).toMatchObject({
      stateDir: '/srv/state',
      storageDir: '/files',
    });
    expect(resolveSettings({ cwd: '/srv', env: { STATE_DIR: '/var/state' } }).storageDir).toBe('/var/state/storage');
  });
});

describe('the settings of a process', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'journeyman-settings-'));
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('are read from .env in the current folder, under the environment and the flags', () => {
    writeFileSync(path.join(folder, '.env'), '# ours\nAPI_PORT=1\nAPI_HOST="0.0.0.0"\nLOG_LEVEL=debug\n');
    vi.spyOn(process, 'cwd').mockReturnValue(folder);
    vi.stubEnv('API_PORT', '2');
    vi.stubEnv('LOG_LEVEL', 'error');
    const settings = loadSettings({ flags: { LOG_LEVEL: 'critical' } });
    expect(settings).toMatchObject({ apiPort: 2, apiHost: '0.0.0.0', logLevel: 'critical' });
    expect(settings.stateDir).toBe(path.join(folder, '.journeyman'));
  });
});
