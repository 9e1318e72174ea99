import { describe, expect, it } from 'vitest';
import { flush, llm, note, run, step, tool } from '../src/index.ts';
import { withFakeServer } from './setup.ts';

const setup = withFakeServer();
const SECRETS = {
  key: 'sk-proj-Ab3dEf6hIj9lMn2pQr5t',
  email: 'ann.lee@example.com',
  card: '4111 1111 1111 1111',
  jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
  password: 'correct-horse-battery',
};
const sentText = () => JSON.stringify(setup.server.batches);

describe('nothing secret leaves the process', () => {
  it.each([1, 0])('in any payload, error, note or tool argument (sample %d)', async (sample) => {
    await setup.start({ sample, manifest: { tools: ['login'] } });
    const login = tool((args: { password: string }) => ({ token: SECRETS.password, ok: args.password.length }), {
      name: 'login',
    });
    const failing = run({ name: 'leaky', input: SECRETS, tags: { who: SECRETS.email } }, async () => {
      note({ message: `for ${SECRETS.email}`, data: { password: SECRETS.password } });
      await login({ password: SECRETS.password });
      await llm(
        { model: 'm', input: [{ role: 'user', content: `${'x'.repeat(5_000)} ${SECRETS.key}` }] },
        () => SECRETS.jwt,
      );
      await step('long', () => `${'y'.repeat(24_570)}${SECRETS.key}${'y'.repeat(40_000)}`);
      throw new Error(`cannot charge ${SECRETS.card}`);
    });
    await expect(failing).rejects.toThrow(SECRETS.card);
    await flush();
    for (const secret of Object.values(SECRETS)) expect(sentText()).not.toContain(secret);
    expect(sentText()).toContain('[redacted:');
    expect(setup.server.events().some(({ out }) => (out as { fid?: string } | undefined)?.fid === 'truncated')).toBe(
      true,
    );
  });

  it('even when an organization captures metadata only: then no payload leaves at all', async () => {
    setup.server.bundle = { capture: 'metadata' };
    await setup.start();
    await run({ name: 'quiet', input: 'plan' }, () => step('a', () => 'result'));
    await flush();
    expect(setup.server.events().find(({ t }) => t === 'run.start')?.input).toEqual({ x: 'disabled' });
    expect(sentText()).not.toContain('result"');
  });
});

describe("the host's own redaction", () => {
  it('comes after the rules and changes what is sent', async () => {
    await setup.start({ redact: (value) => (value === 'internal name' ? 'X' : value) });
    await run(() => step('a', () => 'internal name'));
    await flush();
    expect(setup.server.events().find(({ t }) => t === 'step.end')?.out).toEqual({ v: 'X', fid: 'redacted' });
  });

  it('that fails keeps the payload back', async () => {
    await setup.start({
      redact: () => {
        throw new Error('oops');
      },
    });
    await run(() => step('a', () => 'internal name'));
    await flush();
    await run(() => 1);
    await flush();
    expect(sentText()).not.toContain('internal name');
    expect(setup.server.batches.at(-1)?.header.dropped).toMatchObject({ redactor_slow: expect.any(Number) });
  });

  it('that is slow is given up after a while, and payloads are dropped instead of sent raw', async () => {
    let calls = 0;
    await setup.start({
      redact: (value) => {
        calls++;
        const until = performance.now() + 8;
        while (performance.now() < until);
        return value;
      },
    });
    await run(async () => {
      for (let i = 0; i < 25; i++) await step('a', () => `value ${i}`);
    });
    await flush(5_000);
    expect(calls).toBe(15);
    const outs = setup.server
      .events()
      .filter(({ t }) => t === 'step.end')
      .map(({ out }) => out as { x?: string });
    expect(outs.filter(({ x }) => x === 'dropped')).toHaveLength(10);
  });
});
