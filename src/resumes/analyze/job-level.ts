import type { Level } from './types.js';

const leadTitle =
  /\b(lead|principal|staff|head|chief|director|vp|vice president|cto|ceo|cfo|leiter\p{L}*|directeur|director[a]?)\b/iu;
const seniorTitle = /\b(senior|sr|expert|leitende\p{L}*)\b/iu;
const juniorTitle =
  /\b(junior|jr|intern|internship|trainee|apprentice|graduate|working student|werkstudent\p{L}*|praktikant\p{L}*|student)\b/iu;

/** The level that years alone amount to: entry below 1, junior below 3, mid below 6, then senior. */
function levelOfYears(years: number): Level {
  if (years < 1) return 'entry';
  if (years < 3) return 'junior';
  return years < 6 ? 'mid' : 'senior';
}

/**
 * The level of a career: what its years amount to, corrected by the newest job's title. A leading title counts from four
 * years on, a senior one from three; a junior's or trainee's title holds it at junior.
 */
export function jobLevel(newestTitle: string, totalYears: number): Level {
  const byYears = levelOfYears(totalYears);
  if (juniorTitle.test(newestTitle)) return byYears === 'entry' ? 'entry' : 'junior';
  if (leadTitle.test(newestTitle) && totalYears >= 4) return 'lead';
  if ((seniorTitle.test(newestTitle) || leadTitle.test(newestTitle)) && totalYears >= 3) return 'senior';
  return byYears;
}
