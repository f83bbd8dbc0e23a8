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
export type { Broker, QueueCounts, RunningWorker, StoredCall, TimeLimits, WorkerStats } from './broker/broker.js';
export { createBroker, migrateBroker } from './broker/index.js';
export { argumentsFromCelery, findTask } from './call-by-name.js';
export { fillArguments } from './canvas/fill.js';
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
export { mapTask } from './canvas/plan.js';
export { celeryTask, celeryTasks } from './celery-task.js';
export { isConnectionFault } from './connection-fault.js';
export {
  type Answers,
  askWorkers,
  type ControlChannel,
  type ControlCommand,
  revokeTasks,
  serveControl,
} from './control/index.js';
export { connect, type Kit } from './kit.js';
export { createMessage, describeProblems, isQueueName } from './message.js';
export { oncePer } from './once-per.js';
export { openCall } from './open-call.js';
export { redact, redactedJson } from './redact.js';
export { startRelay } from './relay.js';
export { findRoute, findRouteKey, queueOfTask, type TaskRoutes } from './routes.js';
export { createSealer, isSealed, type Sealer } from './sealer.js';
export { findUnstorable, storableText, taskErrorOf } from './storable.js';
export { type Handler, handle, registeredTasks, type Task, task } from './task.js';
export type {
  ApplyAsyncOptions,
  Json,
  LogLine,
  OutboxStore,
  Reporter,
  RunEvent,
  RunReport,
  TaskContext,
  TaskError,
  TaskLogger,
  TaskMessage,
  TaskOptions,
  TaskState,
  TaskStatus,
} from './types.js';
