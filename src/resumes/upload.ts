import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { coded } from '../errors.js';
import type { FileStorage, StoredFile } from '../storage.js';
import { contentTypes, detectFileType, fileTypeHeadBytes, type ResumeType } from './extract/file-type.js';

export interface UploadedResume extends StoredFile {
  fileName: string;
  contentType: string;
}

/**
 * Streams the file of a multipart request into the storage, under `key`. Nothing is stored when it throws:
 * RESUME_FILE_MISSING, RESUME_EMPTY, RESUME_TOO_LARGE, RESUME_TYPE_UNSUPPORTED, REQUEST_INVALID.
 */
export async function receiveResume(
  request: FastifyRequest,
  { storage, key, maxBytes }: { storage: FileStorage; key: string; maxBytes: number },
): Promise<UploadedResume> {
  try {
    const part = await filePart(request);
    let type: ResumeType | undefined;
    const content = checkContent(part, maxBytes, (found) => {
      type = found;
    });
    const stored = await storage.put(key, Readable.from(content, { objectMode: false }));
    return { ...stored, fileName: tidyFileName(part.filename), contentType: contentTypes[type!] };
  } catch (error) {
    await discardRest(request.raw);
    throw error;
  }
}

async function filePart(request: FastifyRequest): Promise<MultipartFile> {
  if (!request.isMultipart()) throw coded('RESUME_FILE_MISSING');
  const part = await request.file().catch((error: Error) => {
    throw coded('REQUEST_INVALID', { problems: error.message }, { cause: error });
  });
  if (part?.fieldname !== 'file') throw coded('RESUME_FILE_MISSING');
  return part;
}

/** Passes a file on and throws as soon as it is known not to be a resume: its type shows in the first bytes, its size in the last. */
async function* checkContent(
  { file }: MultipartFile,
  maxBytes: number,
  onType: (type: ResumeType) => void,
): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of readPart(file)) {
    if (head) {
      head = Buffer.concat([head, chunk]);
      if (head.length >= fileTypeHeadBytes) {
        onType(detectFileType(head));
        head = undefined;
      }
    }
    yield chunk;
  }
  if (head) onType(detectFileType(head));
  if (file.truncated) throw coded('RESUME_TOO_LARGE', { limit: maxBytes });
}

/** A form that ends too early is the client's fault. */
async function* readPart(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* file;
  } catch (error) {
    throw coded('REQUEST_INVALID', { problems: (error as Error).message }, { cause: error });
  }
}

/** A client that is still sending reads no answer, so that what it sends is taken in and thrown away, within the request's timeout. */
async function discardRest(request: IncomingMessage): Promise<void> {
  request.unpipe();
  request.resume();
  // A client that has gone needs no answer.
  await finished(request).catch(() => undefined);
}

/** The file's name as it may be stored and shown. */
function tidyFileName(name: string): string {
  return name.replace(/\p{C}/gu, '').trim().slice(0, 200) || 'resume';
}
