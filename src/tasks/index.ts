// All tasks of the platform: a process that imports this knows them by their names.
import './achievements.js';
import './analytics.js';
import './email.js';
import './notifications.js';
import './recommendations.js';
import './resumes.js';
