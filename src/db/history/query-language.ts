import { coded } from '../../errors.js';
import type { TaskStatus } from '../../taskkit/index.js';
import { wordQuery } from './word-query.js';

/** One thing that a query asks of a task. */
export type Condition = { negated: boolean } & (
  | { field: 'state'; values: TaskStatus[] }
  /** `*` stands for anything. */
  | { field: 'name' | 'queue' | 'worker'; patterns: string[] }
  /** How the id begins. */
  | { field: 'id'; prefix: string }
  | { field: 'root' | 'parent' | 'group'; id: string }
  /** Words, all of them; a phrase also in its order. */
  | { field: 'any' | 'args' | 'result' | 'error'; text: string; isPhrase: boolean }
  | { field: 'kwargs'; key: string; value: string }
  /** When it was enqueued. */
  | { field: 'since' | 'until'; at: Date }
  /** Milliseconds, or a number of retries. */
  | { field: 'runtime' | 'retries'; comparison: Comparison; value: number }
);

export type Comparison = '>' | '>=' | '<' | '<=' | '=';

/** What can be asked for, for people. */
export const queryOperators = [
  { operator: 'word', meaning: 'in the arguments, the result or the error; also finds words that begin so', example: 'ada' },
  { operator: '"a phrase"', meaning: 'these words in this order', example: '"connection refused"' },
  { operator: 'state:', meaning: 'PENDING, STARTED, RETRY, SUCCESS, FAILURE or REVOKED', example: 'state:FAILURE,REVOKED' },
  { operator: 'name:', meaning: 'the name, or what it ends in after a dot; * for anything', example: 'name:send_*' },
  { operator: 'queue:', meaning: 'the queue; * for anything', example: 'queue:email' },
  { operator: 'worker:', meaning: 'the worker of the last run; * for anything', example: 'worker:worker-1@*' },
  { operator: 'id:', meaning: 'how the id begins', example: 'id:0b9a' },
  { operator: 'args:', meaning: 'words in the arguments', example: 'args:42' },
  { operator: 'kwargs:', meaning: 'an argument by its name', example: 'kwargs:userId=42' },
  { operator: 'result:', meaning: 'words in the result', example: 'result:skipped' },
  { operator: 'error:', meaning: 'words in the code or the message of the error', example: 'error:EMAIL_REJECTED' },
  { operator: 'since:, until:', meaning: 'when it was enqueued: a time, or so long ago (s, m, h, d)', example: 'since:2h' },
  { operator: 'runtime:', meaning: 'how long the last run took: seconds, or with ms', example: 'runtime:>1.5' },
  { operator: 'retries:', meaning: 'how many retries there were', example: 'retries:>0' },
  { operator: 'root:, parent:, group:', meaning: 'its place in a chain or group, by id', example: 'group:0b9a…' },
  { operator: '-', meaning: 'before a term: not', example: '-queue:email -result:skipped' },
] as const;

const states: readonly string[] = ['PENDING', 'STARTED', 'RETRY', 'SUCCESS', 'FAILURE', 'REVOKED'] satisfies TaskStatus[];
const longestQuery = 2000;
const mostTerms = 20;

/** An optional minus and field, then a value in quotes or up to the next white space. */
const term = /(-?)(?:([a-z]+):)?(?:"((?:[^"\\]|\\.)*)"|(\S+))/gy;
const space = /\s*/gy;

/**
 * Reads a query: terms that must all hold, with white space between them. Pure.
 * Throws QUERY_INVALID, naming the term.
 *
 * @param now What lengths of time count back from.
 */
export function parseQuery(query: string, now: Date): Condition[] {
  if (query.length > longestQuery) throw invalid(query.slice(0, 20), `it is over ${longestQuery} characters long`);
  if (query.includes('\0')) throw invalid('', 'there is a NUL in it');
  const conditions: Condition[] = [];
  for (let at = skipSpace(query, 0); at < query.length; at = skipSpace(query, term.lastIndex)) {
    term.lastIndex = at;
    const found = term.exec(query);
    if (!found) throw invalid(query.slice(at), 'a quotation mark is missing');
    const [whole, minus, field, quoted, plain] = found;
    if (quoted === undefined && plain!.includes('"')) throw invalid(whole, 'a quotation mark is missing');
    if (field === undefined && /^[a-z]+:$/.test(plain ?? '')) throw invalid(whole, 'it has no value');
    const value = quoted === undefined ? plain! : quoted.replace(/\\(.)/g, '$1');
    conditions.push(conditionOf(whole, { negated: minus === '-', field, value, isPhrase: quoted !== undefined }));
  }
  if (conditions.length > mostTerms) throw invalid(query.slice(0, 20), `it has more than ${mostTerms} terms`);
  return conditions;

  function conditionOf(whole: string, given: Term): Condition {
    if (given.value.trim() === '') throw invalid(whole, 'it has no value');
    return read(whole, given, now);
  }
}

interface Term {
  negated: boolean;
  field: string | undefined;
  value: string;
  isPhrase: boolean;
}

function skipSpace(query: string, at: number): number {
  space.lastIndex = at;
  space.exec(query);
  return space.lastIndex;
}

const invalid = (term: string, reason: string) => coded('QUERY_INVALID', { term: term.slice(0, 80), reason });

function read(whole: string, { negated, field = 'any', value, isPhrase }: Term, now: Date): Condition {
  switch (field) {
    case 'state': {
      const values = listOf(value).map((state) => state.toUpperCase());
      const unknown = values.find((state) => !states.includes(state));
      if (unknown !== undefined) throw invalid(whole, `states are ${states.join(', ')}`);
      return { negated, field, values: values as TaskStatus[] };
    }
    case 'name':
    case 'queue':
    case 'worker':
      return { negated, field, patterns: listOf(value) };
    case 'id':
      return { negated, field, prefix: value };
    case 'root':
    case 'parent':
    case 'group':
      return { negated, field, id: value };
    case 'any':
    case 'args':
    case 'result':
    case 'error':
      if (wordQuery(value) === '') throw invalid(whole, 'it has no word to look for');
      return { negated, field, text: value, isPhrase };
    case 'kwargs': {
      const [, key, wanted] = /^([^=]+)=(.*)$/s.exec(value) ?? [];
      if (key === undefined || wanted === undefined)
        throw invalid(whole, 'it takes a name and a value, such as kwargs:userId=42');
      return { negated, field, key, value: wanted };
    }
    case 'since':
    case 'until':
      return { negated, field, at: timeOf(whole, value, now) };
    case 'runtime':
    case 'retries':
      return { negated, field, ...numberOf(whole, value, field) };
    default:
      throw invalid(whole, `there is no operator "${field}:"; put a text with a colon in quotation marks`);
  }
}

const listOf = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function timeOf(whole: string, value: string, now: Date): Date {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
  if (count && unit) return new Date(now.getTime() - Number(count) * units[unit as keyof typeof units]);
  const at = /^\d{4}-\d{2}-\d{2}/.test(value) ? new Date(value) : new Date(Number.NaN);
  if (Number.isNaN(at.getTime())) throw invalid(whole, 'it takes a time such as 2h or 2026-01-31T08:00Z');
  return at;
}

function numberOf(whole: string, value: string, field: 'runtime' | 'retries') {
  const [, comparison = '=', digits, unit] = /^(>=|<=|>|<|=)?(\d{1,9}(?:\.\d{1,6})?)(ms|s)?$/.exec(value) ?? [];
  if (digits === undefined || (field === 'retries' && unit !== undefined)) {
    throw invalid(
      whole,
      field === 'runtime' ? 'it takes a comparison such as >1.5 or <200ms' : 'it takes a comparison such as >0',
    );
  }
  const scale = field === 'runtime' && unit !== 'ms' ? 1000 : 1;
  return { comparison: comparison as Comparison, value: Math.round(Number(digits) * scale) };
}
