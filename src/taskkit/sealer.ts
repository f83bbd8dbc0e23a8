import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { coded } from '../errors.js';
import type { Task } from './task.js';
import type { Json } from './types.js';

/** What keeps secret arguments unreadable between the caller and the handler. */
export interface Sealer {
  /** The text, readable only with the same key and context. Sealed twice it gives two different texts. */
  seal(text: string, context: string): string;
  /** The text that was sealed; one that is not sealed is given back as it is. Throws when key or context are others, or it was changed. */
  open(text: string, context: string): string;
}

const mark = 'sealed:v1:';
const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Whether a value is what a sealer makes of a text. */
export const isSealed = (value: unknown): value is string => typeof value === 'string' && value.startsWith(mark);

/** A sealer with AES-256-GCM. Its key is made from `secretKey`, which callers and workers must share. */
export function createSealer(secretKey: string): Sealer {
  const key = createHmac('sha256', secretKey).update('sealed arguments').digest();
  return {
    seal(text, context) {
      const nonce = randomBytes(nonceBytes);
      const box = createCipheriv(cipher, key, nonce).setAAD(Buffer.from(context));
      const parts = [nonce, box.update(text, 'utf8'), box.final(), box.getAuthTag()];
      return mark + Buffer.concat(parts).toString('base64url');
    },
    open(text, context) {
      if (!isSealed(text)) return text;
      const sealed = Buffer.from(text.slice(mark.length), 'base64url');
      const box = createDecipheriv(cipher, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
      box.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-tagBytes));
      const content = sealed.subarray(nonceBytes, -tagBytes);
      return Buffer.concat([box.update(content), box.final()]).toString('utf8');
    },
  };
}

type Contract = Pick<Task<never, unknown>, 'taskName' | 'options'>;
type Arguments = Record<string, Json>;

/** Seals those arguments that the contract wants sealed. Throws TASK_OPTIONS_INVALID when there is no sealer to do it. */
export function sealArguments(contract: Contract, args: Arguments, sealer: Pick<Sealer, 'seal'> | undefined): Arguments {
  return replaced(contract, args, (text, context) => neededSealer(contract, sealer).seal(text, context));
}

/**
 * Opens the sealed arguments of a message. Those that came in clear, from another producer, stay as they are.
 * Throws TASK_SEAL_BROKEN, naming the argument.
 */
export function openArguments(contract: Contract, args: Arguments, sealer: Pick<Sealer, 'open'> | undefined): Arguments {
  return replaced(contract, args, (text, context, argument) => {
    if (!isSealed(text)) return text;
    const needed = neededSealer(contract, sealer);
    try {
      return needed.open(text, context);
    } catch (error) {
      throw coded('TASK_SEAL_BROKEN', { name: contract.taskName, argument }, { cause: error });
    }
  });
}

function replaced(
  { taskName, options: { sealed } }: Contract,
  args: Arguments,
  change: (text: string, context: string, argument: string) => string,
): Arguments {
  if (!sealed) return args;
  const changes = sealed.flatMap((argument) => {
    const value = args[argument];
    return typeof value === 'string' ? [[argument, change(value, `${taskName}/${argument}`, argument)]] : [];
  });
  return { ...args, ...Object.fromEntries(changes) };
}

function neededSealer<S>({ taskName }: Contract, sealer: S | undefined): S {
  if (sealer) return sealer;
  throw coded('TASK_OPTIONS_INVALID', { name: taskName, problems: 'it has sealed arguments, and connect() was given no sealer' });
}
