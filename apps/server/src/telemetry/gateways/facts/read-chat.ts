import { z } from 'zod';
import { toText } from './content.ts';
import type { FactBody } from './fact.ts';
import { instantMs, lenient, text } from './field.schema.ts';

const Chat = z.looseObject({
  state: text,
  stopReason: lenient(text),
  errorKind: lenient(text),
  errorMessage: lenient(z.string()),
  errorDetail: lenient(z.looseObject({ failoverReason: lenient(text) })),
  message: lenient(z.looseObject({ content: z.unknown().optional(), timestamp: lenient(instantMs) })),
});

/** What the chat says of a run's end; texts on the way there are for live views. */
export function readChat(payload: unknown): FactBody[] {
  const parsed = Chat.safeParse(payload);
  if (!parsed.success) return [];
  const { state, stopReason = null } = parsed.data;
  const ending = { errorType: null, errorMessage: null, stopReason };
  if (state === 'aborted') return [{ t: 'ended', rank: 4.5, ending: { ...ending, status: 'cancelled' } }];
  if (state === 'error') return [toError(parsed.data)];
  return state === 'final' ? toFinal(parsed.data) : [];
}

/** An error may come twice; the one with a detail is the first and says more. */
function toError({ errorKind, errorMessage, errorDetail }: z.infer<typeof Chat>): FactBody {
  const errorType = errorKind ?? errorDetail?.failoverReason ?? 'unknown';
  return {
    t: 'ended',
    rank: errorKind || errorDetail ? 3 : 2,
    ending: { status: 'error', errorType, errorMessage: errorMessage ?? null, stopReason: null },
  };
}

function toFinal({ stopReason, message }: z.infer<typeof Chat>): FactBody[] {
  const said = toText(message?.content);
  return [
    {
      t: 'ended',
      rank: 1.5,
      ending: { status: 'ok', errorType: null, errorMessage: null, stopReason: stopReason ?? null },
    },
    ...(message?.timestamp === undefined ? [] : [{ t: 'ended.at' as const, endedAt: message.timestamp, rank: 1 }]),
    ...(said === '' ? [] : [{ t: 'said' as const, text: said, rank: 2 }]),
  ];
}
