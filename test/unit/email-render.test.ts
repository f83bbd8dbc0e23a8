import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRenderer } from '#src/email/index.js';
import type { TemplateData } from '#src/email/render.js';
import { hostileNames } from './email-hostile-names.js';

const folder = path.resolve('dist/emails');
const frontendUrl = 'https://careers.example.com';
const renderer = createRenderer({ folder, frontendUrl });
const samples: Record<string, TemplateData> = JSON.parse(readFileSync('emails/samples.json', 'utf8'));
const templates = readdirSync('emails').flatMap((file) => (file.endsWith('.mjml') ? [path.parse(file).name] : []));
const achievement = samples.achievement!;

/** Every placeholder and tag of Liquid in a text. */
const liquidIn = (text: string) => text.match(/\{\{.*?\}\}|\{%.*?%\}/g) ?? [];

describe('every mail', () => {
  it('has sample data', () => {
    expect(Object.keys(samples).sort()).toEqual(templates.sort());
  });

  it.each(templates)('%s renders as HTML and as text, with nothing left over', (template) => {
    const { subject, html, text } = renderer.render(template, samples[template]!);
    for (const part of [subject, html, text]) expect(part).not.toMatch(/\{\{|\}\}|\{%|undefined|\[object/);
    expect(subject).not.toBe('');
    expect(html).toContain(`<title>${subject}</title>`);
    expect(text).not.toMatch(/<[a-z]/i);
  });

  it.each(templates)('%s comes through the MJML compiler with every placeholder as it was written', (template) => {
    const written = ['layout/header', template, 'layout/footer']
      .flatMap((name) => liquidIn(readFileSync(`emails/${name}.mjml`, 'utf8')))
      .filter((placeholder) => placeholder !== '{{ subject }}');
    const compiled = liquidIn(readFileSync(path.join(folder, `${template}.html`), 'utf8'));
    expect(compiled.filter((placeholder) => placeholder !== '{{ subject }}').sort()).toEqual(written.sort());
  });

  it.each(templates)('%s links only to pages under FRONTEND_URL, and to the same ones in both parts', (template) => {
    const unsubscribeUrl = 'https://api.example.com/api/unsubscribe?token=abc';
    const { html, text } = renderer.render(template, { ...samples[template]!, unsubscribeUrl });
    const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href!);
    expect(hrefs.filter((href) => !href.startsWith(`${frontendUrl}/`))).toEqual([unsubscribeUrl]);
    const inText = text.match(/https?:\S+/g) ?? [];
    expect(inText).toContain(unsubscribeUrl);
    expect(inText.filter((url) => !hrefs.includes(url))).toEqual([]);
    const unchecked = /(href|src)="(?!\{\{ ([^"]* \| link|unsubscribeUrl \| web_link) \}\}")/;
    expect(readFileSync(path.join(folder, `${template}.html`), 'utf8')).not.toMatch(unchecked);
  });

  it.each(templates)('%s offers no link to unsubscribe when there is none', (template) => {
    const { html, text } = renderer.render(template, { ...samples[template]!, unsubscribeUrl: null });
    for (const part of [html, text]) expect(part).not.toMatch(/unsubscribe/i);
  });

  it.each(templates)(
    '%s has a preview that says more than the subject, and that the text below does not run into',
    (template) => {
      const { subject, html } = renderer.render(template, samples[template]!);
      const [, preview = '', padding = ''] =
        /<div style="display:none[^>]*>([^<]+)<\/div>[\s\S]*?<div aria-hidden="true"[^>]*>([^<]+)</.exec(html) ?? [];
      expect(preview.length).toBeGreaterThan(20);
      expect(preview).not.toBe(subject);
      expect(padding.match(/&nbsp;/g)?.length).toBeGreaterThan(50);
      expect(padding.replace(/&(#847|zwnj|nbsp);/g, '').trim()).toBe('');
    },
  );

  it.each(templates)('%s adapts to dark mode and to narrow screens, and loads nothing from elsewhere', (template) => {
    const { html } = renderer.render(template, samples[template]!);
    expect(html).toContain('<meta name="color-scheme" content="light dark"');
    expect(html).toContain('prefers-color-scheme: dark');
    expect(html).toContain('name="viewport"');
    expect(html).not.toMatch(/<img|<link|@import|fonts\.googleapis/);
  });
});

describe('colours', () => {
  /** The contrast of two colours by WCAG 2.2. */
  function contrast(one: string, other: string): number {
    const luminance = (color: string) => {
      const [red, green, blue] = color.match(/[0-9a-f]{2}/g)!.map((part) => {
        const value = Number.parseInt(part, 16) / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
    };
    const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  }
  const layout = readFileSync('emails/layout/head.mjml', 'utf8');
  const [light = '', dark = ''] = layout.split('@media (prefers-color-scheme: dark)');
  const color = (rule: string, property: string) => new RegExp(`(?<![\\w-])${property}[:=] ?"?(#[0-9a-f]{6})`).exec(rule)?.[1];

  /** Each text's colour with what it stands on: its own ground, or the card's and the page's. */
  const pairs = (part: string, grounds: string[]) =>
    [...part.matchAll(/\{[^{}]*\}|<mj-[^>]*>/g)].flatMap(([rule]) => {
      const text = color(rule, 'color');
      const own = color(rule, 'background-color');
      return text ? (own ? [own] : grounds).map((ground) => ({ rule, ground, contrast: contrast(text, ground) })) : [];
    });

  it.each([
    ['light', pairs(light, ['#ffffff', '#eef2f6'])],
    ['dark', pairs(dark, ['#1a232d', '#10161d'])],
  ])('are told apart at least 4.5 to 1 in %s mode', (_, found) => {
    expect(found.length).toBeGreaterThan(12);
    expect(found.filter((pair) => pair.contrast < 4.5)).toEqual([]);
  });
});

describe('the achievement mail', () => {
  it('tells name, points, total and what is next', () => {
    const { subject, text } = renderer.render('achievement', achievement);
    expect(subject).toBe('Achievement unlocked: Resume Ready');
    expect(text).toContain('Well done, Maya Okafor!');
    expect(text).toContain('+15 points');
    expect(text).toContain('Your total is now 85 points.');
    expect(text).toContain('Next within reach: 100 points, 15 points away.');
  });

  it('leaves out what there is not, and counts in good English', () => {
    const { html, text } = renderer.render('achievement', { ...achievement, points: 0, total: 1234, next: null });
    for (const part of [html, text]) {
      expect(part).not.toContain('Next within reach');
      expect(part).not.toContain('+0');
      expect(part).toContain('1,234');
    }
    expect(renderer.render('achievement', { ...achievement, points: 1 }).text).toContain('+1 point\n');
  });
});

describe('what users wrote', () => {
  it.each(hostileNames)('stays text: %s', (_, name) => {
    const next = { name, missing: 5 };
    const { subject, html, text } = renderer.render('achievement', { name, achievementName: name, points: 1, total: 2, next });
    expect(html).not.toMatch(/<script|onmouseover="/);
    expect(html).not.toContain('49');
    expect(text.split('\n').some((line) => line.startsWith('Bcc:'))).toBe(false);
    for (const part of [subject, html, text]) expect(part.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e]/u);
    expect(subject).not.toContain('\n');
    expect(Array.from(subject).length).toBeLessThanOrEqual(150);
  });

  it('is escaped in HTML and as written in plain text', () => {
    const { subject, html, text } = renderer.render('welcome', { name: `<b>"O'Hara" & Co</b>` });
    expect(html).toContain('&lt;b&gt;&#34;O&#39;Hara&#34; &amp; Co&lt;/b&gt;');
    expect(text).toContain(`Welcome, <b>"O'Hara" & Co</b>!`);
    expect(subject).toBe(`Welcome to Journeyman, <b>"O'Hara" & Co</b>`);
  });
});

describe('a mistake in the code', () => {
  it('is named when there is no such template', () => {
    expect(() => renderer.render('nonsense', {})).toThrow(
      expect.objectContaining({ code: 'EMAIL_TEMPLATE_MISSING', permanent: true }),
    );
  });

  it('is named when a value is missing, instead of sending a mail with a hole in it', () => {
    expect(() => renderer.render('welcome', {})).toThrow('undefined variable: name');
  });
});
