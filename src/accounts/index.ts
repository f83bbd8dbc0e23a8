export { activeUsers } from './active-users.js';
export { requireUser } from './authenticate.js';
export { hashPassword } from './passwords.js';
export { checkStaffPassword, findStaff } from './staff.js';
export { accessTokenSeconds, hashToken } from './tokens.js';
