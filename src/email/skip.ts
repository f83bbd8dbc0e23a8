/** Why there is no sense in a mail any more, as its task's result says it; undefined when it is to be sent. */
type Reason = string | undefined;

export function whyNoJobMatch(job: { status: 'open' | 'closed'; expiresAt: Date | null; applied: boolean }, now: Date): Reason {
  if (job.status === 'closed') return 'job closed';
  if (job.expiresAt && job.expiresAt <= now) return 'job expired';
  return job.applied ? 'already applied' : undefined;
}

export function whyNoMentorRequest(request: { status: string; menteeIsActive: boolean }): Reason {
  if (request.status !== 'requested') return `session ${request.status}`;
  return request.menteeIsActive ? undefined : 'inactive mentee';
}

export function whyNoPasswordReset(token: { expiresAt: Date; usedAt: Date | null }, now: Date): Reason {
  if (token.usedAt) return 'used token';
  return token.expiresAt <= now ? 'expired token' : undefined;
}
