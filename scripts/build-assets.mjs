/** What the TypeScript compiler leaves of the build: compiles the mails of emails/ into dist/emails/, and makes the command a program. */
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import mjml2html from 'mjml';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = path.join(root, 'emails');
const target = path.join(root, 'dist', 'emails');

async function compile(file) {
  const filePath = path.join(source, file);
  const { html } = await mjml2html(await readFile(filePath, 'utf8'), {
    filePath,
    ignoreIncludes: false,
    validationLevel: 'strict',
    keepComments: false,
    // No mail loads a font from elsewhere.
    fonts: {},
  });
  return html;
}

async function readText(file) {
  return (await readFile(path.join(source, file), 'utf8')).replaceAll('\r\n', '\n');
}

async function buildMail(name) {
  const text = await readText(`${name}.txt`);
  if (!/^Subject: .+\n\n/.test(text)) throw new Error(`emails/${name}.txt must start with "Subject: …" and an empty line.`);
  await writeFile(path.join(target, `${name}.txt`), text);
  await writeFile(path.join(target, `${name}.html`), await compile(`${name}.mjml`));
}

await rm(target, { recursive: true, force: true });
await mkdir(path.join(target, 'layout'), { recursive: true });
await writeFile(path.join(target, 'layout', 'footer.txt'), await readText('layout/footer.txt'));
for (const { name, ext } of (await readdir(source)).map((file) => path.parse(file))) {
  if (ext === '.mjml') await buildMail(name);
}
// npm makes it executable only where it installs it; one that was built anew would be refused by npx.
await chmod(path.join(root, 'dist', 'cli', 'main.js'), 0o755);
