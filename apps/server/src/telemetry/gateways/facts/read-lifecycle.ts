import { z } from 'zod';
import { cut } from './content.ts';
import type { FactBody } from './fact.ts';
import { instantMs, lenient, text } from './field.schema.ts';

const Lifecycle = z.looseObject({
  phase: text,
  startedAt: lenient(instantMs),
  endedAt: lenient(instantMs),
  aborted: lenient(z.boolean()),
  status: lenient(text),
  stopReason: lenient(text),
  error: lenient(z.string()),
  errorObservation: lenient(z.looseObject({ failoverReason: lenient(text) })),
  terminalReply: lenient(z.looseObject({ text: lenient(z.string()) })),
});

/** What the `lifecycle` stream says: start, end, error. The phases between them are passed over. */
export function readLifecycle(data: unknown, ts: number | undefined): FactBody[] {
  const parsed = Lifecycle.safeParse(data);
  if (!parsed.success) return [];
  const { phase, startedAt = ts, endedAt = ts } = parsed.data;
  if (phase === 'start') return startedAt === undefined ? [] : [{ t: 'started', startedAt, rank: 2 }];
  if (phase !== 'end' && phase !== 'error') return [];
  return [...toEndings(parsed.data), ...(endedAt === undefined ? [] : [{ t: 'ended.at' as const, endedAt, rank: 2 }])];
}

function toEndings(end: z.infer<typeof Lifecycle>): FactBody[] {
  const { aborted, phase, status, stopReason = null, terminalReply } = end;
  // An aborted run ends twice: first as cancelled, then with the error that the abort was to its model.
  if (aborted || status === 'cancelled')
    return [{ t: 'ended', rank: phase === 'end' ? 4.2 : 4, ending: { ...OK, status: 'cancelled', stopReason } }];
  if (phase === 'end')
    return [
      { t: 'ended', rank: 1, ending: { ...OK, stopReason } },
      ...(terminalReply?.text ? [{ t: 'said' as const, text: cut(terminalReply.text), rank: 3 }] : []),
    ];
  const errorType = end.errorObservation?.failoverReason ?? 'unknown';
  return [{ t: 'ended', rank: 2.5, ending: { ...OK, status: 'error', errorType, errorMessage: end.error ?? null } }];
}

const OK = { status: 'ok' as const, errorType: null, errorMessage: null, stopReason: null };
