import { Command, Redis } from 'ioredis';

/**
 * A call of a Lua script, as BullMQ makes them: two dozen short texts and an argument of bytes. ioredis measures and writes each
 * text by itself as soon as there are bytes among them, which takes more than three times as long as one text does.
 */
class ScriptCommand extends Command {
  override toWritable(): Buffer {
    const all = [this.name, ...(this.args as (string | Buffer)[])];
    let written = `*${all.length}\r\n`;
    for (const part of all) {
      const length = Buffer.byteLength(part);
      // In Latin-1 a character is a byte.
      const bytes =
        typeof part !== 'string' ? part.toString('latin1') : part.length === length ? part : Buffer.from(part).toString('latin1');
      written += `$${length}\r\n${bytes}\r\n`;
    }
    return Buffer.from(written, 'latin1');
  }
}

/** A connection that sends calls of scripts with less work. */
export class ScriptRedis extends Redis {
  override defineCommand(...[name, definition]: Parameters<Redis['defineCommand']>): void {
    super.defineCommand(name, definition);
    // What ioredis makes of a script chooses between EVAL and EVALSHA, and leaves the writing to its parent.
    const { Command: Call } = (this.scriptsSet as Record<string, { Command: typeof Command }>)[name]!;
    Object.setPrototypeOf(Call.prototype, ScriptCommand.prototype);
  }
}
