import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toWorkspacePath } from '#server/gateways/index.ts';
import { toTarget } from '../placements/targets.rules.ts';
import { toIdentityProfile } from './drafts.ts';
import { toFreeName, toGatewayAgentId, toHandle, toOtherHandle, toSessionKey } from './places.rules.ts';

const place = { id: 'a1', gateway_id: 'g1', board_id: 'b1' };

describe('names on a gateway', () => {
  it('154: session keys have the three formats and the agent’s id there as second part', () => {
    const keys = (['main', 'lead', 'worker'] as const).map((kind) =>
      toSessionKey(toGatewayAgentId({ ...place, kind })),
    );
    expect(keys).toEqual(['agent:mc-gateway-g1:main', 'agent:lead-b1:main', 'agent:mc-a1:main']);
    expect(keys.map((key) => key.split(':')[1])).toEqual(['mc-gateway-g1', 'lead-b1', 'mc-a1']);
  });

  it('155: a workspace root that begins with ~ stays so', () => {
    expect(toWorkspacePath('~/.openclaw/', 'mc-a1')).toBe('~/.openclaw/workspace-mc-a1');
    expect(toWorkspacePath('~/.openclaw', 'mc-gateway-g1')).toBe('~/.openclaw/workspace-gateway-g1');
  });

  it('156: a handle comes from the name; symbols only give a generated one', () => {
    const id = '01900000-0000-7000-8000-0000000000ab';
    expect(toHandle('Hello, World', id)).toBe('hello-world');
    expect(toHandle('!!!', id)).toBe(`mc-${id}`);
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(toHandle(name, id)).toMatch(/^[a-z0-9][a-z0-9._-]{0,62}$/);
        expect(toOtherHandle(toHandle(name, id), id)).toMatch(/^[a-z0-9][a-z0-9._-]{0,62}$/);
      }),
    );
  });

  it('are made free by a number, whatever the case', () => {
    expect(toFreeName('Lead Agent', [])).toBe('Lead Agent');
    expect(toFreeName('Lead Agent', ['lead agent', 'Lead Agent 2'])).toBe('Lead Agent 3');
  });
});

describe('what an agent becomes', () => {
  const worker = { kind: 'worker' as const, board_id: 'b1' };

  it('keeps what was not sent', () => {
    expect(toTarget(worker, {})).toEqual({ kind: 'worker', boardId: 'b1' });
    expect(toTarget({ kind: 'lead', board_id: 'b1' }, { is_gateway_main: null })).toEqual({
      kind: 'lead',
      boardId: 'b1',
    });
  });

  it('is a worker when a lead moves, and a main agent without a board', () => {
    expect(toTarget({ kind: 'lead', board_id: 'b1' }, { board_id: 'b2' })).toEqual({ kind: 'worker', boardId: 'b2' });
    expect(toTarget(worker, { is_gateway_main: true })).toEqual({ kind: 'main', boardId: null });
  });

  it('needs a board unless it is a main agent or has no gateway', () => {
    expect(() => toTarget(worker, { board_id: null })).toThrow(
      expect.objectContaining({ code: 'agent.board_required' }),
    );
    expect(() => toTarget({ kind: 'main', board_id: null }, { is_gateway_main: false })).toThrow(
      expect.objectContaining({ code: 'agent.board_required' }),
    );
    expect(toTarget({ kind: 'external', board_id: 'b1' }, { board_id: null })).toEqual({
      kind: 'external',
      boardId: null,
    });
  });
});

it('keeps an identity as text: lists joined, empty entries dropped, nothing left is null', () => {
  expect(toIdentityProfile({ role: ' Tester ', tools: ['a', 'b', ''], level: 3, none: null, blank: ' ' })).toEqual({
    role: 'Tester',
    tools: 'a, b',
    level: '3',
  });
  expect(toIdentityProfile({ blank: '' })).toBeNull();
});
