import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FileMode, toFileWrite } from './actions.rules.ts';
import { hasBlock, mergeBlock, removeBlock, toBlock } from './blocks.rules.ts';
import { type RenderedFile, renderFiles } from './render-files.ts';
import { type TemplateFacts, toVariables } from './variables.rules.ts';

const FACTS: TemplateFacts = {
  agent: {
    id: 'a1',
    name: 'Ada',
    kind: 'worker',
    gateway_id: 'g1',
    session_key: 'agent:mc-a1:main',
    identity_profile: {},
  },
  board: {
    ...{ id: 'b1', name: 'Launch', board_type: 'goal', objective: 'Ship it', success_metrics: { users: '10' } },
    ...{ target_date: null, goal_confirmed: true, require_approval_for_done: true, require_review_before_done: false },
    ...{ comment_required_for_review: false, block_status_changes_with_pending_approval: false },
    ...{ only_lead_can_change_status: false, max_agents: 3 },
  },
  user: {
    ...{ name: 'Grace Hopper', preferred_name: null, email: 'g@example.com', pronouns: null, timezone: 'UTC' },
    ...{ notes: null, context: null },
  },
  gateway: { workspace_root: '~/.openclaw', server_version: '2026.9.6' },
  workspacePath: '/home/x/.openclaw/workspace-mc-a1',
  baseUrl: 'https://control.example.com',
  credential: { mode: 'file', variable: 'MC_AGENT_TOKEN_A1', token: null },
  soul: null,
};
const REFUSED = new Set(['TOOLS.md', 'HEARTBEAT.md']);
const render = (facts: Partial<TemplateFacts> = {}, more: object = {}) =>
  renderFiles({
    kind: facts.agent?.kind ?? 'worker',
    variables: toVariables({ ...FACTS, ...facts }),
    identityTemplate: null,
    soulTemplate: null,
    refused: REFUSED,
    ...more,
  });
const contentOf = (files: RenderedFile[], name: string) => files.find((file) => file.name === name)?.content ?? '';
const MODE: FileMode = { kind: 'worker', adopted: false, isFirst: false, overwrite: false, forceBootstrap: false };

describe('rendered files', () => {
  it('172: what the gateway refuses is a section of AGENTS.md, for every kind', () => {
    for (const kind of ['main', 'lead', 'worker'] as const) {
      const files = render({ agent: { ...FACTS.agent, kind }, board: kind === 'main' ? null : FACTS.board });
      const names = files.map(({ name }) => name);
      expect(names).not.toContain('TOOLS.md');
      expect(contentOf(files, 'AGENTS.md')).toMatch(/## Tools\n[\s\S]*## When you are woken\n/);
      expect(names.includes('BOOTSTRAP.md')).toBe(kind === 'lead');
    }
    expect(render({}, { refused: new Set() }).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['TOOLS.md', 'HEARTBEAT.md']),
    );
  });

  it('180: the section for wake-ups is short, and all files are within their budgets', () => {
    for (const kind of ['main', 'lead', 'worker'] as const) {
      const files = render({ agent: { ...FACTS.agent, kind } }, { refused: new Set() });
      expect(contentOf(files, 'HEARTBEAT.md').length).toBeLessThan(20_000);
      expect(contentOf(render({ agent: { ...FACTS.agent, kind } }), 'AGENTS.md').length).toBeLessThan(8_000);
    }
    const board = { ...FACTS.board, objective: 'x'.repeat(20_000) } as TemplateFacts['board'];
    expect(() => render({ board })).toThrow(/16000 at most/);
  });

  it('tell an agent how to call with its header file, and how with a variable', () => {
    const text = contentOf(render(), 'AGENTS.md');
    expect(text).toContain(
      'curl -sS -H @/home/x/.openclaw/workspace-mc-a1/.mission-control/auth https://control.example.com/api/v1/agent/healthz',
    );
    const env = render({ credential: { ...FACTS.credential, mode: 'env' } });
    expect(contentOf(env, 'AGENTS.md')).toContain('curl -sS -H "X-Agent-Token: $MC_AGENT_TOKEN_A1" https://');
  });

  it('176: hold no token, whatever people write into a board; inline alone holds the agent’s own', () => {
    const token = `mca_${'x'.repeat(43)}`;
    const board = { ...FACTS.board, objective: `Use ${token}` } as TemplateFacts['board'];
    for (const { content } of render({ board })) expect(content).not.toContain(token);
    const inline = render({ credential: { mode: 'inline', variable: '', token } });
    expect(contentOf(inline, 'AGENTS.md')).toContain(token);
  });

  it('179: values that contain template syntax are inserted as text', () => {
    const board = { ...FACTS.board, objective: '{{ agent_id }}' } as TemplateFacts['board'];
    expect(contentOf(render({ board }), 'AGENTS.md')).toContain('Objective: {{ agent_id }}');
  });

  it('know the user by the first word of what they like to be called, else by their address', () => {
    const user = { ...FACTS.user, name: null } as NonNullable<TemplateFacts['user']>;
    expect(toVariables(FACTS).user_preferred_name).toBe('Grace');
    expect(toVariables({ ...FACTS, user }).user_preferred_name).toBe('g');
    expect(toVariables({ ...FACTS, user: { ...user, preferred_name: 'Amazing Grace' } }).user_preferred_name).toBe(
      'Amazing',
    );
  });
});

describe('what is written', () => {
  const agents: RenderedFile = { name: 'AGENTS.md', isSeed: false, content: toBlock('ours') };
  const seedOf = (name: 'USER.md' | 'MEMORY.md' | 'BOOTSTRAP.md'): RenderedFile => ({
    name,
    isSeed: true,
    content: 'seed\n',
  });
  const found = (content: string, hash = 'h') => ({ content, hash });

  it('173: equal text is not written; text of others around ours stays', () => {
    expect(toFileWrite(agents, found(agents.content), 'h', MODE)).toBeUndefined();
    const edited = `before\n${toBlock('old')}after\n`;
    expect(toFileWrite(agents, found(edited), 'other', MODE)).toEqual({
      content: `before\n${toBlock('ours')}after\n`,
      expectedHash: 'h',
      edited: true,
    });
    expect(toFileWrite(agents, found('theirs\n'), 'other', MODE)?.content).toBe(`theirs\n\n${toBlock('ours')}`);
  });

  it('the first provisioning replaces what the gateway put there, but nothing of an adopted agent', () => {
    const first = { ...MODE, isFirst: true };
    expect(toFileWrite(agents, found('a seed of the gateway'), null, first)?.content).toBe(agents.content);
    const adopted = toFileWrite(agents, found('theirs'), null, { ...first, adopted: true });
    expect(adopted?.content).toBe(`theirs\n\n${agents.content}`);
  });

  it('174: USER.md is written at first, then kept like MEMORY.md, even empty; overwrite writes both', () => {
    const isWritten = (name: 'USER.md' | 'MEMORY.md', mode: Partial<FileMode>) =>
      toFileWrite(seedOf(name), found(''), 'h', { ...MODE, ...mode }) !== undefined;
    expect([isWritten('USER.md', { isFirst: true }), isWritten('MEMORY.md', { isFirst: true })]).toEqual([true, false]);
    expect([isWritten('USER.md', {}), isWritten('MEMORY.md', {})]).toEqual([false, false]);
    expect([isWritten('USER.md', { kind: 'main' }), isWritten('MEMORY.md', { kind: 'main' })]).toEqual([true, false]);
    expect([isWritten('USER.md', { overwrite: true }), isWritten('MEMORY.md', { overwrite: true })]).toEqual([
      true,
      true,
    ]);
    expect(toFileWrite(seedOf('MEMORY.md'), null, null, MODE)?.content).toBe('seed\n');
  });

  it('175: BOOTSTRAP.md is written at first, when it is missing, or when forced', () => {
    const isWritten = (there: boolean, mode: Partial<FileMode>) =>
      toFileWrite(seedOf('BOOTSTRAP.md'), there ? found('') : null, null, { ...MODE, ...mode }) !== undefined;
    expect([
      isWritten(true, { isFirst: true }),
      isWritten(false, {}),
      isWritten(true, { forceBootstrap: true }),
    ]).toEqual([true, true, true]);
    expect([isWritten(true, {}), isWritten(true, { overwrite: true })]).toEqual([false, false]);
  });

  it('a block that was added can be taken out again', () => {
    const text = fc.string().filter((one) => !hasBlock(one));
    fc.assert(
      fc.property(text, fc.string(), (theirs, ours) => {
        fc.pre(!hasBlock(ours) && !ours.includes('mission-control'));
        const merged = mergeBlock(theirs, toBlock(ours));
        expect(mergeBlock(merged, toBlock(ours))).toBe(merged);
        expect(removeBlock(merged).trimEnd()).toBe(theirs.trimEnd());
      }),
    );
  });
});
