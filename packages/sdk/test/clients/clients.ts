/** One Node process with many clients, each with its own enrolment and channel as a process of its own would have it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { signalOf } from '../../src/channel/abort.ts';
import { type Client, createClient } from '../../src/client.ts';
import { nowMicros } from '../../src/clock.ts';
import { runAsRun } from '../../src/runs/lifecycle.ts';
import { resolveSettings } from '../../src/settings.ts';
import { callTool } from '../../src/surface/tool.ts';
import type { Answer, Ask, Watch } from './messages.ts';

const LOOK_MS = 5;
const ACT_MS = 100;
/** How many of the clients call the tool. */
const ACTING = 5;
const TOOL = { name: 'act', side_effect: 'non_idempotent' } as const;

const [url = '', key = '', count = '0'] = process.argv.slice(2);
const tell = (answer: Answer): void => void process.send?.(answer);

async function enrol(): Promise<Client> {
  const settings = resolveSettings(
    { agent: 'bench', url, key, spoolDir: 'off', failMode: 'fail_closed', manifest: { tools: [TOOL] } },
    {},
  );
  if ('off' in settings) throw new Error(settings.off);
  const client = createClient(settings);
  void client.enrolment.ensure();
  while (!client.enrolment.token) await sleep(LOOK_MS);
  return client;
}

const isAt = ({ main: { bundle } }: Client, watch: Watch): boolean => {
  switch (watch.kind) {
    case 'kill':
      return bundle?.control.kill?.id === watch.id;
    case 'policy':
      return bundle?.policies.some(({ rules }) => rules.some(({ id }) => id === watch.rule)) ?? false;
    case 'free':
      return bundle?.control.state === 'active';
  }
};

async function reach(clients: Client[], watch: Watch): Promise<void> {
  const at = new Map<Client, number>();
  while (at.size < clients.length) {
    for (const client of clients) if (!at.has(client) && isAt(client, watch)) at.set(client, nowMicros());
    await sleep(LOOK_MS);
  }
  tell({ kind: 'reached', at: [...at.values()], aborted });
}

let aborted = 0;

/** A run that nothing but its signal ends. */
function hang(client: Client): void {
  const work = { agent: client.main, details: {}, parent: undefined };
  void runAsRun(client, work, async (run) => {
    await new Promise((resolve) => signalOf(run).addEventListener('abort', resolve));
    aborted++;
  });
}

let isActing = false;

async function act(clients: Client[]): Promise<void> {
  const calls: { at: number; silentMs: number }[] = [];
  let blocked = 0;
  const callOnce = (client: Client): Promise<unknown> =>
    runAsRun(client, { agent: client.main, details: {}, parent: undefined }, () =>
      callTool(client, TOOL, {
        args: {},
        work: () => {
          const at = nowMicros();
          calls.push({ at: at / 1_000, silentMs: (at - (client.contact.heardAt ?? 0)) / 1_000 });
        },
      }),
    ).catch(() => blocked++);
  while (isActing) {
    await Promise.all([sleep(ACT_MS), ...clients.map(callOnce)]);
  }
  tell({ kind: 'acted', calls, blocked });
}

process.on('disconnect', () => process.exit());
const clients: Client[] = [];
for (let i = 0; i < Number(count); i++) clients.push(await enrol());
for (const client of clients) hang(client);
process.on('message', (ask: Ask) => {
  if ('watch' in ask) void reach(clients, ask.watch);
  else {
    isActing = ask.act;
    if (isActing) void act(clients.slice(0, ACTING));
  }
});
tell({ kind: 'ready' });
