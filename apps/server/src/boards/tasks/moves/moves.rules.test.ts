import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { Problem } from '#server/platform/problem.ts';
import { isIdle, planNotices } from '../notices/notices.rules.ts';
import type { TaskStatus } from '../tasks.schema.ts';
import type { Mover } from './actors.rules.ts';
import type { Changes } from './changes.rules.ts';
import { decideMove, type Move, type MoveInput, type Standing, type Target, toStanding } from './moves.rules.ts';
import { assertMayChange, type BoardRules } from './permissions.rules.ts';

const [LEAD, WORKER, OTHER] = [newId(), newId(), newId()];
const status = fc.constantFrom<TaskStatus>('inbox', 'in_progress', 'review', 'done');
const assignee = fc.constantFrom(null, LEAD, WORKER, OTHER);
const mover = fc.constantFrom<Mover>(
  { kind: 'user' },
  { kind: 'worker', agentId: WORKER },
  { kind: 'lead', agentId: LEAD },
);
const standing: fc.Arbitrary<Standing> = fc.record({
  id: fc.constant(newId()),
  status,
  assigned_agent_id: assignee,
  position: fc.constant('V00000'),
  cycle: fc.integer({ min: 1, max: 9 }),
  in_progress_at: fc.constantFrom(null, '2026-01-01T00:00:00Z'),
  previous_in_progress_at: fc.constantFrom(null, '2025-12-01T00:00:00Z'),
});
const changes: fc.Arbitrary<Changes> = fc.record(
  { status, assigned_agent_id: assignee, depends_on_task_ids: fc.constant<string[]>([]), title: fc.constant('New') },
  { requiredKeys: [] },
);
const input: fc.Arbitrary<MoveInput> = fc
  .record({
    mover,
    task: standing,
    changes,
    leadId: fc.constantFrom(null, LEAD),
    reworkerId: fc.constantFrom(null, WORKER),
    openDependencies: fc.constantFrom([], [newId()]),
  })
  // An unchanged value counts as not sent.
  .filter(
    ({ task, changes: sent }) => sent.status !== task.status && sent.assigned_agent_id !== task.assigned_agent_id,
  );

const NOW = '2026-02-01T00:00:00Z';
const place = (given: MoveInput, move: Move) => toStanding(given.task, move, { now: NOW, lastPositions: {} });

/** The move, or the code of the refusal. */
function decide(given: MoveInput): Move | string {
  try {
    return decideMove(given);
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

const everyMove = (check: (given: MoveInput, move: Move) => void) =>
  fc.assert(
    fc.property(input, (given) => {
      const move = decide(given);
      if (typeof move !== 'string') check(given, move);
    }),
    { numRuns: 500 },
  );

describe('a move', () => {
  it('by a person never leaves a waiting task anywhere but in the inbox with nobody, unless it was and stays done', () => {
    everyMove(({ mover: { kind }, task, openDependencies }, move) => {
      if (kind !== 'user' || openDependencies.length === 0) return;
      if (task.status === 'done' && move.status === 'done') return;
      expect(isIdle(move)).toBe(true);
    });
  });

  it('is refused to agents that ask for more than the inbox of a waiting task', () => {
    fc.assert(
      fc.property(input, (given) => {
        const { mover: who, changes: sent, openDependencies, task } = given;
        fc.pre(openDependencies.length > 0 && task.status !== 'done' && who.kind !== 'user');
        const asks =
          who.kind === 'worker'
            ? sent.status !== undefined && sent.status !== 'inbox'
            : sent.status !== undefined || sent.assigned_agent_id !== undefined;
        expect(decide(given) === 'task_blocked_cannot_transition').toBe(asks);
      }),
    );
  });

  it('to review gives the task to the lead where there is one', () => {
    everyMove(({ changes: sent, leadId, openDependencies }, move) => {
      if (sent.status === 'review' && leadId !== null && openDependencies.length === 0)
        expect(move).toMatchObject({ status: 'review', assigned_agent_id: leadId });
    });
  });

  it('keeps times: entering in_progress begins, inbox and review end, done keeps', () => {
    everyMove((given, move) => {
      const { task } = given;
      const after = place(given, move);
      if (after.status === task.status)
        expect(after).toMatchObject({ in_progress_at: task.in_progress_at, cycle: task.cycle });
      else if (after.status === 'in_progress') expect(after.in_progress_at).toBe(NOW);
      else if (after.status === 'done') expect(after.in_progress_at).toBe(task.in_progress_at);
      else expect(after).toMatchObject({ in_progress_at: null, previous_in_progress_at: task.in_progress_at });
    });
  });

  it('begins another cycle when a task leaves done, or returns from review', () => {
    everyMove((given, move) => {
      const { task } = given;
      const after = place(given, move);
      const begins =
        after.status !== task.status &&
        (task.status === 'done' || (task.status === 'review' && after.status === 'inbox'));
      expect(after.cycle - task.cycle).toBe(begins ? 1 : 0);
    });
  });

  it('tells nobody what they did themselves, and one agent at most', () => {
    everyMove((given, move) => {
      const after = place(given, move);
      const notices = planNotices({ mover: given.mover, before: given.task, after, leadId: given.leadId });
      expect(notices.length).toBeLessThanOrEqual(1);
      for (const { agentId } of notices) if (given.mover.kind !== 'user') expect(agentId).not.toBe(given.mover.agentId);
    });
  });
});

const RULES: BoardRules = {
  require_approval_for_done: false,
  require_review_before_done: false,
  comment_required_for_review: false,
  block_status_changes_with_pending_approval: false,
  only_lead_can_change_status: false,
  is_paused: false,
};
const FIELDS = fc.record(
  {
    title: fc.constant('New'),
    description: fc.constant(null),
    priority: fc.constant('high'),
    due_at: fc.constant(null),
    position: fc.constant('V1'),
    status,
    assigned_agent_id: assignee,
    depends_on_task_ids: fc.constant<string[]>([]),
    tag_ids: fc.constant<string[]>([]),
    custom_field_values: fc.constant({ a: 1 }),
  },
  { requiredKeys: [] },
);

describe('permission', () => {
  const mayChange = (who: Mover, sent: Changes, task: Target = { status: 'inbox', assigned_agent_id: WORKER }) => {
    const wish = { mover: who, task, changes: sent, hasComment: false, sentAssignee: sent.assigned_agent_id };
    try {
      assertMayChange({ ...wish, board: RULES });
      return undefined;
    } catch (error) {
      if (error instanceof Problem) return error.code;
      throw error;
    }
  };

  it('lets people change everything, workers status and values, leads what they plan with', () => {
    const allowed = {
      worker: new Set(['status', 'custom_field_values']),
      lead: new Set(['status', 'assigned_agent_id', 'depends_on_task_ids', 'tag_ids', 'custom_field_values']),
    };
    fc.assert(
      fc.property(mover, FIELDS, (who, sent) => {
        const code = mayChange(who, sent);
        const fields = who.kind === 'user' ? undefined : allowed[who.kind];
        const isForeign = fields !== undefined && Object.keys(sent).some((field) => !fields.has(field));
        const forbidden = { user: '', worker: 'task_update_field_forbidden', lead: 'task.lead_field_forbidden' };
        expect(code === forbidden[who.kind]).toBe(isForeign);
        if (who.kind === 'user') expect(code).toBeUndefined();
      }),
    );
  });

  it('lets a worker move only its own task or one that nobody has', () => {
    fc.assert(
      fc.property(assignee, status, (assigned_agent_id, to) => {
        const code = mayChange(
          { kind: 'worker', agentId: WORKER },
          { status: to },
          { status: 'inbox', assigned_agent_id },
        );
        const isTheirs = assigned_agent_id === null || assigned_agent_id === WORKER;
        expect(code).toBe(isTheirs ? undefined : 'task_assignee_mismatch');
      }),
    );
  });

  it('lets a lead move a task out of review to done or inbox, and out of the inbox only together with somebody', () => {
    fc.assert(
      fc.property(status, status, assignee, (from, to, sentAssignee) => {
        fc.pre(from !== to);
        const sent = { status: to, ...(sentAssignee === null ? {} : { assigned_agent_id: sentAssignee }) };
        const code = mayChange({ kind: 'lead', agentId: LEAD }, sent, { status: from, assigned_agent_id: OTHER });
        const isHandout = from === 'inbox' && to === 'in_progress' && sentAssignee !== null;
        if (isHandout || (from === 'review' && to !== 'in_progress')) expect(code).toBeUndefined();
        else expect(code).toBe(from === 'review' ? 'task.lead_status_target' : 'task.lead_status_gate');
      }),
    );
  });
});
