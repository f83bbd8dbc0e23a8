/**
 * Renders every mail with its sample data into .gallery/index.html: wide and at 320 px, light and dark, and as plain text.
 * .gallery/overview.html has them all on one page, without words.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRenderer } from '#src/email/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const gallery = path.join(root, '.gallery');
const samples = JSON.parse(await readFile(path.join(root, 'emails', 'samples.json'), 'utf8'));
const renderer = createRenderer({ folder: path.join(root, 'dist', 'emails'), frontendUrl: 'https://careers.example.com' });

const escapeHtml = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
const frame = (template, width, scheme, height = 820) =>
  `<iframe src="${template}.html" title="${template}, ${width} px, ${scheme}" width="${width}" height="${height}" style="color-scheme:${scheme}"></iframe>`;

await rm(gallery, { recursive: true, force: true });
await mkdir(gallery, { recursive: true });
const sections = [];
for (const [template, data] of Object.entries(samples)) {
  const { subject, html, text } = renderer.render(template, data);
  await writeFile(path.join(gallery, `${template}.html`), html);
  await writeFile(path.join(gallery, `${template}.txt`), text);
  sections.push(`<section>
<h2>${template}: ${escapeHtml(subject)}</h2>
<div>${frame(template, 640, 'light')}${frame(template, 640, 'dark')}${frame(template, 320, 'light')}${frame(template, 320, 'dark')}</div>
<pre>${escapeHtml(text)}</pre>
</section>`);
}
const page = (style, body) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Journeyman: the mails</title>
<style>${style}</style>
${body}
</html>
`;
await writeFile(
  path.join(gallery, 'index.html'),
  page(
    `
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem; background: #fff; color: #1f2933; }
  div { display: flex; gap: 1rem; overflow-x: auto; }
  iframe { border: 1px solid #cbd2d9; flex: none; }
  pre { background: #f5f7fa; padding: 1rem; white-space: pre-wrap; max-width: 80ch; }
`,
    `<h1>The mails, with sample data</h1>\n${sections.join('\n')}`,
  ),
);
await writeFile(
  path.join(gallery, 'overview.html'),
  page(
    `
  body { margin: 0; padding: 12px; display: grid; grid-template-columns: repeat(4, 360px); gap: 12px; background: #9fb3c8; }
  iframe { border: 0; border-radius: 8px; }
`,
    Object.keys(samples)
      .map((template, index) => frame(template, 360, index % 2 ? 'dark' : 'light', 850))
      .join('\n'),
  ),
);
process.stdout.write(`${sections.length} mails rendered: ${path.join(gallery, 'index.html')}\n`);
