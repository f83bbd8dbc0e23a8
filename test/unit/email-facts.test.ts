import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationText, momentText, salaryText } from '#src/email/format.js';
import { skillMatch } from '#src/email/skill-match.js';
import { whyNoJobMatch, whyNoMentorRequest, whyNoPasswordReset } from '#src/email/skip.js';

const skill = (name: string, weight: number, held: boolean) => ({ name, weight, held });

describe('skillMatch', () => {
  it('counts each skill by its weight and keeps their order', () => {
    expect(skillMatch([skill('a', 5, true), skill('b', 3, false), skill('c', 2, true)])).toEqual({
      percent: 70,
      matched: ['a', 'c'],
      missing: ['b'],
    });
  });

  it('says nothing of a job that asks for no skills', () => {
    expect(skillMatch([])).toEqual({ percent: null, matched: [], missing: [] });
  });

  it('is 100 exactly for who has all of them, and 0 for who has none', () => {
    const skills = fc.array(fc.record({ name: fc.string(), weight: fc.double({ min: 0.01, max: 100, noNaN: true }) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(skills, fc.nat(), (given, missed) => {
        expect(skillMatch(given.map((one) => ({ ...one, held: true }))).percent).toBe(100);
        expect(skillMatch(given.map((one) => ({ ...one, held: false }))).percent).toBe(0);
        const allButOne = given.map((one, index) => ({ ...one, held: index !== missed % given.length }));
        expect(skillMatch(allButOne).percent).toBeLessThan(100);
      }),
    );
  });

  it('rounds down, and not by a slip of the arithmetic', () => {
    expect(skillMatch([skill('a', 29, true), skill('b', 71, false)]).percent).toBe(29);
    expect(skillMatch([skill('a', 2, true), skill('b', 1, false)]).percent).toBe(66);
  });
});

describe('salaryText', () => {
  it.each([
    [60_000, 75_000, 'EUR', '€60,000 – €75,000 a year'],
    [60_000, null, 'USD', 'from $60,000 a year'],
    [null, 75_000, 'GBP', 'up to £75,000 a year'],
    [60_000, 60_000, 'EUR', '€60,000 a year'],
    [0, null, 'EUR', 'from €0 a year'],
    [null, null, 'EUR', null],
    [null, null, null, null],
  ])('of %j to %j %j is %j', (salaryMin, salaryMax, currency, text) => {
    expect(salaryText({ salaryMin, salaryMax, currency })).toBe(text);
  });

  it('names a currency that has no sign', () => {
    expect(salaryText({ salaryMin: 900, salaryMax: null, currency: 'XYZ' })).toMatch(/^from XYZ\s900 a year$/);
  });
});

describe('durationText', () => {
  it.each([
    [32, '32 hours'],
    [1, '1 hour'],
    [1.5, '1.5 hours'],
    [0.75, '45 minutes'],
    [1 / 60, '1 minute'],
    [0.0001, '1 minute'],
    [0.999, '1 hour'],
    [1200, '1,200 hours'],
    [10.04, '10 hours'],
  ])('of %d is %s', (hours, text) => expect(durationText(hours)).toBe(text));
});

describe('momentText', () => {
  const moment = new Date('2026-03-29T00:59:00Z');
  it.each([
    ['Europe/London', 'Sunday 29 March 2026, 00:59 (Europe/London)'],
    ['America/Los_Angeles', 'Saturday 28 March 2026, 17:59 (America/Los_Angeles)'],
    ['Pacific/Kiritimati', 'Sunday 29 March 2026, 14:59 (Pacific/Kiritimati)'],
    ['Nowhere/Land', 'Sunday 29 March 2026, 00:59 (UTC)'],
    ['', 'Sunday 29 March 2026, 00:59 (UTC)'],
  ])('in %j', (timeZone, text) => expect(momentText(moment, timeZone)).toBe(text));

  it('follows the clock into summer time', () => {
    expect(momentText(new Date(moment.getTime() + 60_000), 'Europe/London')).toContain(', 02:00 ');
  });
});

describe('why a mail is not sent', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  const [before, after] = [new Date(now.getTime() - 1), new Date(now.getTime() + 1)];

  it.each([
    [{ status: 'open' as const, expiresAt: null, applied: false }, undefined],
    [{ status: 'open' as const, expiresAt: after, applied: false }, undefined],
    [{ status: 'open' as const, expiresAt: now, applied: false }, 'job expired'],
    [{ status: 'closed' as const, expiresAt: before, applied: true }, 'job closed'],
    [{ status: 'open' as const, expiresAt: after, applied: true }, 'already applied'],
  ])('job %j: %j', (job, reason) => expect(whyNoJobMatch(job, now)).toBe(reason));

  it.each([
    ['requested', true, undefined],
    ['requested', false, 'inactive mentee'],
    ['cancelled', true, 'session cancelled'],
  ])('session %s, mentee active %j: %j', (status, menteeIsActive, reason) => {
    expect(whyNoMentorRequest({ status, menteeIsActive })).toBe(reason);
  });

  it.each([
    [{ expiresAt: after, usedAt: null }, undefined],
    [{ expiresAt: now, usedAt: null }, 'expired token'],
    [{ expiresAt: after, usedAt: before }, 'used token'],
  ])('token %j: %j', (token, reason) => expect(whyNoPasswordReset(token, now)).toBe(reason));
});
