export { AsyncResult } from './async-result.js';
export {
  type BeatSession,
  type BeatStore,
  crontab,
  describeTiming,
  type Entry,
  type EntryState,
  findEntry,
  pauseEntry,
  readScheduleFile,
  resolveSchedule,
  resumeEntry,
  runEntry,
  type Schedule,
  startBeat,
} from './beat/index.js';
export { firstInstantAt, isTimeZone, wallTimeAt } from './beat/time-zone.js';
export type { Broker, QueueCounts, RunningWorker } from './broker/broker.js';
export { createBroker, migrateBroker } from './broker/index.js';
export { argumentsFromCelery, findTask } from './call-by-name.js';
export {
  type AnySignature,
  chain,
  chord,
  chunks,
  delayAllOnCommit,
  type GroupProgress,
  GroupResult,
  group,
  map,
  type Outcome,
  type Signature,
} from './canvas/index.js';
export { isConnectionFault } from './connection-fault.js';
export { type Answers, askWorkers, type ControlChannel, type ControlCommand, serveControl } from './control/index.js';
export { connect, type Kit } from './kit.js';
export { describeProblems, isQueueName } from './message.js';
export { oncePer } from './once-per.js';
export { startRelay } from './relay.js';
export { findRoute, queueOfTask, type TaskRoutes } from './routes.js';
export { createSealer, isSealed, type Sealer } from './sealer.js';
export { storableText } from './storable.js';
export { type Handler, handle, registeredTasks, type Task, task } from './task.js';
export type {
  ApplyAsyncOptions,
  Json,
  OutboxStore,
  RunEvent,
  TaskContext,
  TaskError,
  TaskLogger,
  TaskMessage,
  TaskOptions,
  TaskState,
  TaskStatus,
} from './types.js';
