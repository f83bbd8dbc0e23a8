/** Renders every mail with its sample data into .gallery/index.html: wide and at 320 px, light and dark, and as plain text. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRenderer } from '#src/email/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const gallery = path.join(root, '.gallery');
const samples = JSON.parse(await readFile(path.join(root, 'emails', 'samples.json'), 'utf8'));
const renderer = createRenderer({ folder: path.join(root, 'dist', 'emails'), frontendUrl: 'https://careers.example.com' });

const escapeHtml = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
const frame = (template, width, scheme) =>
  `<iframe src="${template}.html" title="${template}, ${width} px, ${scheme}" width="${width}" height="760" style="color-scheme:${scheme}"></iframe>`;

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
await writeFile(
  path.join(gallery, 'index.html'),
  `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Journeyman: the mails</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem; background: #fff; color: #1f2933; }
  div { display: flex; gap: 1rem; overflow-x: auto; }
  iframe { border: 1px solid #cbd2d9; flex: none; }
  pre { background: #f5f7fa; padding: 1rem; white-space: pre-wrap; max-width: 80ch; }
</style>
<h1>The mails, with sample data</h1>
${sections.join('\n')}
</html>
`,
);
process.stdout.write(`${sections.length} mails rendered: ${path.join(gallery, 'index.html')}\n`);
