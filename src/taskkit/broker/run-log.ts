import { storableText } from '../storable.js';
import type { LogLine, TaskLogger } from '../types.js';

/** What is kept of a run's log: its last lines, at most so many, and so many characters of one and of all. */
const mostLines = 100;
const longestLine = 2000;
const mostCharacters = 16_000;

/** The log of a run: passes lines on, and keeps the last ones for those who look at the run; debug lines are not kept. */
export class RunLog implements TaskLogger {
  /** Undefined while there are none: most runs log nothing. */
  lines: LogLine[] | undefined;
  private characters = 0;

  constructor(private readonly log: TaskLogger) {}

  isLevelEnabled(level: string): boolean {
    return this.log.isLevelEnabled?.(level) ?? true;
  }
  debug(details: object, message: string): void {
    this.log.debug(details, message);
  }
  info(details: object, message: string): void {
    this.log.info(details, message);
    this.keep('info', message);
  }
  warn(details: object, message: string): void {
    this.log.warn(details, message);
    this.keep('warn', message);
  }
  error(details: object, message: string): void {
    this.log.error(details, message);
    this.keep('error', message);
  }

  private keep(level: LogLine['level'], message: string): void {
    this.lines ??= [];
    const line = { at: Date.now(), level, message: storableText(String(message).slice(0, longestLine)) };
    this.lines.push(line);
    this.characters += line.message.length;
    while (this.lines.length > mostLines || this.characters > mostCharacters) {
      this.characters -= this.lines.shift()!.message.length;
    }
  }
}
