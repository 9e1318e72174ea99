import type { Payload } from '#console/api/contract.ts';
import { payloadQuery } from '#console/api/queries/fleet/runs.ts';
import { PayloadView } from '#console/ui/data/payload-view.tsx';
import { Skeleton } from '#console/ui/feedback/states.tsx';
import { MessageList } from '../message-view.tsx';
import { toMessages } from '../messages.ts';
import { resolvePayload, useStoredValues } from '../payload-values.ts';

interface ModelMessagesProps {
  runId: string;
  payload: Payload;
  /** Who speaks when a message does not say. */
  role: 'user' | 'assistant';
}

/** What went into a model, or came out of it, as messages; what is absent says why. */
export function ModelMessages({ runId, payload, role }: ModelMessagesProps) {
  const stored = useStoredValues(runId, [payload]);
  if ('x' in payload)
    return <PayloadView payload={payload} label="Messages" queryOf={(hash) => payloadQuery(runId, hash)} />;
  const messages = toMessages(resolvePayload(payload, stored), role);
  return messages.length === 0 ? <Skeleton className="h-16 w-full" /> : <MessageList messages={messages} isNarrow />;
}
