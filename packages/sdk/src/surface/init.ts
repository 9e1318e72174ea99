import { activeClient, type Client, createClient, setActiveClient } from '../client.ts';
import { isComplete, reopenDeclarations, watchDeclarations } from '../enrolment/declaration.ts';
import { flushOnExit } from '../process/exit.ts';
import { getAgent } from '../runs/lifecycle.ts';
import { safely, warnOnce } from '../safely.ts';
import { type AgentOptions, type InitOptions, resolveSettings } from '../settings.ts';

/** How long a process that runs nothing yet is given to wrap its tools before it enrols. */
const IDLE_ENROL_MS = 2_000;

let removeExitHandlers: (() => void) | undefined;

/**
 * Connects this process to Mission Control. When `manifest.tools` describes every tool it enrols at once and waits up
 * to 3 s; else it enrols at the first run (or after 2 s), when the tools that make up the declaration have been
 * wrapped. Without a key, or with `MC_DISABLE=1`, everything passes through. Never throws.
 */
export async function init(options: InitOptions = {}): Promise<void> {
  if (activeClient()) return warnOnce('init was called twice; the second call has no effect');
  const settings = resolveSettings(options, process.env);
  if ('off' in settings) {
    if (settings.off) warnOnce(`Mission Control is off: ${settings.off}`);
    return;
  }
  const client = safely('init', () => createClient(settings));
  if (!client) return;
  setActiveClient(client);
  removeExitHandlers = flushOnExit(client);
  if (settings.agents.every(isComplete)) await client.enrolment.ensure();
  else enrolWhenIdle(client);
}

/** A tool that is wrapped starts the time anew. */
function enrolWhenIdle({ enrolment }: Client): void {
  const timer = setTimeout(() => void enrolment.ensure(), IDLE_ENROL_MS);
  timer.unref();
  watchDeclarations(() => {
    if (enrolment.isCurrent) void enrolment.renew();
    else timer.refresh();
  });
}

/** Adds an agent to this process, and enrols it with the others. */
export function agent(options: AgentOptions): void {
  const client = activeClient();
  if (client) safely('agent', () => getAgent(client, options));
}

/** Sends what is queued and ends when the server has it, or after `ms` (default 2 s). True when nothing is left. */
export async function flush(ms = 2_000): Promise<boolean> {
  return (await activeClient()?.flusher.flush(ms)) ?? true;
}

/** Flushes for up to `ms`, leaves the rest on disk and disconnects; `init` may be called again. */
export async function shutdown(ms = 2_000): Promise<void> {
  const client = activeClient();
  if (!client) return;
  await Promise.all([client.flusher.stop(ms), client.leases.close(ms)]);
  client.channel.stop();
  client.enrolment.stop();
  setActiveClient(undefined);
  reopenDeclarations();
  removeExitHandlers?.();
}
