/** A word of the API as people write it: `full_time` is `Full time`. */
export const inWords = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).replaceAll('_', ' ');
