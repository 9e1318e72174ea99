import type { Payload } from '#console/api/contract.ts';
import { payloadQuery } from '#console/api/queries/fleet/runs.ts';
import { PayloadView } from '#console/ui/data/payload-view.tsx';

/** A payload of an event of a run. */
export function EventPayload({ runId, payload, label }: { runId: string; payload: Payload; label: string }) {
  return <PayloadView payload={payload} label={label} queryOf={(hash) => payloadQuery(runId, hash)} />;
}
