import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { createLimiter } from './limiter.js';

interface Cost {
  /** The base-2 logarithm of scrypt's N. */
  logN: number;
  r: number;
  p: number;
}

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);

/** OWASP's figures for scrypt with 32 MB of memory (Password Storage Cheat Sheet). */
const cost: Cost = { logN: 15, r: 8, p: 3 };
const saltBytes = 16;
const hashBytes = 32;

/** Each hash takes 32 MB and one of the four threads that file access also uses. */
const limit = createLimiter(2);

function hash(password: string, salt: Buffer, { logN, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** logN;
  // The same password typed on another keyboard may be composed of other code points.
  return limit(() => derive(password.normalize('NFKC'), salt, hashBytes, { N, r, p, maxmem: 256 * N * r }));
}

const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

/** Hashes a password with a new salt. The answer holds the parameters, so that they can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hashed = await hash(password, salt, cost);
  return `$scrypt$ln=${cost.logN},r=${cost.r},p=${cost.p}$${encode(salt)}$${encode(hashed)}`;
}

const stored = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/;

/**
 * Tells whether the password is the one that was hashed.
 * Without a usable hash (no such account, one that has no password) it takes as long and answers false,
 * so that nobody learns from the time which addresses have an account.
 */
export async function verifyPassword(password: string, hashed: string | null | undefined): Promise<boolean> {
  const [, logN, r, p, salt, expected] = stored.exec(hashed ?? '') ?? [];
  if (!salt || !expected) {
    await hash(password, Buffer.alloc(saltBytes), cost);
    return false;
  }
  const given = await hash(password, Buffer.from(salt, 'base64'), { logN: Number(logN), r: Number(r), p: Number(p) });
  const wanted = Buffer.from(expected, 'base64');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
