import { median, quantile, report } from '../report.ts';
import type { MicroResult } from './micro.ts';
import { estimate, mean } from './statistics.ts';
import type { WorkloadResult } from './workload.ts';

export type Mode = 'off' | 'sampled' | 'full';
export type Round = Record<Mode, WorkloadResult>;

const BOUNDS = {
  sampled: { mean: { floor: 0.5, target: 0.5 }, p99: { floor: 2.1, target: 1 } },
  full: { mean: { floor: 1, target: 1 }, p99: { floor: 4.4, target: 1.5 } },
} as const;
const CALLS_PER_TASK = 20;

/** Prints what one recorded model call adds to its caller. */
export function reportHotPath(off: MicroResult, full: MicroResult): void {
  report({
    name: 'sdk.full.hot_path',
    metric: 'us_per_step',
    value: full.medianUs - off.medianUs,
    unit: 'us',
    isCost: true,
    floor: 50,
    target: 15,
    n: 2_000,
    p50: full.medianUs,
    p99: full.p99Us,
    off_p50: off.medianUs,
    notes: 'llm step with an 8.5 kB prompt, model answers at once; preparing and sending happen in the background',
  });
}

/** Prints what the SDK costs, each round compared with its own run without it. */
export function reportFigures(rounds: readonly Round[], notes: string): void {
  const undelivered = rounds.filter(({ sampled, full }) => !(sampled.flushed && full.flushed)).length;
  report({
    name: 'sdk.undelivered',
    metric: 'rounds',
    value: undelivered,
    unit: '1',
    isCost: true,
    floor: 0,
    target: 0,
    n: rounds.length,
    notes: 'rounds after which the server did not have everything within 10 s',
  });
  for (const mode of ['sampled', 'full'] as const) {
    reportTime(rounds, mode, { metric: 'mean', of: (result) => mean(result.taskMs), notes });
    reportTime(rounds, mode, { metric: 'p99', of: (result) => quantile(result.taskMs, 0.99), notes });
    reportCost(rounds, mode, notes);
  }
}

interface TimeFigure {
  metric: 'mean' | 'p99';
  of: (result: WorkloadResult) => number;
  notes: string;
}

function reportTime(rounds: readonly Round[], mode: 'sampled' | 'full', { metric, of, notes }: TimeFigure): void {
  const overheads = rounds.map((round) => (of(round[mode]) / of(round.off) - 1) * 100);
  const { value, low, high } = estimate(overheads);
  report({
    name: `sdk.${mode}.${metric}`,
    metric: 'overhead_percent',
    value,
    unit: '%',
    isCost: true,
    ...BOUNDS[mode][metric],
    n: rounds.length,
    ci95: [low, high],
    worst: Math.max(...overheads),
    off_ms: median(rounds.map(({ off }) => of(off))),
    ms: median(rounds.map((round) => of(round[mode]))),
    notes,
  });
}

function reportCost(rounds: readonly Round[], mode: 'sampled' | 'full', notes: string): void {
  const perTask = (result: WorkloadResult): number => result.cpuMs / result.taskMs.length;
  const cpu = estimate(rounds.map((round) => perTask(round[mode]) - perTask(round.off)));
  const memory = rounds.map((round) => round[mode].peakRssMb - round.off.peakRssMb);
  report({
    name: `sdk.${mode}.cpu`,
    metric: 'cpu_ms_per_task',
    value: cpu.value,
    unit: 'ms',
    isCost: true,
    floor: 10,
    target: 4,
    n: rounds.length,
    ci95: [cpu.low, cpu.high],
    off_cpu_ms_per_task: mean(rounds.map(({ off }) => perTask(off))),
    us_per_call: (cpu.value * 1_000) / CALLS_PER_TASK,
    loop_delay_p99_ms: median(rounds.map((round) => round[mode].loopDelayP99Ms)),
    loop_delay_p99_off_ms: median(rounds.map(({ off }) => off.loopDelayP99Ms)),
    notes,
  });
  report({
    name: `sdk.${mode}.memory`,
    metric: 'rss_difference_mb',
    value: median(memory),
    unit: 'MB',
    isCost: true,
    floor: 40,
    target: 20,
    n: rounds.length,
    worst: Math.max(...memory),
    notes,
  });
}
