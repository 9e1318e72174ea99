import { describe, expect, it } from 'vitest';
import type { AgentStatus } from './agents.schema.ts';
import { type SignsOfWork, toActivity, toShownStatus } from './status.rules.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000).toISOString();
const shown = (status: AgentStatus, seen: string | null, deadline: string | null = null) =>
  toShownStatus({ kind: 'worker', status, last_seen_at: seen, transition_deadline_at: deadline }, NOW);

describe('the shown status', () => {
  it('is online for ten minutes after a sign of life', () => {
    expect(shown('online', ago(600))).toBe('online');
    expect(shown('online', ago(601))).toBe('offline');
    expect(shown('online', null)).toBe('offline');
  });

  it('is a transition until its deadline and never after', () => {
    for (const status of ['provisioning', 'updating'] as const) {
      expect(shown(status, null, ago(-1))).toBe(status);
      expect(shown(status, null, ago(0))).toBe('offline');
      expect(shown(status, ago(5), ago(0))).toBe('online');
      expect(shown(status, ago(5))).toBe('online');
    }
  });

  it('is offline for one that said so, though it was just seen', () => {
    expect(shown('offline', ago(1))).toBe('offline');
  });

  it('of an agent of a process is what its processes say', () => {
    const external = { kind: 'external' as const, last_seen_at: ago(3600), transition_deadline_at: null };
    expect(toShownStatus({ ...external, status: 'online' }, NOW)).toBe('online');
  });
});

describe('the activity', () => {
  const working: SignsOfWork = {
    control_state: 'active',
    board_paused_at: null,
    gateway_status: 'connected',
    status: 'online',
    is_running: true,
    is_waiting: true,
  };

  it('names the strongest reason', () => {
    expect(toActivity({ ...working, control_state: 'paused' })).toBe('paused');
    expect(toActivity({ ...working, board_paused_at: ago(9) })).toBe('paused');
    expect(toActivity({ ...working, gateway_status: 'unknown' })).toBe('unreachable');
    expect(toActivity({ ...working, gateway_status: null, status: 'offline' })).toBe('unreachable');
    expect(toActivity(working)).toBe('running');
    expect(toActivity({ ...working, is_running: false })).toBe('waiting_approval');
    expect(toActivity({ ...working, gateway_status: null, is_running: false, is_waiting: false })).toBe('idle');
  });
});
