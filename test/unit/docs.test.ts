import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { achievementDefinitions } from '#src/achievements/index.js';
import { errorCatalogue } from '#src/errors.js';
import { resolveSettings } from '#src/settings.js';
import { definitions } from '#src/settings-table.js';
import { registeredTasks } from '#src/taskkit/index.js';
import { runCli } from '../support/cli.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** The cells of every table row of a page, without code marks; headings and rulers are left out with what is above a ruler. */
function tableRows(page: string): string[][] {
  const lines = page.split('\n');
  return lines
    .filter((line, index) => line.startsWith('|') && !line.startsWith('|---') && !lines[index + 1]?.startsWith('|---'))
    .map((line) => line.slice(1, -1).split('|'))
    .map((cells) => cells.map((cell) => cell.replaceAll('`', '').trim()));
}

const section = (page: string, heading: string) => page.split(`\n${heading}\n`)[1]?.split(/\n#/)[0] ?? '';

describe('the reference of the settings', () => {
  const page = read('docs/reference/settings.md');
  const carriedOver = '## Settings of Celery that are taken as they are';

  function defaultOf(key: string, fallback: unknown): string {
    // It differs from machine to machine.
    if (key === 'workerConcurrency') return 'twice the processors, at least 2';
    if (fallback === undefined) return 'unset';
    return typeof fallback === 'object' ? JSON.stringify(fallback) : String(fallback);
  }

  it('lists every setting, with its default, what is allowed and what it means, and no other', () => {
    const expected = Object.entries(definitions).map(([key, { name, fallback, allowed, about, ...rest }]) => {
      const aliases = 'aliases' in rest ? (rest.aliases ?? []) : [];
      return [[name, ...aliases].join(', '), defaultOf(key, fallback), allowed, about];
    });
    expect(tableRows(page.split('\n## ')[0]!)).toEqual(expected);
  });

  it('names the settings of Celery that are taken with one value', () => {
    const rows = tableRows(section(page, carriedOver));
    expect(rows).not.toHaveLength(0);
    for (const [name, value] of rows) {
      expect(() => resolveSettings({ file: { [name!]: value } })).not.toThrow();
      if (value !== 'any') expect(() => resolveSettings({ file: { [name!]: 'other' } })).toThrow(name);
    }
  });
});

it('the reference of the errors lists every code, with its status, whether another try may help, and its text', () => {
  const byCode = (a: string[], b: string[]) => a[0]!.localeCompare(b[0]!);
  const expected = Object.entries(errorCatalogue).map(([code, { http, permanent, text }]) => [
    code,
    String(http),
    permanent ? 'no' : 'yes',
    text,
  ]);
  expect(tableRows(read('docs/reference/errors.md')).sort(byCode)).toEqual(expected.sort(byCode));
});

describe('the reference of the tasks', () => {
  const page = read('docs/reference/tasks.md');
  const exported = new Map<string, string>();

  beforeAll(async () => {
    for (const file of readdirSync(path.join(root, 'src/tasks'))) {
      const module = `#src/tasks/${file.replace(/\.ts$/, '.js')}`;
      const members: Record<string, { taskName?: string }> = await import(/* @vite-ignore */ module);
      for (const [name, { taskName }] of Object.entries(members)) if (taskName) exported.set(taskName, name);
    }
  });

  it('lists every task, with its export, arguments, queue and time limit, and no other', () => {
    const byName = (a: unknown[], b: unknown[]) => String(a[0]).localeCompare(String(b[0]));
    const expected = [...registeredTasks().values()].map(({ taskName, parameters, options }) => [
      taskName,
      exported.get(taskName),
      parameters.join(', '),
      options.queue,
      options.timeLimit ? `${options.timeLimit} s` : 'default',
    ]);
    expect(tableRows(page.split('\n## ')[0]!).sort(byName)).toEqual(expected.sort(byName));
  });

  it('describes each task in a section of its own, with every argument and every field of its result', () => {
    for (const { taskName, parameters, returns } of registeredTasks().values()) {
      const described = section(page, `## ${taskName.split('.').at(-1)}`);
      for (const parameter of parameters) expect(described).toContain(`| \`${parameter}\` |`);
      if (described.includes('Result: as ')) continue;
      const fields = Object.keys((returns as unknown as { shape: object }).shape);
      for (const field of fields) expect(described).toMatch(new RegExp(`Result: .*\\b${field}\\b`));
    }
  });

  it('lists every achievement, with its points and rarity, and no other', () => {
    const rows = tableRows(section(page, '## check_user_achievements')).filter(([, , points]) => points !== undefined);
    expect(rows.map(([key, , points, rarity]) => [key, points, rarity])).toEqual(
      achievementDefinitions.map(({ key, points, rarity }) => [key, String(points), rarity]),
    );
  });
});

/** The names in one part of a command's help, such as `worker` under "Commands:"; wrapped lines are indented further. */
const listed = (help: string, part: string) =>
  (help.split(`\n${part}:\n`)[1]?.split('\n\n')[0] ?? '')
    .split('\n')
    .flatMap((line) => /^ {2}(\S.*?)(?: {2}|$)/.exec(line)?.[1] ?? []);

const helps = new Map<string, Promise<string>>();

/** What `journeyman COMMAND --help` prints; asked for once. */
function helpOf(command: string[]): Promise<string> {
  const key = command.join(' ');
  const help = helps.get(key) ?? runCli([...command, '--help'], { cwd: tmpdir() }).then(({ output }) => output);
  helps.set(key, help);
  return help;
}

const commandsIn = async (command: string[]) =>
  listed(await helpOf(command), 'Commands').map((name) => [...command, name.split(/[ |]/)[0]!]);

it('the reference of the command line describes every command with its options, and no other', async () => {
  const page = read('docs/reference/cli.md');
  const inner = (await Promise.all([['analytics'], ['db'], ['schedule']].map(commandsIn)))
    .flat()
    .filter(([, name]) => name !== 'help');
  const commands = [...(await commandsIn([])), ...inner];
  const headings = [...page.matchAll(/^##+ (.*)$/gm)].map(([, heading]) => heading);
  expect(headings.sort()).toEqual(commands.map((command) => command.join(' ')).sort());

  await Promise.all(commands.map(helpOf));
  for (const command of commands.filter(([name]) => name !== 'help')) {
    const options = listed(await helpOf(command), 'Options').filter((option) => option !== '-h, --help');
    const described = section(page, `${'#'.repeat(command.length + 1)} ${command.join(' ')}`);
    expect(tableRows(described).map(([option]) => option)).toEqual(options);
  }
});

describe('every page', () => {
  const pages = ['README.md', ...readdirSync(path.join(root, 'docs'), { recursive: true }).map((file) => `docs/${file}`)].filter(
    (file) => file.endsWith('.md'),
  );
  const anchorsOf = (file: string) =>
    [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );

  it.each(pages)('%s links to files and headings that exist', (page) => {
    for (const [, target] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue;
      const [file, anchor] = target!.split('#');
      const linked = file ? path.join(path.dirname(page), file) : page;
      expect(existsSync(path.join(root, linked)), `${target} exists`).toBe(true);
      if (anchor) expect(anchorsOf(linked)).toContain(anchor);
    }
  });

  it.each(pages)('%s names npm scripts and commands that exist', async (page) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const commands = (await commandsIn([])).flat();
    const named = (pattern: RegExp) => [...read(page).matchAll(pattern)].map(([, name]) => name!);
    for (const script of named(/\bnpm run ([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(script);
    for (const script of named(/\bnpm (start|test)\b/g)) expect(Object.keys(scripts)).toContain(script);
    for (const command of named(/\bnpx journeyman ([a-z-]+)/g)) expect(commands).toContain(command);
  });
});
