import type { BrokerKind } from './kit.js';

export interface ChaosReport {
  figures: { seed: number; tasks: number; workersKilled: number; takenBack: number; doubledTasks: number; poisoned: number };
  problems: string[];
  lines: string[];
}

export function chaosSeed(): number;

export function runChaos(options: {
  kind: BrokerKind;
  seed: number;
  tasks: number;
  seconds: number;
  longestMs?: number;
  killEvery?: number;
  patience?: number;
}): Promise<ChaosReport>;
