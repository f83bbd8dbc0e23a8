import type { SkillDemand, SkillGap } from './types.js';

const maxGaps = 10;
const maxRelated = 3;

const listed = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** The ten skills most asked for in the open jobs that fit, beside those held. */
export function findSkillGaps(held: readonly { skillId: number; name: string }[], demand: SkillDemand): SkillGap[] {
  const heldIds = new Set(held.map(({ skillId }) => skillId));
  const heldNames = new Set(held.map(({ name }) => name));
  return demand.skills
    .filter(({ skillId }) => !heldIds.has(skillId))
    .sort((a, b) => b.openJobs - a.openJobs || b.weight - a.weight || (a.name < b.name ? -1 : 1))
    .slice(0, maxGaps)
    .map(({ skillId, name, openJobs, related }) => {
      const share = demand.openJobs === 0 ? 0 : Math.min(1, openJobs / demand.openJobs);
      const near = related.filter((other) => heldNames.has(other)).slice(0, maxRelated);
      const beside = near.length > 0 ? `, and goes together with your ${listed(near)}` : '';
      return {
        skillId,
        name,
        openJobs,
        share: Math.round(share * 100) / 100,
        related: near,
        reason: `Asked for in ${Math.round(share * 100)}% of the open jobs that fit you${beside}.`,
      };
    });
}
