import { createDesk, type Desk } from './approvals/desk.ts';
import { Channel } from './channel/channel.ts';
import { followControl } from './channel/control.ts';
import { Inbox } from './channel/inbox.ts';
import { nowMicros } from './clock.ts';
import type { Contact } from './enforcement/gate.ts';
import { type Agent, createAgent } from './enrolment/agent.ts';
import { createBundleCache } from './enrolment/bundle-cache.ts';
import { Enrolment } from './enrolment/enrolment.ts';
import { newId } from './ids.ts';
import { createLeases, type Leases } from './leases/leases.ts';
import { KnownBlobs } from './payloads/known-blobs.ts';
import { timeCallback } from './payloads/redaction.ts';
import { SelfMetrics } from './process/self-metrics.ts';
import { createDropCounts } from './queue/drops.ts';
import { Queue } from './queue/queue.ts';
import { Recorder } from './runs/recorder.ts';
import { warnOnce } from './safely.ts';
import type { Settings } from './settings.ts';
import { Courier } from './transport/courier.ts';
import { Flusher } from './transport/flusher.ts';
import { Sealer } from './transport/sealer.ts';
import type { BatchAnswer } from './transport/send.ts';
import { Spool, toSpoolRoot } from './transport/spool.ts';

/** The SDK at work in this process. */
export interface Client {
  settings: Settings;
  agents: Map<string, Agent>;
  /** The agent of `init`. */
  main: Agent;
  contact: Contact;
  enrolment: Enrolment;
  recorder: Recorder;
  flusher: Flusher;
  metrics: SelfMetrics;
  /** The process ends: no new run begins. */
  isLeaving: boolean;
  /** What the server tells this process. */
  inbox: Inbox;
  channel: Channel;
  /** Where people are asked. */
  desk: Desk;
  /** Shares of budgets and places. */
  leases: Leases;
}

let active: Client | undefined;

/** The client, or undefined before `init`, after `shutdown` and with `MC_DISABLE=1`: then every call passes through. */
export const activeClient = (): Client | undefined => active;

export function setActiveClient(client: Client | undefined): void {
  active = client;
}

/** Wires the parts of a client. Nothing is sent yet. */
export function createClient(settings: Settings): Client {
  const producer = newId(nowMicros());
  const agents = new Map(settings.agents.map((options) => [options.agent, createAgent(options)]));
  const main = agents.get(settings.agents[0]?.agent ?? '');
  if (!main) throw new Error('settings name no agent');
  const contact: Contact = { heardAt: undefined };
  const hear = (): void => {
    contact.heardAt = nowMicros();
  };
  const cache = createBundleCache(settings.key);
  const inbox = new Inbox(() => transport.flusher.report());
  const onEnrolled = (): void => channel.start();
  const enrolment = new Enrolment({ settings, producer, agents, cache, onContact: hear, onEnrolled });
  const metrics = new SelfMetrics();
  const desk = createDesk(settings.url, enrolment, hear);
  const leases = createLeases({ settings, enrolment, contact, onContact: hear });
  const transport = createTransport({ settings, producer, agents, enrolment, contact, metrics, inbox });
  const onReturn = (): void => enrolment.renewBundles();
  const channel = new Channel({ url: settings.url, enrolment, inbox, onContact: hear, onReturn });
  inbox.on('grant', ({ body }) => desk.wake(String(body.approval_id)));
  followControl(inbox, { agents, enrolment, metrics, ...transport });
  return {
    isLeaving: false,
    settings,
    agents,
    main,
    contact,
    enrolment,
    metrics,
    inbox,
    channel,
    desk,
    leases,
    ...transport,
  };
}

interface TransportParts extends Pick<Client, 'settings' | 'agents' | 'enrolment' | 'contact' | 'metrics' | 'inbox'> {
  producer: string;
}

function createTransport(parts: TransportParts): Pick<Client, 'recorder' | 'flusher'> {
  const { settings, producer, agents, enrolment, contact, metrics, inbox } = parts;
  const drops = createDropCounts();
  const queue = new Queue(drops);
  const known = new KnownBlobs();
  const { redact } = settings;
  const callback = redact && timeCallback(redact, () => drops.redactor_slow++);
  const sealer = new Sealer({ queue, sealing: { known, drops, callback }, metrics, producer });
  const listBundles = () =>
    Object.fromEntries([...agents.values()].map(({ slug, bundle }) => [slug, bundle?.bundle ?? 0]));
  const told = { producer, enrolment, contact, drops, metrics, queue, listBundles, inbox };
  const courier = new Courier({ url: settings.url, ...told });
  const root = toSpoolRoot(settings.spoolDir, [settings.url, settings.key, ...agents.keys()]);
  const flusher = new Flusher({
    queue,
    sealer,
    courier,
    spool: root ? new Spool({ root, producer, drops }) : undefined,
    drops,
    onAnswer: (answer) => follow(answer, { known, enrolment, recorder }),
    onLoss: (hashes) => known.forget(hashes),
  });
  const recorder = new Recorder({ queue, metrics, known, drops, onQueued: (soon) => flusher.kick(soon) });
  return { recorder, flusher };
}

/** Does what the server's answer asks for. */
function follow(answer: BatchAnswer, parts: { known: KnownBlobs; enrolment: Enrolment; recorder: Recorder }): void {
  parts.known.forget(answer.need);
  for (const run of answer.keep) parts.recorder.keep(run);
  for (const [slug, number] of Object.entries(answer.bundles)) {
    parts.enrolment.refresh(slug, number).catch((error) => warnOnce(`a bundle could not be fetched: ${String(error)}`));
  }
}
