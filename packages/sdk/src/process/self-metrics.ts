import type { Run } from '../runs/run.ts';

const SAMPLES = 512;
/** Every so many checks one is timed: two looks at the clock would cost more than the check. */
const EVERY = 16;

/** What the SDK itself costs, told in each header. */
export class SelfMetrics {
  /** Time spent preparing batches, since process start. */
  cpuMs = 0;
  readonly activeRuns = new Map<string, Run>();
  readonly #checks: number[] = [];
  #seen = 0;

  /** Runs a check, and times some of them. */
  timeCheck<T>(check: () => T): T {
    if (this.#seen++ % EVERY !== 0) return check();
    const start = performance.now();
    const result = check();
    this.#checks[((this.#seen / EVERY) % SAMPLES) | 0] = (performance.now() - start) * 1_000;
    return result;
  }

  /** Runs a piece of our background work and counts its time. */
  timeWork<T>(work: () => T): T {
    const start = performance.now();
    try {
      return work();
    } finally {
      this.cpuMs += performance.now() - start;
    }
  }

  toReport(queueBytes: number): Record<string, number> {
    const sorted = this.#checks.filter((us) => us !== undefined).sort((a, b) => a - b);
    return {
      cpu_ms: Math.round(this.cpuMs),
      rss_mb: Math.round(process.memoryUsage.rss() / 2 ** 20),
      queue_bytes: queueBytes,
      policy_p99_us: Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0),
      active_runs: this.activeRuns.size,
    };
  }
}
