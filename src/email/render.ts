import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Liquid, type Template } from 'liquidjs';
import { coded } from '../errors.js';
import { frontendLink, webLink } from './links.js';
import { shorten, singleLine } from './text.js';

export interface RenderedMail {
  subject: string;
  html: string;
  text: string;
}

type TemplateValue = string | number | boolean | null | TemplateValue[] | { [key: string]: TemplateValue };
export type TemplateData = Record<string, TemplateValue>;

export interface Renderer {
  /**
   * Renders a mail. With `unsubscribeUrl` among the data, the footer says how to get no more of its kind.
   * Throws EMAIL_TEMPLATE_MISSING for an unknown template, and Liquid's own error when the template uses a value that
   * `data` lacks.
   */
  render(template: string, data: TemplateData): RenderedMail;
}

interface ParsedMail {
  subject: Template[];
  html: Template[];
  text: Template[];
}

const SUBJECT_CHARACTERS = 150;
const number = new Intl.NumberFormat('en');

/** Every string of the data on one printable line: what comes from users must not shape the mail. */
function clean(value: TemplateValue): TemplateValue {
  if (typeof value === 'string') return singleLine(value);
  if (Array.isArray(value)) return value.map(clean);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, clean(each)]));
}

/** How many links are remembered; a mail has each of its links twice, and most mails have some in common. */
const maxLinks = 1000;

/** Makes links under `frontendUrl`. Those with a query are not remembered: it may hold a secret. */
function rememberLinks(frontendUrl: string): (target: string) => string {
  const links = new Map<string, string>();
  return (target) => {
    const known = links.get(target);
    if (known !== undefined) return known;
    const link = frontendLink(frontendUrl, target);
    if (links.size >= maxLinks) links.clear();
    if (!target.includes('?')) links.set(target, link);
    return link;
  };
}

function createEngine(folder: string, linkTo: (target: string) => string, output: { outputEscape?: 'escape' }): Liquid {
  const engine = new Liquid({
    ...output,
    root: path.join(folder, 'layout'),
    extname: '.txt',
    relativeReference: false,
    cache: true,
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    parseLimit: 200_000,
    renderLimit: 5_000,
    memoryLimit: 10_000_000,
  });
  engine.registerFilter('link', (target: unknown) => linkTo(String(target)));
  engine.registerFilter('web_link', (url: unknown) => webLink(String(url)));
  engine.registerFilter('number', (value: number) => number.format(value));
  engine.registerFilter('plural', (count: number, one: string, many: string) => (count === 1 ? one : many));
  return engine;
}

/**
 * Renders the mails that the build left in `folder`: `<template>.html`, and `<template>.txt`, whose first line is
 * `Subject: …`. Each is read and parsed once, at its first use. The filter `link` makes a path a URL under `frontendUrl`;
 * `web_link` passes a URL of another host.
 */
export function createRenderer({ folder, frontendUrl }: { folder: string; frontendUrl: string }): Renderer {
  const linkTo = rememberLinks(frontendUrl);
  const htmlEngine = createEngine(folder, linkTo, { outputEscape: 'escape' });
  const textEngine = createEngine(folder, linkTo, {});
  const parsed = new Map<string, ParsedMail>();

  function parse(template: string): ParsedMail {
    const read = (extension: string) => {
      try {
        return readFileSync(path.join(folder, template + extension), 'utf8');
      } catch (cause) {
        throw coded('EMAIL_TEMPLATE_MISSING', { template }, { cause });
      }
    };
    const source = read('.txt');
    const endOfSubject = source.indexOf('\n');
    return {
      subject: textEngine.parse(source.slice('Subject: '.length, endOfSubject)),
      text: textEngine.parse(source.slice(endOfSubject).trimStart()),
      html: htmlEngine.parse(read('.html')),
    };
  }

  return {
    render(template, data) {
      const mail = parsed.get(template) ?? parse(template);
      parsed.set(template, mail);
      const { unsubscribeUrl = null, ...values } = clean(data) as TemplateData;
      // Global, because the text's footer is a template of its own.
      const options = { globals: { unsubscribeUrl } };
      const subject = shorten(singleLine(textEngine.renderSync(mail.subject, values)), SUBJECT_CHARACTERS);
      return {
        subject,
        html: htmlEngine.renderSync(mail.html, { ...values, subject }, options),
        text: textEngine.renderSync(mail.text, values, options),
      };
    },
  };
}
