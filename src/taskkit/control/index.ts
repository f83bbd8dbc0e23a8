export { type Answers, askWorkers } from './ask.js';
export type { ControlChannel, ControlCommand, ControlReply } from './channel.js';
export { type Revoked, revokeTasks } from './revoke.js';
export { serveControl } from './serve.js';
