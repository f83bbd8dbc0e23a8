import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { requireUser } from '../accounts/index.js';
import type { Database } from '../db/schema.js';
import { idParams, line, pageOf, pageQuery } from '../http/schemas.js';
import { endorse, removeSkill, setSkill, withdrawEndorsement } from './profile.js';
import { listSkills, listUserSkills } from './queries.js';

const skill = z.object({ id: z.number().int(), name: z.string(), slug: z.string(), category: z.string() });
const skillResponse = skill.meta({ id: 'Skill' });

const userSkillResponse = skill
  .extend({
    proficiency: z.number().int().describe('1 (beginner) to 5 (expert).'),
    years: z.number().nullable(),
    source: z.enum(['manual', 'resume']).describe('Who said so: the user, or the analysis of a resume.'),
    endorsements: z.number().int().describe('How many people endorse it.'),
    endorsedByMe: z.boolean(),
  })
  .meta({ id: 'UserSkill' });

const skillParams = z.object({ skillId: idParams.shape.id });
const userSkillParams = idParams.extend(skillParams.shape);
const changing = { max: 60, timeWindow: '1 minute' };

/** Skills, those in the user's own profile, and endorsements of others'. `clock` tells when a profile is changed. */
export const skillRoutes: FastifyPluginAsyncZod<{ db: Kysely<Database>; clock: () => Date }> = async (app, { db, clock }) => {
  requireUser(app, db);

  app.route({
    method: 'GET',
    url: '/skills',
    schema: {
      tags: ['skills'],
      summary: 'List or search the skills that a profile may hold',
      querystring: pageQuery.extend({ text: line(100).optional().describe('Part of a name or alias.') }),
      response: { 200: pageOf(skillResponse) },
    },
    handler: async (request) => {
      const { page, pageSize } = request.query;
      return { page, pageSize, ...(await listSkills(db, request.query)) };
    },
  });

  app.route({
    method: 'GET',
    url: '/me/skills',
    schema: {
      tags: ['skills'],
      summary: 'List the user’s own skills, the best first',
      querystring: pageQuery,
      response: { 200: pageOf(userSkillResponse) },
    },
    handler: async (request) => {
      const { id } = request.user;
      return { ...request.query, ...(await listUserSkills(db, { userId: id, viewerId: id, ...request.query })) };
    },
  });

  app.route({
    method: 'GET',
    url: '/users/:id/skills',
    schema: {
      tags: ['skills'],
      summary: 'List the skills of a user, the best first',
      params: idParams,
      querystring: pageQuery,
      response: { 200: pageOf(userSkillResponse) },
    },
    handler: async (request) => {
      const whose = { userId: request.params.id, viewerId: request.user.id };
      return { ...request.query, ...(await listUserSkills(db, { ...whose, ...request.query })) };
    },
  });

  const changeOf = ({ user, params }: { user: { id: number }; params: z.output<typeof skillParams> }) => ({
    userId: user.id,
    skillId: params.skillId,
    now: clock(),
  });

  app.route({
    method: 'PUT',
    url: '/me/skills/:skillId',
    config: { rateLimit: changing, errors: ['SKILL_NOT_FOUND'] },
    schema: {
      tags: ['skills'],
      summary: 'Add a skill to the user’s profile, or change it',
      params: skillParams,
      body: z.object({
        proficiency: z.number().int().min(1).max(5).describe('1 (beginner) to 5 (expert).'),
        years: z.number().min(0).max(80).nullable().default(null),
      }),
      response: { 200: userSkillResponse },
    },
    handler: async (request) => setSkill(db, changeOf(request), request.body),
  });

  app.route({
    method: 'DELETE',
    url: '/me/skills/:skillId',
    config: { errors: ['SKILL_NOT_FOUND'] },
    schema: {
      tags: ['skills'],
      summary: 'Take a skill out of the user’s profile',
      params: skillParams,
      response: { 204: z.undefined().describe('The skill is not in the profile any more.') },
    },
    handler: async (request, reply) => {
      await removeSkill(db, changeOf(request));
      return reply.code(204).send();
    },
  });

  const endorsementOf = (params: z.output<typeof userSkillParams>, endorserId: number) => ({
    userId: params.id,
    skillId: params.skillId,
    endorserId,
  });

  app.route({
    method: 'POST',
    url: '/users/:id/skills/:skillId/endorse',
    config: { rateLimit: changing, errors: ['SKILL_NOT_FOUND', 'NOT_ALLOWED'] },
    schema: {
      tags: ['skills'],
      summary: 'Endorse a skill of another user; again is the same as once',
      params: userSkillParams,
      response: { 200: userSkillResponse },
    },
    handler: async (request) => endorse(db, endorsementOf(request.params, request.user.id)),
  });

  app.route({
    method: 'DELETE',
    url: '/users/:id/skills/:skillId/endorse',
    config: { rateLimit: changing, errors: ['SKILL_NOT_FOUND'] },
    schema: {
      tags: ['skills'],
      summary: 'Take an endorsement back',
      params: userSkillParams,
      response: { 200: userSkillResponse },
    },
    handler: async (request) => withdrawEndorsement(db, endorsementOf(request.params, request.user.id)),
  });
};
