import { execFileSync } from 'node:child_process';
import os from 'node:os';

/** One measured figure, as `spec/fleet/targets.md` prints it. */
export interface Figure {
  /** `ingest.peak` */
  name: string;
  /** `events_per_s` */
  metric: string;
  value: number;
  unit: string;
  /** Blocks a release. */
  floor: number;
  /** What we publish. */
  target: number;
  /** Whether smaller is better. */
  isCost?: boolean;
  /** How many rounds or samples stand behind it. */
  n: number;
  /** Percentiles, worst, seed, notes. */
  [extra: string]: unknown;
}

/** Prints a figure as one JSON line; one that misses its floor makes the process end with 1. */
export function report({ isCost = false, ...figure }: Figure): void {
  const meets = (bound: number) => (isCost ? figure.value <= bound : figure.value >= bound);
  const pass = meets(figure.floor);
  if (!pass) process.exitCode = 1;
  const line = {
    ...figure,
    pass,
    hit_target: meets(figure.target),
    commit: findCommit(),
    date: new Date().toISOString(),
    machine,
  };
  console.log(
    JSON.stringify(line, (_key, value) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value)),
  );
}

const machine = {
  cpu: os.cpus()[0]?.model ?? 'unknown',
  cores: os.availableParallelism(),
  mem_gb: Math.round(os.totalmem() / 2 ** 30),
  node: process.versions.node,
  postgres: '18.4',
};

function findCommit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown'; // not a checkout
  }
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which `share` (0 to 1) of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
