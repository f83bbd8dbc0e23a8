export interface Processes {
  /** What they warned of. */
  lines: string[];
  /** What should not have happened. */
  problems: string[];
  figures(): { workersStarted: number; workersKilled: number; takenBack: number };
  allReady(): Promise<unknown>;
  killOne(random: () => number): Promise<void>;
  stop(): Promise<void>;
}

export function startProcesses(script: string, processes: string[][]): Processes;
