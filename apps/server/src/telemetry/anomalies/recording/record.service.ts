import { inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { anomalyChanged, anomalyClosed, anomalyOpened } from '../anomalies.events.ts';
import { Severity } from '../anomalies.schema.ts';
import {
  findAnomaly,
  findWorstOpen,
  insertAnomaly,
  isMuted,
  lockOpen,
  saveAnomaly,
  saveRoot,
} from '../anomalies.store.ts';
import type { Finding } from '../detectors/finding.schema.ts';
import type { Settled } from '../detectors/hysteresis.rules.ts';
import type { Remembered } from '../watching/memory.ts';
import { tell } from './causes/cause.service.ts';

/** What a look at an agent came to. */
interface Judged {
  one: Remembered;
  settled: Settled;
}

/** What stays open is noted so often. */
const NOTE_MS = 60_000;

/** Opens, renews and closes anomalies, each with its fact. */
export async function record(platform: Platform, judged: readonly Judged[]): Promise<void> {
  for (const { one, settled } of judged) {
    if (settled.opened.length + settled.seen.length + settled.closed.length === 0) continue;
    const ctx = systemContext(platform, one.agent.org_id);
    try {
      for (const finding of settled.opened) await inTransaction(ctx, (tx) => open(tx, one, finding));
      for (const finding of settled.seen) await inTransaction(ctx, (tx) => renew(tx, one, finding));
      for (const key of settled.closed) await inTransaction(ctx, (tx) => close(tx, one, key));
    } catch (error) {
      // One agent must not keep those after it from being told of; what is open in the table is taken over at the next look.
      platform.log.error({ err: error, agent_id: one.agent.agent_id }, 'an anomaly could not be recorded');
    }
  }
}

async function open(tx: TxContext, one: Remembered, finding: Finding): Promise<void> {
  const { agent_id, version_id } = one.agent;
  // What is remembered of people's wishes is some seconds old.
  if (await isMuted(tx, agent_id, finding.detector)) return;
  const { cause, affected, explanation } = await tell(tx, one, finding);
  const causeId = cause?.agent_id ?? null;
  const rootId = causeId === null || causeId === agent_id ? null : await findWorstOpen(tx, causeId);
  const id = newId(tx.now());
  const isNew = await insertAnomaly(tx, {
    ...{ id, agent_id, version_id, explanation, affected_agent_ids: affected, root_anomaly_id: rootId ?? null },
    ...{ detector: finding.detector, metric: finding.metric, scope: finding.scope, severity: finding.severity },
    ...{
      observed: finding.observed,
      expected_low: finding.low,
      expected_high: finding.high,
      z: finding.z,
      n: finding.n,
    },
    ...{ baseline_level: finding.level, began_at: new Date(finding.beganAt), cause: JSON.stringify(cause) },
    example_run_ids: [...finding.runIds],
  });
  if (!isNew) return;
  await saveRoot(tx, agent_id, id);
  await publishOne(tx, anomalyOpened, id);
}

const ranks: readonly string[] = Severity.options;

/** What is seen again is renewed now and then; it may get worse at once, and better only by closing. */
async function renew(tx: TxContext, one: Remembered, finding: Finding): Promise<void> {
  const row = await lockOpen(tx, one.agent.agent_id, finding);
  if (!row) return;
  const isWorse = ranks.indexOf(finding.severity) > ranks.indexOf(row.severity);
  if (!isWorse && tx.now().getTime() - Date.parse(row.last_seen_at) < NOTE_MS) return;
  const { observed, n, z, runIds } = finding;
  await saveAnomaly(tx, row.id, {
    observed,
    n,
    z,
    last_seen_at: tx.now(),
    ...(runIds.length > 0 && { example_run_ids: [...runIds] }),
  });
  if (!isWorse) return;
  const { explanation } = await tell(tx, one, finding);
  await saveAnomaly(tx, row.id, { severity: finding.severity, explanation });
  await publishOne(tx, anomalyChanged, row.id);
}

async function close(tx: TxContext, { agent }: Remembered, key: string): Promise<void> {
  const [detector = '', ...scope] = key.split(' ');
  const row = await lockOpen(tx, agent.agent_id, { detector, scope: scope.join(' ') });
  if (!row) return;
  await saveAnomaly(tx, row.id, { state: 'closed', closed_at: tx.now() });
  await publishOne(tx, anomalyClosed, row.id);
}

async function publishOne(tx: TxContext, event: typeof anomalyOpened, id: string): Promise<void> {
  const anomaly = await findAnomaly(tx, id);
  if (anomaly) await publish(tx, event, { subjectId: id, data: { anomaly } });
}
