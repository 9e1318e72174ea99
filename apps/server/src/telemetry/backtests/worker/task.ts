import type { Ir } from '@mission-control/policy/evaluate';
import type { BacktestReport, BacktestRow } from '../simulation/report.rules.ts';

/** What a worker thread is told to do. */
export interface BacktestTask {
  databaseUrl: string;
  orgId: string;
  ir: Ir;
  /** Agents that the policy is about. */
  agentIds: string[];
  fromMs: number;
  toMs: number;
  /** How many rows are wanted; null is all of them. */
  maxRows: number | null;
}

/** What it says meanwhile. It goes on when it is told to, so that no more is under way than is taken. */
export type BacktestMessage =
  | { kind: 'progress'; done: number; total: number; rows: BacktestRow[] }
  | { kind: 'report'; report: BacktestReport };
