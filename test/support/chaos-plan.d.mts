/** Random numbers from 0 up to 1 that are the same for the same seed. */
export function randomFrom(seed: number): () => number;
