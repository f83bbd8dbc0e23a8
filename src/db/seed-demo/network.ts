import { insertAll, insertWithIds } from './insert.js';
import { daysAfter, momentOf, notify, type Person, recordActivity, type World } from './world.js';

interface Acquaintance {
  requester: Person;
  addressee: Person;
  answered_at: Date;
}

/** Who knows whom, and what they vouch for. */
export async function seedNetwork(world: World): Promise<void> {
  const acquaintances = await seedConnections(world);
  const endorsements = acquaintances.flatMap(({ requester, addressee, answered_at }) => [
    ...endorse(world, requester, addressee, answered_at),
    ...endorse(world, addressee, requester, answered_at),
  ]);
  await insertAll(world.transaction, 'endorsements', endorsements);
}

async function seedConnections(world: World): Promise<Acquaintance[]> {
  const { transaction, random } = world;
  const drafts = pairs(world).flatMap(([requester, addressee]) => {
    const created_at = momentOf(world, requester, addressee.signedUpAt);
    if (!created_at) return [];
    const answered_at = momentOf(world, addressee, created_at, daysAfter(created_at, 14)) ?? null;
    return [{ requester, addressee, created_at, answered_at, isAccepted: answered_at !== null && random.chance(0.88) }];
  });
  const rows = drafts.map(({ requester, addressee, created_at, answered_at, isAccepted }) => ({
    requester_id: requester.id,
    addressee_id: addressee.id,
    status: answered_at === null ? ('pending' as const) : isAccepted ? ('accepted' as const) : ('declined' as const),
    created_at,
    answered_at,
  }));
  const inserted = await insertWithIds(transaction, 'connections', rows);
  return inserted.flatMap(({ id, answered_at }, index) => {
    const { requester, addressee, isAccepted } = drafts[index]!;
    if (!answered_at || !isAccepted) return [];
    recordActivity(world, addressee, 'connection', answered_at, id);
    notify(world, requester, answered_at, {
      type: 'connection',
      title: 'New connection',
      message: `${addressee.name} accepted your invitation`,
      related_user_id: addressee.id,
      unique_key: `demo:connection:${id}`,
    });
    return [{ requester, addressee, answered_at }];
  });
}

/** Everybody asks two of their own profession and two others; nobody whom they have asked, or who has asked them. */
function pairs({ random, people }: World): [Person, Person][] {
  const known = new Set<string>();
  return people.flatMap((person) => {
    const colleagues = people.filter(({ profession }) => profession === person.profession);
    const others = [...random.sample(colleagues, 2), ...random.sample(people, 2)];
    return others.flatMap((other): [Person, Person][] => {
      const pair = [person.id, other.id].sort().join('-');
      if (other === person || known.has(pair)) return [];
      known.add(pair);
      return [[person, other]];
    });
  });
}

function endorse(world: World, endorser: Person, person: Person, after: Date) {
  const { random } = world;
  return random.sample(person.skills, random.int(0, 3)).flatMap((skill) => {
    const created_at = momentOf(world, endorser, after);
    if (!created_at) return [];
    recordActivity(world, endorser, 'endorsement', created_at, person.id);
    return [{ user_id: person.id, skill_id: skill.id, endorser_id: endorser.id, created_at }];
  });
}
