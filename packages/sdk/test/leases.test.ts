import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { init, LeaseDenied, llm, run, shutdown } from '../src/index.ts';
import { type RealServer, startRealServer } from './real-server.ts';

let server: RealServer;
beforeAll(async () => {
  server = await startRealServer();
});
afterEach(() => shutdown());
afterAll(() => server.stop());

const start = (agent: string, manifest = { tools: [] as string[] }) =>
  init({ agent, manifest, url: server.url, key: server.key, spoolDir: 'off', signals: false });

/** The policy holds from the moment on at which the process starts: a bundle brings it. */
async function enforce(agent: string, rule: string): Promise<void> {
  const source = `version: 1\nname: of-${agent}\nmode: enforce\nscope: { agent: ${agent} }\nrules:\n  - id: cap\n    ${rule}\n`;
  const { id } = await server.post<{ id: string }>('/policies', { source });
  await server.post(`/policies/${id}/activate`, { version: 1, acknowledge_unobserved: true });
}

/** A model that answers as long as it may, and says so. */
const spend = (output: number, maxTokens?: number) =>
  llm({ model: 'echo', input: 'Say something.', ...(maxTokens && { maxTokens }) }, async (request) => {
    const completion_tokens = Math.min(output, request.maxTokens ?? output);
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { usage: { prompt_tokens: 10, completion_tokens } };
  });

it('calls of a run share its budget: they are shortened when it runs out, and stopped before it is passed', async () => {
  await enforce('spender', 'limits: { per: run, tokens: 5000, on_exceed: block }');
  await start('spender');
  const answers: number[] = [];
  const denied: unknown[] = [];
  await run(async () => {
    const calls = Array.from({ length: 100 }, () =>
      spend(1_000, 1_000).then(
        ({ usage }) => answers.push(usage.prompt_tokens + usage.completion_tokens),
        (error) => denied.push(error),
      ),
    );
    await Promise.all(calls);
  });
  const sum = answers.reduce((total, tokens) => total + tokens, 0);
  expect(sum).toBeLessThanOrEqual(5_000);
  expect(sum, 'nearly all of it is used').toBeGreaterThan(4_800);
  expect(
    answers.some((tokens) => tokens > 74 && tokens < 1_010),
    'the last answers are shorter',
  ).toBe(true);
  expect(denied).not.toHaveLength(0);
  for (const error of denied) {
    expect(error).toBeInstanceOf(LeaseDenied);
    expect(error).toMatchObject({ rule: 'of-spender@1:cap', violationId: expect.any(String) });
  }
});

it('a model that nobody bounds may answer only what was reserved for it', async () => {
  await enforce('unbounded', 'limits: { per: agent_day, tokens: 100000, on_exceed: block }');
  await start('unbounded');
  const { usage } = await run(() => spend(50_000));
  expect(usage.completion_tokens).toBe(4_096);
});

it('a budget in dollars counts by the prices of models', async () => {
  await enforce('payer', 'limits: { per: run, cost_usd: 0.02, on_exceed: block }');
  await start('payer');
  const pay = () =>
    llm({ model: 'gpt-5', provider: 'openai', input: 'Think.', maxTokens: 1_000 }, (request) => ({
      usage: { prompt_tokens: 10, completion_tokens: request.maxTokens ?? 0 },
    }));
  await run(async () => {
    const first = await pay();
    expect(first.usage.completion_tokens, 'a cent').toBe(1_000);
    const second = await pay();
    expect(second.usage.completion_tokens, 'what is left of the other').toBeLessThan(1_000);
    await expect(pay()).rejects.toThrow(/\$0\.0\d+ of \$0\.0200/);
  });
});

it('runs wait for a place in all of the fleet, or find none', async () => {
  await enforce('single', 'concurrency: { per: agent_type, max: 1, on_full: queue, queue_timeout: 30s }');
  await start('single');
  let now = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 20));
    now--;
  };
  await Promise.all([run(work), run(work), run(work)]);
  expect(most).toBe(1);
  await shutdown();

  await enforce('rejected', 'concurrency: { per: agent, max: 1, on_full: reject }');
  await start('rejected');
  const outcomes = await Promise.allSettled([run(work), run(work)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

it('calls wait together while people decide whether a budget is raised; without their leave they are denied', async () => {
  await enforce('raised', 'limits: { per: run, tokens: 1000, on_exceed: pause }');
  await start('raised');
  await run(async () => {
    await spend(960, 960);
    const waiting = [spend(500, 500), spend(490, 490)];
    const asked = await findQuestion();
    expect(asked).toMatchObject({ rules: ['of-raised@1:cap'], payload: { lift: { by: 1_000 } } });
    await decide(asked, 'approved');
    const answers = await Promise.all(waiting);
    expect(answers.map(({ usage }) => usage.completion_tokens)).toEqual([500, 490]);

    const further = Promise.allSettled([spend(900, 900), spend(900, 900)]);
    await decide(await findQuestion(), 'rejected');
    const names = (await further).map((outcome) => outcome.status === 'rejected' && outcome.reason.name);
    expect(names.sort(), 'the one that asked, and the other').toEqual(['ApprovalDenied', 'LeaseDenied']);
  });
});

interface Asked {
  id: string;
  args_hash: string;
}

/** The only one that waits. */
async function findQuestion(): Promise<Asked> {
  const list = () => server.get<{ items: Asked[] }>('/approvals?kind=policy&status=pending');
  await expect.poll(async () => (await list()).items.length, { timeout: 20_000 }).toBe(1);
  const [asked] = (await list()).items;
  if (!asked) throw new Error('it is gone');
  return asked;
}

const decide = ({ id, args_hash }: Asked, decision: 'approved' | 'rejected') =>
  server.post(`/approvals/${id}/decisions`, { decision, args_hash });
