/** Numbers for places, so that comparing two takes no time. 0 is no place. */
export interface Places {
  /** The number of each place, and a new one for a new place. */
  number(locations: string[]): Uint32Array;
  /** The number of a place; a new one, which nothing else has, for a new place. */
  find(location: string | null): number;
}

/** `Leeds, UK` and `leeds` are one place: what comes before the first comma counts. */
const placeOf = (location: string): string => (location.split(',')[0] ?? '').trim().toLowerCase();

export function createPlaces(): Places {
  const numbers = new Map<string, number>([['', 0]]);
  return {
    number: (locations) =>
      Uint32Array.from(locations, (location) => {
        const place = placeOf(location);
        const known = numbers.get(place);
        if (known === undefined) numbers.set(place, numbers.size);
        return known ?? numbers.size - 1;
      }),
    find: (location) => numbers.get(placeOf(location ?? '')) ?? numbers.size,
  };
}
