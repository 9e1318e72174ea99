import type { BaselineLevel, Detector, Severity } from '../anomalies.schema.ts';

/** Something unusual, as one look sees it. */
export interface Finding {
  detector: Detector;
  metric: string;
  /** The step; empty for all of the agent. */
  scope: string;
  severity: Severity;
  observed: number;
  low: number | null;
  high: number | null;
  /** Standard errors, or the weight of the evidence in them. */
  z: number | null;
  n: number;
  level: BaselineLevel;
  /** Epoch ms. */
  beganAt: number;
  runIds: readonly string[];
  /** Certain at once: it need not be seen twice. */
  isInstant: boolean;
  /** What the sentence adds: names of tools and steps. */
  about: string | null;
}

export const keyOf = ({ detector, scope }: Pick<Finding, 'detector' | 'scope'>): string => `${detector} ${scope}`;
