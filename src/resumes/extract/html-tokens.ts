import { decodeEntities } from './html-entities.js';

export type HtmlToken =
  | { kind: 'text'; text: string }
  | { kind: 'open'; name: string; attributes: Readonly<Record<string, string>> }
  | { kind: 'close'; name: string };

/** Elements whose content is not markup; the next end tag of the name closes them. */
const rawElements = new Set(['script', 'style', 'textarea', 'title', 'noscript', 'iframe', 'template', 'xmp', 'svg', 'math']);

/** A tag that is longer is text with a stray `<`. */
const maxTagLength = 20_000;
const tagStart = /^<(\/?)([a-z][a-z0-9:-]*)/i;
const attribute = /([^\s=>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?/g;

/** The end of the tag at `from`: the first `>` that is in no quoted value; -1 when there is none before the next `<`. */
function tagEnd(html: string, from: number): number {
  let quote = '';
  let isValue = false;
  const limit = Math.min(html.length, from + maxTagLength);
  for (let at = from; at < limit; at++) {
    const character = html[at] ?? '';
    if (quote) {
      if (character === quote) quote = '';
    } else if (character === '>') return at;
    else if (character === '<' && at > from) return -1;
    else if (isValue && (character === '"' || character === "'")) quote = character;
    if (character.trim() !== '') isValue = character === '=' && !quote;
  }
  return -1;
}

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = Object.create(null);
  for (const [, name = '', double, single, bare] of text.matchAll(attribute)) {
    attributes[name.toLowerCase()] ??= decodeEntities(double ?? single ?? bare ?? '');
  }
  return attributes;
}

/** Where markup that is no tag ends: a comment, a declaration, a processing instruction. */
function remarkEnd(html: string, from: number): number {
  const end = html.startsWith('<!--', from) ? '-->' : '>';
  const at = html.indexOf(end, from + 2);
  return at === -1 ? html.length : at + end.length;
}

/**
 * Takes HTML apart, whatever its faults: a `<` that opens no tag is text, an unclosed comment reaches to the end.
 * Comments, declarations and the content of scripts and styles are left out.
 */
export function* htmlTokens(html: string): Generator<HtmlToken> {
  let at = 0;
  let text = '';
  while (at < html.length) {
    const next = html.indexOf('<', at);
    text += next === -1 ? html.slice(at) : html.slice(at, next);
    if (next === -1) break;
    const [start, slash, tag = ''] = tagStart.exec(html.slice(next, next + 100)) ?? [];
    const end = start ? tagEnd(html, next + start.length) : -1;
    if (start === undefined || end === -1) {
      if (/^<[!?]/.test(html.slice(next, next + 2))) at = remarkEnd(html, next);
      else {
        text += '<';
        at = next + 1;
      }
      continue;
    }
    if (text) yield { kind: 'text', text: decodeEntities(text) };
    text = '';
    at = end + 1;
    const name = tag.toLowerCase();
    if (slash) yield { kind: 'close', name };
    else if (rawElements.has(name)) at = rawEnd(html, name, at);
    else yield { kind: 'open', name, attributes: readAttributes(html.slice(next + start.length, end)) };
  }
  if (text) yield { kind: 'text', text: decodeEntities(text) };
}

function rawEnd(html: string, name: string, from: number): number {
  const close = new RegExp(`</${name}[^>]*>`, 'ig');
  close.lastIndex = from;
  return close.exec(html) ? close.lastIndex : html.length;
}
