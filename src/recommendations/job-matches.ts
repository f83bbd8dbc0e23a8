/** The best job that was not recommended before and suits so well that the user should hear of it; undefined when there is none. */
export const newMatch = (
  jobs: readonly { id: number; score: number }[],
  recommendedBefore: readonly number[],
  threshold: number,
): number | undefined => jobs.find(({ id, score }) => score >= threshold && !recommendedBefore.includes(id))?.id;
