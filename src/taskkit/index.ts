export { AsyncResult } from './async-result.js';
export type { Broker, QueueCounts, RunningWorker } from './broker/broker.js';
export { createBroker, migrateBroker } from './broker/index.js';
export { argumentsFromCelery, findTask } from './call-by-name.js';
export { isConnectionFault } from './connection-fault.js';
export { connect } from './kit.js';
export { describeProblems, isQueueName } from './message.js';
export { startRelay } from './relay.js';
export { findRoute, type TaskRoutes } from './routes.js';
export { type Handler, handle, registeredTasks, type Task, task } from './task.js';
export type {
  ApplyAsyncOptions,
  Json,
  OutboxStore,
  TaskContext,
  TaskError,
  TaskLogger,
  TaskMessage,
  TaskOptions,
  TaskState,
  TaskStatus,
} from './types.js';
