import { inflateRawSync } from 'node:zlib';
import { coded } from '../../errors.js';

const maxEntries = 2000;
const maxPartBytes = 16 * 1024 * 1024;
const maxTotalBytes = 32 * 1024 * 1024;

/** The records of a ZIP archive: their signatures and the length of their fixed parts. */
const endRecord = { signature: 0x06054b50, length: 22 };
const centralRecord = { signature: 0x02014b50, length: 46 };
const localRecord = { signature: 0x04034b50, length: 30 };
const maxCommentLength = 0xffff;

interface Entry {
  method: number;
  isEncrypted: boolean;
  compressedSize: number;
  offset: number;
}

function findEnd(data: Buffer): number {
  const first = Math.max(0, data.length - endRecord.length - maxCommentLength);
  for (let at = data.length - endRecord.length; at >= first; at--) if (data.readUInt32LE(at) === endRecord.signature) return at;
  throw new Error('The archive has no end.');
}

/** The archive's entries as its directory lists them. A part that is there twice could be read in two ways. */
function listEntries(data: Buffer): Map<string, Entry> {
  const end = findEnd(data);
  const count = data.readUInt16LE(end + 10);
  if (count > maxEntries) throw coded('RESUME_LIMIT_EXCEEDED', { limit: `${maxEntries} entries` });
  const entries = new Map<string, Entry>();
  let at = data.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    if (data.readUInt32LE(at) !== centralRecord.signature) throw new Error('The archive’s directory is broken.');
    const nameEnd = at + centralRecord.length + data.readUInt16LE(at + 28);
    const name = data.toString('utf8', at + centralRecord.length, nameEnd);
    if (entries.has(name)) throw new Error(`The archive has two entries ${name}.`);
    entries.set(name, {
      isEncrypted: (data.readUInt16LE(at + 8) & 1) === 1,
      method: data.readUInt16LE(at + 10),
      compressedSize: data.readUInt32LE(at + 20),
      offset: data.readUInt32LE(at + 42),
    });
    at = nameEnd + data.readUInt16LE(at + 30) + data.readUInt16LE(at + 32);
  }
  return entries;
}

/** Unpacks an entry up to the limit, whatever size its headers declare. */
function unpack(data: Buffer, { method, compressedSize, offset }: Entry, limit: number): Buffer {
  if (data.readUInt32LE(offset) !== localRecord.signature) throw new Error('An entry has no header.');
  const start = offset + localRecord.length + data.readUInt16LE(offset + 26) + data.readUInt16LE(offset + 28);
  const packed = data.subarray(start, start + compressedSize);
  if (packed.length < compressedSize) throw new Error('An entry is cut off.');
  const tooLarge = () => coded('RESUME_LIMIT_EXCEEDED', { limit: 'unpacked size' });
  if (method === 0) {
    if (packed.length > limit) throw tooLarge();
    return packed;
  }
  if (method !== 8) throw new Error(`An entry is packed by the unknown method ${method}.`);
  try {
    return inflateRawSync(packed, { maxOutputLength: limit });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : error;
  }
}

/**
 * Reads the wanted parts of a ZIP archive; all others stay packed, and no name is taken for a path.
 * Throws RESUME_LIMIT_EXCEEDED above 2,000 entries, 16 MiB unpacked for one part or 32 MiB for all, RESUME_ENCRYPTED naming
 * `type`, and a plain error for a broken archive.
 */
export function readZipParts(data: Buffer, type: string, isWanted: (name: string) => boolean): Map<string, Buffer> {
  const parts = new Map<string, Buffer>();
  let total = 0;
  for (const [name, entry] of listEntries(data)) {
    if (!isWanted(name)) continue;
    if (entry.isEncrypted) throw coded('RESUME_ENCRYPTED', { type });
    const part = unpack(data, entry, Math.min(maxPartBytes, maxTotalBytes - total));
    total += part.length;
    parts.set(name, part);
  }
  return parts;
}
