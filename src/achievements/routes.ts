import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { requireUser } from '../accounts/index.js';
import type { Database } from '../db/schema.js';
import { idParams } from '../http/schemas.js';
import { listAchievements, listUnlocked, readLeaderboard } from './showcase.js';

const about = {
  key: z.string(),
  name: z.string(),
  description: z.string(),
  points: z.number().int().describe('What unlocking it gives.'),
  rarity: z.enum(['common', 'rare', 'epic', 'legendary']),
};

const achievement = z
  .object({
    ...about,
    unlockedAt: z.date().nullable(),
    progress: z.object({
      current: z.number().int().describe('What counts so far, up to the threshold.'),
      threshold: z.number().int(),
      percent: z.number().int(),
    }),
    unlockRate: z
      .number()
      .nullable()
      .describe('The share of the active users who have it, from 0 to 1; null before it was computed.'),
  })
  .meta({ id: 'Achievement' });

const unlockedAchievement = z.object({ ...about, unlockedAt: z.date() }).meta({ id: 'UnlockedAchievement' });

const leader = z
  .object({
    rank: z.number().int(),
    userId: z.number().int(),
    name: z.string(),
    username: z.string(),
    points: z.number().int(),
    achievements: z.number().int().describe('How many are unlocked.'),
  })
  .meta({ id: 'Leader' });

export interface AchievementRouteOptions {
  db: Kysely<Database>;
  clock: () => Date;
}

/** Achievements: the user's own with the way to the next, those of others, and the leaderboard. */
export const achievementRoutes: FastifyPluginAsyncZod<AchievementRouteOptions> = async (app, { db, clock }) => {
  requireUser(app, db);

  app.route({
    method: 'GET',
    url: '/achievements',
    schema: {
      tags: ['achievements'],
      summary: 'All achievements, with those the user has and how far the others are',
      response: { 200: z.object({ points: z.number().int(), items: z.array(achievement) }) },
    },
    handler: async (request) => listAchievements(db, request.user.id),
  });

  app.route({
    method: 'GET',
    url: '/achievements/leaderboard',
    schema: {
      tags: ['achievements'],
      summary: 'The active users with the most points, and the user’s own rank',
      response: {
        200: z.object({
          items: z.array(leader).describe('At most 100; users with as many points share a rank.'),
          own: z.object({
            points: z.number().int(),
            rank: z.number().int().nullable().describe('Null without points, and where ranks are not counted any more.'),
          }),
          computedAt: z.date().nullable().describe('Null before the first time.'),
          ageSeconds: z.number().int().nullable(),
          refreshing: z.boolean().describe('Whether newer figures are on their way, because these are missing or an hour old.'),
        }),
      },
    },
    handler: async (request) => readLeaderboard(db, request.user.id, clock()),
  });

  app.route({
    method: 'GET',
    url: '/users/:id/achievements',
    config: { errors: ['USER_NOT_FOUND'] },
    schema: {
      tags: ['achievements'],
      summary: 'What a user has unlocked, newest first',
      params: idParams,
      response: { 200: z.object({ items: z.array(unlockedAchievement) }) },
    },
    handler: async (request) => ({ items: await listUnlocked(db, request.params.id) }),
  });
};
