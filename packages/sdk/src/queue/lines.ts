import { toInstant } from '../clock.ts';
import { type Sealing, sealPayload } from '../payloads/seal.ts';
import type { Run } from '../runs/run.ts';
import type { Item } from './queue.ts';

/** Fields with words of the host: they pass the same rules as payloads. */
const FREE_FIELDS = ['error', 'message', 'outcome', 'data', 'tags', 'stack'];

/** The line of a queued item. Payloads are redacted here, before anything leaves the process. */
export function toLine(sealing: Sealing, { run, event, line }: Item): string {
  if (!event) return line ?? '';
  const fields = redactFields(run, event.fields);
  const head = JSON.stringify({ t: event.t, run: run.id, seq: event.seq, ts: toInstant(event.at), ...fields });
  let payloads = '';
  for (const [name, captured] of Object.entries(event.payloads ?? {})) {
    if (captured) payloads += `,"${name}":${sealPayload(sealing, run, captured)}`;
  }
  return payloads ? `${head.slice(0, -1)}${payloads}}` : head;
}

function redactFields(run: Run, fields: Record<string, unknown>): Record<string, unknown> {
  const free = FREE_FIELDS.filter((name) => fields[name] !== undefined);
  if (free.length === 0) return fields;
  return {
    ...fields,
    ...Object.fromEntries(free.map((name) => [name, run.agent.redactor.redactJson(fields[name]).value])),
  };
}
