import { getResolvedPDFJS } from 'unpdf';
import { coded } from '../../errors.js';
import type { Box } from './geometry.js';
import type { Operation } from './pdf-page.js';

export type Pdfjs = Awaited<ReturnType<typeof getResolvedPDFJS>>;
type Loading = ReturnType<Pdfjs['getDocument']>;
export type Pdf = Awaited<Loading['promise']>;
export type Page = Awaited<ReturnType<Pdf['getPage']>>;

// pdf.js takes this method of Node 21 for granted.
const buffers: { transferToFixedLength?: () => ArrayBuffer } = ArrayBuffer.prototype as never;
buffers.transferToFixedLength ??= function transfer(this: ArrayBuffer) {
  return structuredClone(this, { transfer: [this] });
};

/** Begins to load a document; pictures of more pixels than `maxImageSize` are left out. */
export const load = (pdfjs: Pdfjs, data: Buffer, maxImageSize: number): Loading =>
  pdfjs.getDocument({
    // pdf.js takes the buffer over, hence a copy that it may keep.
    data: new Uint8Array(data),
    isEvalSupported: false,
    disableFontFace: true,
    verbosity: 0,
    maxImageSize,
  });

/** pdf.js numbers its operations. */
export const operationNames = (pdfjs: Pdfjs) =>
  new Map(Object.entries(pdfjs.OPS).map(([name, number]) => [Number(number), name]));

/** A page's operations by name, made one by one: there may be millions. */
export function* namedOperations(
  { fnArray, argsArray }: { fnArray: readonly number[]; argsArray: readonly (unknown[] | null)[] },
  names: ReadonlyMap<number, string>,
): Generator<Operation> {
  for (const [index, operation] of fnArray.entries()) {
    const name = names.get(operation) ?? '';
    const args = argsArray[index] ?? [];
    yield { name, args: name === 'constructPath' ? [names.get(Number(args[0])) ?? '', ...args.slice(1)] : args };
  }
}

/** The part of a page that is shown. */
export function viewOf({ view }: Page): Box {
  const [left = 0, bottom = 0, right = 0, top = 0] = view;
  return [left, bottom, right, top];
}

/** Opens a document for `use`. Throws RESUME_ENCRYPTED, and a plain error for a broken one. */
export async function withDocument<Result>(
  data: Buffer,
  maxImageSize: number,
  use: (pdf: Pdf, pdfjs: Pdfjs) => Promise<Result>,
): Promise<Result> {
  const pdfjs = await getResolvedPDFJS();
  try {
    const loading = load(pdfjs, data, maxImageSize);
    const result = await use(await loading.promise, pdfjs);
    await loading.destroy();
    return result;
  } catch (error) {
    const isEncrypted = error instanceof Error && error.name === 'PasswordException';
    throw isEncrypted ? coded('RESUME_ENCRYPTED', { type: 'PDF' }, { cause: error }) : error;
  }
}
