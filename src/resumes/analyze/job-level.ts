import type { Level } from './types.js';

const word = (words: string) => new RegExp(`(?<!\\p{L})(?:${words.trim().replace(/\s*\n\s*/g, '|')})(?!\\p{L})`, 'u');

const leadTitle = word(`
  lead|principal|staff (?!nurse|member)\\p{L}+|head|chief|director|vp|vice president|cto|ceo|cfo|coo|cio|founder|co-founder|dean|matron
  (?:team|abteilungs|bereichs|gruppen|entwicklungs|pflege|stations|schul|filial|betriebs)?leit(?:er|erin|ung)|geschäftsführer(?:in)?
  directeur|directrice|chef(?:fe)? d(?:e |['’])(?!projet|produit|chantier|partie|rang)\\p{L}+|director[a]?|jef[ea](?! de (?:proyecto|producto|obra))|líder
  керівни\\p{L}+|директор\\p{L}*|начальни\\p{L}+|завідувач\\p{L}*|тімлід|головн\\p{L}+
`);
const seniorTitle = word(`
  senior|sr|expert|specialist iii|leitende\\p{L}*|erfahrene\\p{L}*|confirmé|expérimenté|sénior|старш\\p{L}+|провідн\\p{L}+
`);
const juniorTitle = word(`
  junior|jr|interns?|internship|trainee|apprentice|graduate|working student|student|entry[ -]level
  werkstudent\\p{L}*|praktikant\\p{L}*|auszubildende\\p{L}*|azubi|volontär\\p{L}*
  stagiaire|apprenti\\p{L}*|alternant\\p{L}*|débutant\\p{L}*|becari[oa]|practicante|en prácticas|молодш\\p{L}+|стажер\\p{L}*|стажист\\p{L}*
`);

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
  const title = newestTitle.toLowerCase();
  const byYears = levelOfYears(totalYears);
  if (juniorTitle.test(title)) return byYears === 'entry' ? 'entry' : 'junior';
  if (leadTitle.test(title) && totalYears >= 4) return 'lead';
  if (seniorTitle.test(title) && totalYears >= 3) return 'senior';
  return byYears;
}
