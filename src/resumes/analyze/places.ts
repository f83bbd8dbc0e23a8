const countries =
  'usa, u.s.a., us, u.s., united states, uk, u.k., united kingdom, great britain, england, scotland, wales, northern ireland, ireland, canada, australia, ' +
  'new zealand, germany, deutschland, austria, österreich, switzerland, schweiz, suisse, france, spain, españa, portugal, italy, italia, netherlands, ' +
  'the netherlands, belgium, belgique, luxembourg, denmark, sweden, norway, finland, iceland, poland, polska, czech republic, czechia, slovakia, ' +
  'hungary, romania, bulgaria, greece, croatia, serbia, slovenia, estonia, latvia, lithuania, ukraine, україна, moldova, turkey, türkiye, israel, egypt, ' +
  'morocco, tunisia, nigeria, ghana, kenya, south africa, uae, united arab emirates, saudi arabia, qatar, jordan, lebanon, iran, iraq, india, pakistan, ' +
  'bangladesh, sri lanka, nepal, china, hong kong, taiwan, japan, south korea, singapore, malaysia, indonesia, philippines, vietnam, thailand, ' +
  'mexico, méxico, brazil, brasil, argentina, chile, colombia, peru, perú, ecuador, uruguay, venezuela, costa rica, cuba, georgia, armenia, kazakhstan';
const cities =
  'london, manchester, birmingham, leeds, bristol, edinburgh, glasgow, liverpool, cambridge, oxford, dublin, cork, belfast, cardiff, new york, ' +
  'new york city, nyc, san francisco, los angeles, seattle, chicago, boston, austin, dallas, houston, denver, atlanta, miami, portland, philadelphia, ' +
  'washington dc, san diego, san jose, toronto, vancouver, montreal, montréal, ottawa, sydney, melbourne, brisbane, perth, auckland, berlin, hamburg, munich, ' +
  'münchen, köln, cologne, frankfurt, frankfurt am main, stuttgart, düsseldorf, leipzig, dresden, hannover, bremen, nürnberg, wien, vienna, graz, ' +
  'zürich, zurich, genf, geneva, genève, basel, bern, paris, lyon, marseille, toulouse, nantes, lille, bordeaux, nice, strasbourg, rennes, bruxelles, ' +
  'brussels, madrid, barcelona, valencia, sevilla, bilbao, málaga, zaragoza, lisbon, lisboa, porto, rome, roma, milan, milano, turin, amsterdam, rotterdam, ' +
  'utrecht, the hague, eindhoven, copenhagen, stockholm, oslo, helsinki, warsaw, warszawa, kraków, krakow, wrocław, gdańsk, prague, praha, budapest, ' +
  'bucharest, sofia, athens, zagreb, belgrade, tallinn, riga, vilnius, kyiv, kiev, lviv, odesa, kharkiv, dnipro, київ, львів, одеса, харків, дніпро, ' +
  'запоріжжя, вінниця, полтава, чернівці, тернопіль, івано-франківськ, istanbul, ankara, tel aviv, jerusalem, haifa, cairo, lagos, nairobi, ' +
  'cape town, johannesburg, dubai, abu dhabi, doha, riyadh, mumbai, delhi, new delhi, bangalore, bengaluru, hyderabad, chennai, pune, kolkata, ' +
  'karachi, lahore, dhaka, shanghai, beijing, shenzhen, tokyo, osaka, seoul, manila, jakarta, kuala lumpur, bangkok, hanoi, mexico city, ' +
  'ciudad de méxico, guadalajara, monterrey, bogotá, medellín, lima, santiago, buenos aires, são paulo, rio de janeiro, quito, montevideo';
const known = (list: string) => {
  const names = new Set(list.split(', '));
  return (text: string) => names.has(text.toLowerCase());
};
const isCountry = known(countries);
const isCity = known(cities);

/** A state, province or country in capitals, or a region's post code. */
const region = /^(?:\p{Lu}{2,3}|D\.C\.)(?: \d{5})?$/u;
const placeName = /^(?:\d{4,5} )?\p{Lu}[\p{L}.’' -]{1,30}$/u;
const remote = /^(?:100% )?(?:remote|hybrid|on-?site|homeoffice|home office|télétravail|remoto|віддалено|дистанційно)$/i;

/**
 * Whether a text is the name of a place for sure: `Leeds`, `Austin, TX`, `Lille, France`, `Springfield, IL, USA`, `Remote`.
 * "Acme, Leeds" is not: an employer stands before the place.
 */
export function isPlace(text: string): boolean {
  const parts = text
    .replace(/[()]/g, '')
    .split(/,\s*|\s+[-–/]\s+/)
    .map((part) => part.trim());
  const [first = '', second = '', third] = parts;
  if (parts.length === 1) return isCity(first) || isCountry(first) || remote.test(first);
  if (parts.length > 3 || !parts.every((part) => isPlaceName(part))) return false;
  if (isCity(first) || remote.test(first)) return true;
  return isCountry(third ?? second) || region.test(third ?? second) ? third === undefined || region.test(second) : false;
}

const companyForm =
  /(?<!\p{L})(?:inc|ltd|llc|llp|plc|corp|corporation|company|co|group|gmbh|ag|kg|se|ug|e\.v|bv|nv|oy|ab|as|sa|s\.a|sas|sarl|sl|s\.l|srl|spa|тов|пп|ат|university|college|school|hospital|institute|bank|team|department|division|consulting|solutions|systems|services|technologies|software|labs?|studio|agency)\.?$/iu;

const isPlaceName = (part: string) => (placeName.test(part) && !companyForm.test(part)) || region.test(part) || remote.test(part);

/** Whether a text may be the name of a place, as what follows an employer's name: `Acme, Springfield`. */
export const couldBePlace = (text: string): boolean => text.split(/,\s*/).every(isPlaceName);

/** Whether a text ends like a company's name, or names a place behind a name: `Foster Architects Ltd`, `Baker & Sons, Leeds`. */
export function namesCompany(text: string): boolean {
  const parts = text.split(/,\s*|\t|\s+[|–—-]\s+/);
  return companyForm.test(parts[0] ?? '') || (parts.length > 1 && isPlace(parts.slice(1).join(', ')));
}
