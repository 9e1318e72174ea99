/**
 * Whether a rollback is all or nothing, and quick: R10. Rollbacks to and fro between two versions of an agent with a
 * deployment target: how long until a connected process is told, then with SIGKILLs of the server at any moment.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../ingest/random.ts';
import { createServerProcess } from '../ingest/server-process.ts';
import { call } from '../leases/policies.ts';
import { quantile, report } from '../report.ts';
import { startTarget } from './target.ts';

const QUICK = process.argv.includes('--quick');
const SEED = 42;
const MOVES = QUICK ? 20 : 100;
const KILLS = QUICK ? 3 : 40;
const KILL_WITHIN_MS = 120;
/** What a dead server was running is taken over after a minute. */
const SETTLED_MS = 120_000;

interface Deployment {
  id: string;
  status: string;
  to: { id: string };
  accepted_at: string | null;
}

const random = createRandom(SEED);
const server = await createServerProcess({ RATE_LIMIT_USER: '1000000', ALLOW_PRIVATE_TARGETS: 'true' });
await server.start();
await call(server, '/auth/bootstrap', {});
const target = await startTarget(random);

const ask = async <T>(path: string, method = 'GET', body?: object): Promise<T> => {
  const headers = { authorization: `Bearer ${server.token}`, ...(body && { 'content-type': 'application/json' }) };
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
};

/** A process with a version of its own. */
async function enrol(key: string, tool: string): Promise<{ token: string; agentId: string; versionId: string }> {
  const agents = [{ slug: 'swapped', manifest: { tools: [{ name: tool }] } }];
  const enrolled = await call<{ token: string; agents: { agent_id: string; version_id: string }[] }>(
    server,
    '/agents/enroll',
    { producer: randomUUID(), agents },
    key,
  );
  const [agent] = enrolled.agents;
  return { token: enrolled.token, agentId: agent?.agent_id ?? '', versionId: agent?.version_id ?? '' };
}

/** What a process is told of versions, as it comes. */
function listen(token: string): { isTold: (versionId: string) => Promise<void>; stop: () => void } {
  const abort = new AbortController();
  let last = '';
  let onTold = (): void => undefined;
  const listening = (async () => {
    let ack: string[] = [];
    while (!abort.signal.aborted) {
      const body = { wait_s: 5, ack };
      const { commands } = await call<{ commands: { id: string; type: string; body: { version_id?: string } }[] }>(
        server,
        '/commands/poll',
        body,
        token,
      );
      ack = commands.map(({ id }) => id);
      for (const command of commands) if (command.type === 'version.activate') last = command.body.version_id ?? '';
      onTold();
    }
  })();
  listening.catch(() => undefined); // ended with the server
  return {
    stop: () => abort.abort(),
    isTold: (versionId) =>
      new Promise((resolve) => {
        onTold = () => {
          if (last === versionId) resolve();
        };
        onTold();
      }),
  };
}

const rollBack = (agentId: string, to: string): Promise<Deployment> =>
  call(server, `/agents/${agentId}/rollback`, { reason: 'bench', to });

/** The newest deployment, once its target has taken it; undefined when time is up. */
async function awaitSettled(agentId: string): Promise<Deployment | undefined> {
  for (const until = performance.now() + SETTLED_MS; performance.now() < until; await sleep(200)) {
    const { items } = await ask<{ items: Deployment[] }>(`/agents/${agentId}/deployments?limit=1`);
    const [newest] = items;
    if (newest && (newest.accepted_at !== null || newest.status !== 'switching')) return newest;
  }
  return undefined;
}

try {
  const { key } = await ask<{ key: string }>('/service-keys', 'POST', { name: 'bench', scopes: ['enroll'] });
  const one = await enrol(key, 'a');
  const two = await enrol(key, 'b');
  const { agentId } = one;
  const body = { name: 'bench', kind: 'webhook', config: { url: target.url } };
  const { id } = await ask<{ id: string }>('/deploy-targets', 'POST', body);
  await ask(`/agents/${agentId}`, 'PATCH', { deploy_target_id: id });
  const otherThan = (versionId: string) => (versionId === one.versionId ? two.versionId : one.versionId);

  let active = two.versionId;
  const told: number[] = [];
  const ears = listen(one.token);
  for (let move = 0; move < MOVES; move++) {
    active = otherThan(active);
    const at = performance.now();
    await Promise.all([ears.isTold(active), rollBack(agentId, active)]);
    told.push(performance.now() - at);
  }
  ears.stop();
  const rollback = { name: 'rollback', isCost: true, seed: SEED };
  report({
    ...{ ...rollback, metric: 'told_p99_ms', value: quantile(told, 0.99), unit: 'ms', floor: 2_000, target: 2_000 },
    ...{ n: MOVES, p50: quantile(told, 0.5), notes: 'from the request to a connected process that has the command' },
  });

  let [wrong, lost, unsettled] = [0, 0, 0];
  for (let kill = 0; kill < KILLS; kill++) {
    const { active_version_id } = await ask<{ active_version_id: string }>(`/agents/${agentId}`);
    const to = otherThan(active_version_id);
    const asked = rollBack(agentId, to).then(
      (deployment) => deployment.id,
      () => undefined, // the server died before it answered
    );
    await sleep(random.below(KILL_WITHIN_MS));
    process.kill(server.nodePid(), 'SIGKILL');
    const answered = await asked;
    await server.start();
    const newest = await awaitSettled(agentId);
    const agent = await ask<{ active_version_id: string }>(`/agents/${agentId}`);
    if (!newest) unsettled++;
    else if (agent.active_version_id !== newest.to.id) wrong++;
    if (answered !== undefined && newest?.id !== answered) lost++;
    if (newest && !target.calls.has(newest.id)) lost++;
    process.stderr.write(`kill ${kill + 1} of ${KILLS}\n`);
  }
  const count = { ...rollback, unit: '1', floor: 0, target: 0, n: KILLS };
  report({ ...count, metric: 'pointer_wrong', value: wrong, notes: 'pointer against the newest deployment' });
  report({
    ...count,
    metric: 'answered_and_lost',
    value: lost,
    notes: 'answered or begun, and the target never called',
  });
  report({ ...count, metric: 'unsettled', value: unsettled });
  const doubles = [...target.calls.values()].filter((bodies) => bodies.size > 1).length;
  report({ ...count, metric: 'keys_with_two_orders', value: doubles, n: target.calls.size });
} finally {
  target.close();
  await server.stop();
}
