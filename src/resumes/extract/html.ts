import { decodeCodePage } from './code-pages.js';
import { htmlTokens } from './html-tokens.js';
import { decodePlainText, decodeUnicode } from './plain-text.js';
import { isWhite, minReadablePoints } from './visibility.js';

/** Elements that stand on lines of their own. */
const blocks = new Set(
  (
    'address article aside blockquote body br center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 ' +
    'header hr html legend li main nav ol option p pre section summary table tbody tfoot thead tr ul'
  ).split(' '),
);
const voidElements = new Set(
  'area base br col embed hr img input link meta param source track wbr keygen bgsound basefont frame'.split(' '),
);
const paragraphs = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'section', 'table']);
/** Elements that end where the next of their name begins. */
const endsWithNext = new Set(['p', 'li', 'tr', 'td', 'th', 'dt', 'dd']);
/** Deeper elements are not told apart from those around them. */
const maxDepth = 500;

interface Element {
  name: string;
  className: string | undefined;
  isHidden: boolean;
  isWhite: boolean;
  hasBackground: boolean;
  isPreformatted: boolean;
  /** Where a link leads, when its text should name it. */
  link: string | undefined;
}

const pixels: Readonly<Record<string, number>> = { px: 0.75, pt: 1, em: 12, rem: 12, '%': 0.12 };

function isTiny(size: string | undefined): boolean {
  const [, value, unit = 'px'] = /^([\d.]+)(px|pt|em|rem|%)?$/.exec(size ?? '') ?? [];
  return value !== undefined && Number(value) * (pixels[unit] ?? 1) < minReadablePoints;
}

function parseStyle(style: string): Map<string, string> {
  return new Map(
    style.split(';').map((rule) => {
      const colon = rule.indexOf(':');
      const value = rule.slice(colon + 1).replace(/!important/i, '');
      return [rule.slice(0, colon).trim().toLowerCase(), value.trim().toLowerCase()] as const;
    }),
  );
}

function openElement(name: string, attributes: Readonly<Record<string, string>>, parent: Element | undefined): Element {
  const style = parseStyle(attributes.style ?? '');
  const isInvisible =
    style.get('display') === 'none' ||
    style.get('visibility') === 'hidden' ||
    Number(style.get('opacity') ?? 1) === 0 ||
    isTiny(style.get('font-size'));
  const background = style.get('background-color') ?? style.get('background') ?? attributes.bgcolor;
  const color = style.get('color') ?? (name === 'font' ? attributes.color : undefined);
  const target = /^(?:https?:\/\/|mailto:)\S+$/.exec(attributes.href ?? '')?.[0];
  return {
    name,
    className: attributes.class,
    isHidden: parent?.isHidden === true || attributes.hidden !== undefined || isInvisible,
    isWhite: color === undefined ? parent?.isWhite === true : isWhite(color),
    hasBackground: parent?.hasBackground === true || (background !== undefined && !isWhite(background)),
    isPreformatted: parent?.isPreformatted === true || name === 'pre',
    link: name === 'a' ? target?.replace(/^mailto:/, '').replace(/\?subject=.*/, '') : undefined,
  };
}

/**
 * Reads a page's text: a line for each block and each row of a table, bullets for list items. `hidden` is text that a
 * browser does not show by the page's inline styles, or shows white on white or too small to see.
 */
export function readHtml(html: string): { text: string; hidden: string } {
  // A style sheet may put a colour behind anything.
  const isWhiteHidden = !/<style[^>]*>[^<]*background|<link[^>]{0,500}stylesheet/i.test(html);
  const stack: Element[] = [];
  const lines: string[] = [];
  let line = '';
  let hidden = '';
  let linkFrom = 0;
  /** The inline element that ended right here, and whether one of another kind began since. */
  let ended: Element | undefined;
  let isSeam = false;
  const breakLine = (name: string) => {
    if (line.trim() !== '') lines.push(line.trimEnd());
    line = '';
    linkFrom = 0;
    if (paragraphs.has(name) && lines.at(-1)) lines.push('');
  };
  const add = (content: string) => {
    const top = stack.at(-1);
    const plain = top?.isPreformatted ? content : content.replace(/\s+/g, ' ');
    // A style sheet sets a title and its date apart, without a space: <b>Nurse</b><i>May 2020</i>.
    if (isSeam && /[\p{Ll}\d)]$/u.test(line) && /^[\p{Lu}\d(]/u.test(plain)) line += '\t';
    ended = undefined;
    isSeam = false;
    if (top && (top.isHidden || (top.isWhite && isWhiteHidden && !top.hasBackground))) hidden += plain;
    else line += line === '' && !top?.isPreformatted ? plain.trimStart() : plain;
  };
  const nameLink = ({ link, isHidden }: Element) => {
    const address = link?.replace(/^https?:\/\/(?:www\.)?/, '').replace(/\/$/, '');
    if (address && !isHidden && line.length > linkFrom && !line.slice(linkFrom).includes(address)) line += ` (${link})`;
  };
  const close = (name: string) => {
    const index = stack.findLastIndex((element) => element.name === name);
    if (index === -1) return;
    ended = stack[index];
    for (const element of stack.splice(index)) nameLink(element);
  };

  for (const token of htmlTokens(html)) {
    if (token.kind === 'text') {
      add(token.text);
      continue;
    }
    const { name } = token;
    if (token.kind === 'close') close(name);
    if (blocks.has(name)) breakLine(name);
    if (token.kind === 'close') continue;
    if (endsWithNext.has(name) && stack.at(-1)?.name === name) stack.pop();
    const element = openElement(name, token.attributes, stack.at(-1));
    isSeam = ended !== undefined && (ended.name !== name || ended.className !== element.className);
    if (name === 'a') linkFrom = line.length;
    else if (name === 'li' && !element.isHidden) line += '• ';
    else if ((name === 'td' || name === 'th') && line !== '') line += '\t';
    if (!voidElements.has(name) && stack.length < maxDepth) stack.push(element);
  }
  breakLine('');
  return { text: lines.join('\n').trim(), hidden };
}

/** The encoding that a page names in its head. */
const charset = /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{2,30})/i;

/** Decodes a page: by its byte order mark, as UTF-8 when it is, by the encoding it names, else by its letters. */
export function decodeHtml(data: Buffer): string {
  const unicode = decodeUnicode(data);
  if (unicode !== undefined) return unicode;
  const named = charset.exec(data.toString('latin1', 0, 4096))?.[1];
  return named === undefined || /^utf-?8$/i.test(named) ? decodePlainText(data) : decodeCodePage(data, named);
}
