import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sections as reportSections } from '#src/analytics/report/sections.js';
import { datasetsAt } from '#src/analytics/snapshot/datasets.js';
import { figureSchemas, heatmapFigures, userFigures } from '#src/analytics/types.js';

/** The reference's sections, by the anchor of their headings. */
const sections = new Map(
  readFileSync('docs/reference/analytics.md', 'utf8')
    .replaceAll(/^```.*?^```/gms, '')
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')).toLowerCase().replaceAll(' ', '-'), section]),
);

/** The code names that a section has, and those of the sections that it refers to. */
function namesIn(anchor: string): Set<string> {
  const section = sections.get(anchor) ?? '';
  const linked = [...section.matchAll(/\(#([\w-]+)\)/g)].map(([, other]) => sections.get(other!) ?? '');
  const code = [section, ...linked].join().matchAll(/`([^`]+)`/g);
  return new Set([...code].flatMap(([, text]) => text!.split(/\W+/)));
}

/** All names of the values that a schema describes. */
function namesOf(schema: unknown): string[] {
  if (schema instanceof z.ZodArray) return namesOf(schema.element);
  if (schema instanceof z.ZodNullable) return namesOf(schema.unwrap());
  if (schema instanceof z.ZodObject) return Object.entries(schema.shape).flatMap(([key, inner]) => [key, ...namesOf(inner)]);
  if (schema instanceof z.ZodRecord) return namesOf(schema.keyType);
  return schema instanceof z.ZodEnum ? schema.options.map(String) : [];
}

/** What a rating is made of is told once for all of them. */
const shared = ['ratings', 'average'];

describe('the reference of the figures', () => {
  it.each([...Object.entries(figureSchemas), ['heatmap', heatmapFigures], ['user', userFigures]] as const)(
    'explains each of %s',
    (anchor, schema) => {
      const known = namesIn(anchor);
      expect(namesOf(schema).filter((name) => !known.has(name) && !shared.includes(name))).toEqual([]);
    },
  );

  it('explains each of the daily reports', () => {
    const known = namesIn('daily-reports');
    const metrics = Object.values(reportSections).flatMap(({ metrics }) => Object.keys(metrics));
    expect(metrics.filter((metric) => !known.has(metric))).toEqual([]);
  });

  it('explains each dataset and column of the snapshots', () => {
    const known = namesIn('snapshots');
    const datasets = datasetsAt({ now: new Date('2026-03-04T05:30:00Z'), timezone: 'UTC' });
    const names = datasets.flatMap(({ name, columns }) => [name, ...columns.flatMap((column) => column.split('.'))]);
    expect(names.filter((name) => !known.has(name) && !shared.includes(name))).toEqual([]);
  });
});
