import { type Agent, applyControl } from '../enrolment/agent.ts';
import type { Bundle } from '../enrolment/bundle.ts';
import type { Enrolment } from '../enrolment/enrolment.ts';
import type { SelfMetrics } from '../process/self-metrics.ts';
import type { Recorder } from '../runs/recorder.ts';
import type { Run } from '../runs/run.ts';
import { warnOnce } from '../safely.ts';
import type { Flusher } from '../transport/flusher.ts';
import { abortRuns } from './abort.ts';
import type { Command } from './command.ts';
import type { Inbox } from './inbox.ts';

const DRAIN_S = 300;
const FLUSH_MS = 2_000;

/** What commands act on. */
export interface Controlled {
  agents: Map<string, Agent>;
  enrolment: Enrolment;
  recorder: Recorder;
  flusher: Flusher;
  metrics: SelfMetrics;
}

/** Does what people and the server say of the agents of this process: state, bundles, running runs, telemetry. */
export function followControl(inbox: Inbox, controlled: Controlled): void {
  const { enrolment, recorder, flusher } = controlled;
  const about = (command: Command) => findAgent(controlled, command.body);
  const change = (command: Command, control: Partial<Bundle['control']>): Agent | undefined => {
    const agent = about(command);
    if (agent && applyControl(agent, control, toNumber(command.body.bundle))) enrolment.keep(agent);
    return agent;
  };
  const refetch = ({ body }: Command): void => {
    const agent = findAgent(controlled, body);
    if (agent) enrolment.refresh(agent.slug, toNumber(body.bundle)).catch(warnOfFetch);
  };

  inbox.on('bundle', (command) => {
    if (!enrolment.put(command.body.content)) refetch(command);
  });
  inbox.on('kill', (command) => {
    const { kill_id, reason, abort } = command.body;
    const kill = { id: String(kill_id), reason: String(reason ?? ''), abort: abort === true };
    const agent = change(command, { state: 'paused', kill });
    if (agent && kill.abort) abortRuns(runsOf(controlled, agent), `${agent.slug} was killed: ${kill.reason}`);
  });
  inbox.on('hold', (command) => {
    const { retry_at, reason, abort } = command.body;
    const agent = change(command, { state: 'paused', retry_at: typeof retry_at === 'string' ? retry_at : null });
    if (agent && abort === true) abortRuns(runsOf(controlled, agent), `${agent.slug} was paused: ${reason}`);
  });
  inbox.on('release', refetch);
  inbox.on('version.activate', refetch);
  inbox.on('drain', (command) => {
    const agent = change(command, { state: 'draining' });
    const deadlineS = Math.max(0, toNumber(command.body.deadline_s, DRAIN_S));
    // Asked again when time is up: it may have been resumed meanwhile.
    const end = (): void => {
      if (agent?.bundle?.control.state === 'draining')
        abortRuns(runsOf(controlled, agent), `${agent.slug} was drained and its time is up`);
    };
    setTimeout(end, deadlineS * 1_000).unref();
  });
  inbox.on('abort', (command) => {
    const agent = about(command);
    const runs = agent ? runsOf(controlled, agent) : [];
    const { run, reason } = command.body;
    const meant = typeof run === 'string' ? runs.filter(({ id, rootId }) => id === run || rootId === run) : runs;
    abortRuns(meant, `ended by Mission Control: ${reason ?? 'no reason given'}`);
  });
  inbox.on('keep', ({ body }) => {
    for (const run of Array.isArray(body.runs) ? body.runs : []) recorder.keep(String(run));
  });
  inbox.on('flush', () => void flusher.flush(FLUSH_MS));
}

const warnOfFetch = (error: unknown): void => warnOnce(`a bundle could not be fetched: ${String(error)}`);

const toNumber = (value: unknown, otherwise = 0): number => (typeof value === 'number' ? value : otherwise);

const findAgent = ({ agents }: Controlled, { agent_id }: Command['body']): Agent | undefined =>
  [...agents.values()].find(({ bundle }) => bundle?.agent_id === agent_id);

/** The open runs of an agent, and those that they have started. */
const runsOf = ({ metrics }: Controlled, { slug }: Agent): Run[] =>
  [...metrics.activeRuns.values()].filter(({ lineage }) => lineage.has(slug));
