/** A skill of the taxonomy. `slug` is its identity: the name may change. */
export interface SkillDefinition {
  name: string;
  slug: string;
  category: string;
  /** Other ways to write it, in any case. No alias belongs to two skills. */
  aliases: readonly string[];
  /** Names of skills that are often held together with this one. */
  related: readonly string[];
}

/** How the data files write a skill: its name, its aliases, the names of related skills. */
export type SkillEntry = readonly [name: string, aliases: readonly string[], related: readonly string[]];
