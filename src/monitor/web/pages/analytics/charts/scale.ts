/** Round values from 0 to at least `highest`, five at most, for the lines of a chart. */
export function ticksTo(highest: number): number[] {
  if (!(highest > 0)) return [0, 1];
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max([1, 2, 5, 10].find((factor) => factor * power >= rough)! * power, Number.MIN_VALUE);
  const count = Math.ceil(highest / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/** Every how many labels one is shown, when there is room for `width` pixels. */
export function labelStep(labels: string[], width: number): number {
  const widest = Math.max(...labels.map((label) => label.length)) * 6.5 + 6;
  return Math.max(1, Math.ceil((labels.length * widest) / Math.max(width, 1)));
}

/** How many colours a heatmap has beside that of nothing. */
export const heatLevels = 5;

/** The colour of a value: 0 for nothing, then equal parts up to the highest. */
export const heatLevel = (value: number, highest: number): number =>
  value <= 0 || highest <= 0 ? 0 : Math.min(heatLevels, Math.ceil((value / highest) * heatLevels));

/** Which whole values a colour stands for; undefined when none has it. */
export function heatRange(level: number, highest: number): { from: number; to: number } | undefined {
  const to = Math.floor((level / heatLevels) * highest + 1e-9);
  const from = Math.floor(((level - 1) / heatLevels) * highest + 1e-9) + 1;
  return from <= to ? { from, to } : undefined;
}
