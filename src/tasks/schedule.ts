import type { Schedule } from '../taskkit/index.js';
import { checkAllUserAchievements } from './achievements.js';
import { cachePlatformAnalytics } from './analytics.js';
import { sendDailyDigest } from './email.js';
import { cleanupOldNotifications } from './notifications.js';
import { generateDailyRecommendations } from './recommendations.js';

/** What the platform runs by the clock. Entries of the file CELERY_BEAT_SCHEDULE come on top, and replace one of the same name. */
export const schedule: Schedule = {
  'cache-platform-analytics': { task: cachePlatformAnalytics, schedule: 3600 },
  'check-user-achievements': { task: checkAllUserAchievements, schedule: 3600 },
  'generate-daily-recommendations': { task: generateDailyRecommendations, schedule: 86_400 },
  'cleanup-old-notifications': { task: cleanupOldNotifications, schedule: 86_400 },
  'send-daily-digest': { task: sendDailyDigest, schedule: 86_400 },
};
