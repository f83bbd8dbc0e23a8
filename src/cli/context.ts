import type { App } from '../app.js';
import { createLogger, type Logger } from '../logging.js';
import { loadSettings, type Settings } from '../settings.js';

/** What the command line says of settings, by the settings' names. */
export type Flags = Record<string, string | undefined>;

/** The settings and the log of a command. `name` is how it signs its lines; `defaults` are what it prefers where nothing is set. */
export function openContext(name: string, flags: Flags = {}, defaults: Flags = {}): { settings: Settings; log: Logger } {
  const settings = loadSettings({ flags, defaults });
  return { settings, log: createLogger({ level: settings.logLevel, format: settings.logFormat, name }) };
}

/** What a command that answers and ends logs. */
export const quiet: Flags = { LOG_LEVEL: 'warning' };

/**
 * Opens the app, acts and closes it. The app's code is loaded here, as every command loads what it needs when it is to act:
 * `--help` and mistakes are answered without.
 */
export async function useApp<T>({ settings, log }: ReturnType<typeof openContext>, act: (app: App) => Promise<T>): Promise<T> {
  const { openApp } = await import('../app.js');
  const app = await openApp(settings, log);
  try {
    return await act(app);
  } finally {
    await app.close();
  }
}

/** For a command that answers and ends: gives it the app. Only warnings are logged unless LOG_LEVEL says more. */
export const withApp = async <T>(name: string, act: (app: App) => Promise<T>): Promise<T> =>
  useApp(openContext(name, {}, quiet), act);

/** How long a cold shutdown may take before the process ends in any case, in milliseconds. */
const coldLimit = 10_000;

/** What stops a service: tells `act` of each SIGTERM and SIGINT, those that came before it was called included. */
type StopSignals = (act: (signal: string) => void) => void;

/**
 * Takes SIGTERM and SIGINT from now on. One that comes while a service still starts, and may hold tasks or a database
 * already, waits until it can be stopped in order; a second one by then ends the process.
 */
function takeSignals(): StopSignals {
  const early: string[] = [];
  let onSignal = (signal: string) => {
    if (early.push(signal) > 1) process.exit(1);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => onSignal(signal));
  return (act) => {
    onSignal = act;
    early.forEach(act);
  };
}

/** The settings, the log and the signals of a service, which is stopped by `serveUntilSignal`. */
export const openServiceContext = (name: string, flags: Flags): ReturnType<typeof openContext> & { signals: StopSignals } => ({
  ...openContext(name, flags),
  signals: takeSignals(),
});

/**
 * Keeps a service running until SIGTERM or SIGINT, then stops it: the first signal warmly, within the settings' grace
 * period; the second at once.
 *
 * @param stop Called with the seconds of grace; may be called again, with 0, while it is still under way.
 */
export async function serveUntilSignal(
  { settings, log, signals }: ReturnType<typeof openServiceContext>,
  stop: (grace: number) => Promise<void>,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let count = 0;
    signals((signal) => {
      count++;
      if (count === 1) {
        log.warn(
          {},
          `${signal}: warm shutdown, running tasks have ${settings.workerShutdownTimeout} s; once more for a cold one`,
        );
        stop(settings.workerShutdownTimeout).then(resolve, reject);
        return;
      }
      log.warn({}, `${signal}: cold shutdown, running tasks are handed back`);
      setTimeout(() => process.exit(1), coldLimit).unref();
      stop(0).catch(reject);
    });
  });
}

export const print = (text: string): void => void process.stdout.write(`${text}\n`);
