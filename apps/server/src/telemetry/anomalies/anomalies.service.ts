import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { anomalyChanged, anomalyClosed } from './anomalies.events.ts';
import type { Anomaly, AnomalyDetail, AnomalyUpdate } from './anomalies.schema.ts';
import { type AnomalyPatch, findAnomaly, saveAnomaly } from './anomalies.store.ts';
import { listSeries } from './series.store.ts';

/** An anomaly with what was measured around it. Throws `anomaly.not_found`. */
export async function getAnomaly(ctx: Context, id: string): Promise<AnomalyDetail> {
  const anomaly = await findAnomaly(ctx, id);
  if (!anomaly) throw notFound('anomaly', id);
  return { ...anomaly, series: await listSeries(ctx, anomaly) };
}

/**
 * Acknowledges or closes an anomaly, says what it was worth, or keeps its detector quiet on the agent for a while, which
 * closes it, too. Throws `anomaly.not_found`, `anomaly.closed`.
 */
export function updateAnomaly(ctx: Context, id: string, change: AnomalyUpdate): Promise<Anomaly> {
  return inTransaction(ctx, async (tx) => {
    const before = await findAnomaly(tx, id);
    if (!before) throw notFound('anomaly', id);
    if (before.state === 'closed' && change.state === 'acknowledged')
      throw new Problem('anomaly.closed', 409, 'It is closed; only feedback, a note and muting can be added.');
    const { state: wanted, ...rest } = change;
    const state = isQuieted(tx, change) ? 'closed' : wanted;
    const isClosing = state === 'closed' && before.state !== 'closed';
    const patch: AnomalyPatch = { ...rest, ...(state && { state }), ...(isClosing && { closed_at: tx.now() }) };
    await saveAnomaly(tx, id, patch);
    return publishChange(tx, id, isClosing);
  });
}

const isQuieted = ({ now }: TxContext, { mute_until }: AnomalyUpdate): boolean =>
  typeof mute_until === 'string' && Date.parse(mute_until) > now().getTime();

async function publishChange(tx: TxContext, id: string, isClosing: boolean): Promise<Anomaly> {
  const anomaly = await findAnomaly(tx, id);
  if (!anomaly) throw notFound('anomaly', id);
  await publish(tx, isClosing ? anomalyClosed : anomalyChanged, { subjectId: id, data: { anomaly } });
  return anomaly;
}
