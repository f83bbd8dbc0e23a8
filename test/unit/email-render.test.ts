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
    const { html, text } = renderer.render(template, samples[template]!);
    const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href!);
    expect(hrefs.filter((href) => !href.startsWith(`${frontendUrl}/`))).toEqual([]);
    const inText = text.match(/https?:\S+/g) ?? [];
    expect(inText.filter((url) => !hrefs.includes(url))).toEqual([]);
    expect(readFileSync(path.join(folder, `${template}.html`), 'utf8')).not.toMatch(/(href|src)="(?!\{\{ [^"]* \| link \}\}")/);
  });

  it.each(templates)('%s adapts to dark mode and to narrow screens, and loads nothing from elsewhere', (template) => {
    const { html } = renderer.render(template, samples[template]!);
    expect(html).toContain('<meta name="color-scheme" content="light dark"');
    expect(html).toContain('prefers-color-scheme: dark');
    expect(html).toContain('name="viewport"');
    expect(html).not.toMatch(/<img|<link|@import|fonts\.googleapis/);
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
