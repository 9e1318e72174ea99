import { z } from 'zod';
import { isHeartbeatInterval } from './heartbeats.rules.ts';

export const HeartbeatInterval = z
  .string()
  .trim()
  .refine(isHeartbeatInterval, 'is no interval from 30s to 7d such as 10m, and not off')
  .describe('`10m`, `2h`, …, from 30 s to 7 d; `off` or `0` for none.');
