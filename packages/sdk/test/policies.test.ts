import { compilePolicy } from '@mission-control/policy/language';
import { describe, expect, it } from 'vitest';
import { Blocked, data, entrypoint, flush, llm, note, run, tool } from '../src/index.ts';
import { withFakeServer } from './setup.ts';

const setup = withFakeServer();
const sent = (t: string) => setup.server.events().filter((event) => event.t === t);

/** Puts the agent under policies: rules in YAML, each list a policy. */
function govern(...rules: string[]): void {
  const policies = rules.map((text, i) => {
    const source = `version: 1\nname: p${i}\nmode: enforce\nscope: { org: true }\nrules:\n${text}`;
    const { ir, findings } = compilePolicy(source, { now: new Date(), id: `0${i}`, version: 3 });
    if (!ir) throw new Error(JSON.stringify(findings));
    return ir;
  });
  setup.server.capability = { mode: 'off' };
  setup.server.bundle = { ...setup.server.bundle, policies };
}

const refusal = async (call: () => Promise<unknown>): Promise<string> =>
  call().then(
    () => 'went on',
    (error: unknown) => (error instanceof Blocked ? error.rule : `${error}`),
  );

describe('policies of the bundle', () => {
  it('stop tools by name and by argument, with the rule, the value and the line', async () => {
    govern(`  - { id: never, tools: { deny: ["shell/**"] } }
  - { id: size, tools: { match: [pay], where: { amount: { lte: 200 } } }, severity: high }`);
    await setup.start();
    const [shell, pay] = [
      tool(() => 1, { name: 'shell/run' }),
      tool((_: { amount: number }) => 'paid', { name: 'pay' }),
    ];
    await run(async () => {
      expect(await refusal(() => shell())).toBe('p0@3:never');
      expect(await pay({ amount: 200 })).toBe('paid');
      expect(await refusal(() => pay({ amount: 900 }))).toBe('p0@3:size');
    });
    await flush();
    expect(sent('decision')[1]).toMatchObject({
      ...{ verdict: 'block', rule: 'p0@3:size', mode: 'enforce', enforcement: 'blocked', severity: 'high' },
      explanation: 'Blocked: amount is 900, must be at most 200 (size, line 7).',
      matched: [{ code: 'tools.where', line: 7, failed: [{ path: 'amount', op: 'lte', expected: 200, actual: 900 }] }],
    });
    expect(sent('step.end').map(({ status }) => status)).toEqual(['blocked', 'ok', 'blocked']);
  });

  it('record under monitor and change nothing; an exception and an ended rule do not count', async () => {
    govern(`  - { id: watched, mode: monitor, tools: { deny: [a] } }
  - { id: spared, tools: { deny: [b] } }
  - { id: over, until: "2026-01-01", tools: { deny: [c] } }`);
    setup.server.bundle.exceptions = [{ rule: 'p0@1:spared', until: '2099-01-01T00:00:00Z' }];
    await setup.start();
    await run(async () => {
      for (const name of ['a', 'b', 'c']) expect(await tool(() => name, { name })()).toBe(name);
    });
    await flush();
    expect(sent('decision')).toMatchObject([
      { verdict: 'would_have', mode: 'monitor', rule: 'p0@3:watched', enforcement: 'would_have' },
    ]);
  });

  it('quote nothing that redaction takes away', async () => {
    govern('  - { id: r, tools: { match: [send], where: { password: { eq: x } } }, message: "Not {{password}}." }');
    await setup.start();
    const send = tool((_: { password: string }) => 1, { name: 'send' });
    const error: unknown = await run(() => send({ password: 'hunter2-secret' })).catch((caught: unknown) => caught);
    await flush();
    expect(String(error)).not.toContain('hunter2');
    expect(JSON.stringify(sent('decision'))).not.toContain('hunter2');
  });

  it('cover data stores, models and their answers', async () => {
    govern(`  - { id: stores, data: { deny: ["pii/**"] } }
  - { id: models, models: { deny: ["openai/*"], max_output_tokens: 50 } }`);
    await setup.start();
    const declared = tool(() => 1, { name: 'a', data: { write: ['pii/users'] } });
    const touching = tool(() => data.read('pii/users'), { name: 'b' });
    await run(async () => {
      expect(await refusal(() => declared())).toBe('p0@3:stores');
      expect(await refusal(() => touching())).toBe('p0@3:stores');
      const ask = (provider: string, input: object) =>
        llm({ model: 'm', provider, input }, ({ input: given, maxTokens }) => [given, maxTokens]);
      expect(await refusal(() => ask('openai', {}))).toBe('p0@3:models');
      expect(await ask('anthropic', { max_tokens: 80 })).toEqual([{ max_tokens: 50 }, 50]);
      expect(await ask('anthropic', { max_tokens: 20 })).toEqual([{ max_tokens: 20 }, 20]);
      expect(await ask('anthropic', {})).toEqual([{}, 50]);
    });
  });

  it('know what the run did before, and count what it uses; the next run begins anew', async () => {
    govern(`  - { id: first, sequence: { require: verify, before: "pay/*" } }
  - { id: calls, limits: { per: run, tool_calls: 4, llm_calls: 1, on_exceed: block } }`);
    await setup.start();
    let works = false;
    const verify = tool(() => (works ? 1 : Promise.reject(new Error('no'))), { name: 'verify' });
    const pay = tool(() => 'paid', { name: 'pay/x' });
    await run(async () => {
      await verify().catch(() => undefined);
      expect(await refusal(() => pay())).toBe('p0@3:first');
      works = true;
      await verify();
      expect([await pay(), await pay()]).toEqual(['paid', 'paid']);
      expect(await refusal(() => pay())).toBe('p0@3:calls');
      await llm({ model: 'm', input: '' }, () => 1);
      expect(await refusal(() => llm({ model: 'm', input: '' }, () => 1))).toBe('p0@3:calls');
    });
    expect(await run(() => refusal(() => pay()))).toBe('p0@3:first');
  });

  it('may ask for people by what a run has cost; what is not known counts as too much', async () => {
    govern('  - { id: dear, escalate: { when: { cost_usd: { gt: 0.01 } }, before: tool, to: role:admin } }');
    setup.server.prices = { 'openai/gpt-5': { input: 1, output: 10, cache_read: 0, cache_write: 0 } };
    const asked = setup.server.people(() => ({ status: 'rejected' }));
    await setup.start();
    const pay = tool(() => 'paid', { name: 'pay' });
    const think = (provider: string, completion_tokens: number) =>
      llm({ model: 'gpt-5', provider, input: 'x' }, () => ({ usage: { prompt_tokens: 1_000, completion_tokens } }));
    const payAfterThought = () =>
      run(async () => {
        await think('openai', 800);
        return refusal(() => pay());
      });
    await expect.poll(payAfterThought, { message: 'once the price is known' }).toBe('went on');
    const before = asked.questions.length;
    await run(async () => {
      await think('openai', 800);
      expect(await pay()).toBe('paid');
      await think('openai', 800);
      expect(await refusal(() => pay())).toBe('p0@3:dear');
    });
    await run(async () => {
      expect(await pay()).toBe('paid');
      await think('nobody', 1);
      expect(await refusal(() => pay())).toBe('p0@3:dear');
    });
    expect(asked.questions).toHaveLength(before + 2);
  });

  it('open breakers block their tool only; the kill switch blocks every call and is first', async () => {
    govern(
      '  - { id: b, breaker: { watch: error_rate, over: 10%, window: 5m, min_calls: 5, scope: tool, action: block_tool } }',
    );
    setup.server.bundle.breakers = [{ key: 'p0@3:b|mail', state: 'open', retry_at: null }];
    await setup.start();
    const call = (name: string) => refusal(() => run(() => tool(() => 1, { name, effect: 'read' })()));
    expect([await call('mail'), await call('other')]).toEqual(['p0@3:b', 'went on']);
    setup.server.bundle = { ...setup.server.bundle, bundle: 2, control: { state: 'active', retry_at: null, kill: {} } };
    setup.server.answer = { bundles: { agent: 2 } };
    await flush();
    await expect.poll(() => call('other'), { timeout: 5_000 }).toBe('control.killed');
  });

  it('break at once by what this process sees, unless the server says something of the breaker', async () => {
    govern(
      '  - { id: own, breaker: { watch: error_rate, over: 50%, window: 5m, min_calls: 4, scope: tool, action: block_tool } }',
    );
    await setup.start();
    let isBroken = true;
    const mail = tool(() => (isBroken ? Promise.reject(new Error('503')) : 'sent'), { name: 'mail', effect: 'read' });
    const call = () => run(() => refusal(mail));
    for (let n = 0; n < 4; n++) expect(await call()).toBe('Error: 503');
    expect(await call()).toBe('p0@3:own');
    setup.server.bundle = {
      ...setup.server.bundle,
      bundle: 2,
      breakers: [{ key: 'p0:own|mail', state: 'closed', retry_at: null }],
    };
    setup.server.answer = { bundles: { agent: 2 } };
    await flush();
    isBroken = false;
    await expect.poll(call, { timeout: 5_000 }).toBe('went on');
  });

  it('a policy that cannot be read lets nothing through, unless the agent was told to fail open', async () => {
    setup.server.bundle = { policies: [{ ir: 1, rules: 'nonsense' }] };
    await setup.start();
    expect(await run(() => refusal(tool(() => 1, { name: 'a' })))).toBe('sdk.error');
  });

  it('a bundle that has run out without contact lets only reads through', async () => {
    govern('  - { id: never, tools: { deny: [never] } }');
    setup.server.bundle.expires_at = '2026-01-01T00:00:00Z';
    setup.server.bundle.contact_ttl_s = 0;
    await setup.start();
    expect(await run(() => refusal(tool(() => 1, { name: 'send' })))).toBe('contact.lost');
    expect(await run(() => refusal(tool(() => 1, { name: 'get', effect: 'read' })))).toBe('went on');
  });
});

describe('people', () => {
  const APPROVAL =
    '  - { id: people, tools: { match: [pay], action: require_approval, where: { amount: { lte: 10 } } } }';
  const paid: unknown[] = [];
  const pay = () => tool((args: { amount: number }) => paid.push(args) && 'paid', { name: 'pay' });

  it('are asked for exactly these arguments; the call waits, uses the grant up and goes on', async () => {
    govern(APPROVAL);
    const asked = setup.server.people(({ n }) => (n < 2 ? { status: 'pending' } : { status: 'approved', grant: 'g1' }));
    await setup.start();
    expect(await run(() => pay()({ amount: 90 }))).toBe('paid');
    await flush();
    expect(asked.questions).toMatchObject([
      { tool: 'pay', rules: ['p0@3:people'], args: { amount: 90 }, args_hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(asked.uses).toEqual([
      { grant: 'g1', step_key: 'root/tool:pay#1', args_hash: asked.questions[0]?.args_hash },
    ]);
    expect(sent('step.end').map(({ key, status }) => `${key} ${status}`)).toEqual([
      'root/tool:pay#1/human:approval#1 ok',
      'root/tool:pay#1 ok',
    ]);
    expect(sent('decision')).toMatchObject([{ verdict: 'require_approval', enforcement: 'allowed' }]);
  });

  it('allow calls like the one that they saw: those go on without them, as long as the server says so', async () => {
    govern(
      '  - { id: people, tools: { match: [pay], action: require_approval }, approval: { grant: shape, shape: [amount, "to[0].id"] } }',
    );
    paid.length = 0;
    const asked = setup.server.people(() => ({ status: 'approved', grant: 'g9', alike: true }));
    await setup.start();
    const give = tool((args: { amount: number; to?: unknown; note?: string }) => paid.push(args), { name: 'pay' });
    const to = [{ id: 'ann' }];
    await run(async () => {
      await give({ amount: 90, to });
      expect(asked.questions[0]?.pins).toEqual({ amount: 90, 'to[0].id': expect.stringMatching(/^[0-9a-f]{64}$/) });
      await give({ amount: 80, to, note: 'again' });
      expect(asked.questions, 'not asked again').toHaveLength(1);
      expect(asked.uses[1]).toMatchObject({
        grant: 'g9',
        step_key: 'root/tool:pay#2',
        like: { tool: 'pay', pins: { amount: 80 } },
      });
      for (const other of [{ amount: 91, to }, { amount: 1, to: [{ id: 'bob' }] }, { amount: 1 }]) await give(other);
      expect(asked.questions, 'of what is not like it').toHaveLength(4);
      expect(asked.questions[3], 'nothing to be like').not.toHaveProperty('pins');
      asked.refusal = { code: 'grant.used', detail: 'it was used.' };
      expect(await refusal(() => give({ amount: 80, to }))).toBe('grant.used');
      expect(asked.questions, 'asked when it is used up').toHaveLength(5);
    });
    await run(() => give({ amount: 80, to }).catch(() => undefined));
    expect(asked.questions, 'another run').toHaveLength(6);
    expect(paid).toHaveLength(5);
  });

  it('say no, or a grant does not fit any more: the tool does not run', async () => {
    govern(APPROVAL);
    paid.length = 0;
    const asked = setup.server.people(() => ({ status: 'rejected', comment: 'Too much.' }));
    await setup.start();
    await run(async () => {
      const error: unknown = await pay()({ amount: 90 }).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ name: 'ApprovalDenied', rule: 'p0@3:people', resolution: 'rejected' });
      expect(String(error)).toContain('Too much.');
      asked.answer = () => ({ status: 'approved', grant: 'g2' });
      asked.refusal = { code: 'grant.mismatch', detail: 'it was for other arguments.' };
      expect(await refusal(() => pay()({ amount: 91 }))).toBe('grant.mismatch');
      const args = { amount: 92 };
      asked.refusal = undefined;
      asked.answer = () => {
        args.amount = 9_000;
        return { status: 'approved', grant: 'g3' };
      };
      await pay()(args).catch(() => undefined);
      expect(asked.uses.at(-1)?.args_hash).not.toBe(asked.questions.at(-1)?.args_hash);
    });
    expect(paid).toEqual([{ amount: 9_000 }]); // the fake lets any use through; the real server refuses this one
  });

  it('cannot be asked without contact: then it is a block, whatever the fail mode', async () => {
    govern(APPROVAL);
    setup.server.bundle.contact_ttl_s = 0;
    await setup.start({ failMode: 'fail_open' });
    expect(await run(() => refusal(() => pay()({ amount: 90 })))).toBe('p0@3:people');
    await flush();
    expect(sent('decision')).toMatchObject([{ verdict: 'block', degraded: true }]);
  });

  it('judge an answer that the agent is not sure of, before it leaves', async () => {
    govern('  - { id: unsure, escalate: { when: { confidence: { lt: 0.6 } }, before: output, to: role:admin } }');
    const asked = setup.server.people(() => ({ status: 'rejected' }));
    await setup.start();
    const answer = entrypoint('agent', (confidence: number | undefined) => {
      if (confidence !== undefined) note({ confidence });
      return 'the answer';
    });
    expect(await answer(0.9)).toBe('the answer');
    expect(await refusal(() => answer(0.5))).toBe('p0@3:unsure');
    expect(await refusal(() => answer(undefined))).toBe('p0@3:unsure');
    expect(await run(() => ({ text: 'sure', confidence: 0.8 }))).toMatchObject({ text: 'sure' });
    expect(asked.questions).toMatchObject([
      { kind: 'output', step_key: 'root', confidence: 0.5 },
      { confidence: null },
    ]);
  });
});
