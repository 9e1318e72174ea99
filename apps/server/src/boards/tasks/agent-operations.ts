import type { AgentOperation } from '#server/platform/http/agent-operation.ts';

/** What the agent API says of its operations on tasks. */
export const TASK_OPERATIONS = {
  list: {
    roles: ['lead', 'worker'],
    intent: 'agent_board_task_discovery',
    whenToUse: ['You look for work, or for the state of the work on your board.'],
    whenNotToUse: ['You want the next task to work on: claim it, so that nobody else takes it.'],
    routing: ['Filter by status and assignee instead of reading every page.', 'A blocked task cannot be begun.'],
    examples: [
      { intent: 'see what is in review', decision: 'agent_list_tasks' },
      { intent: 'take the next task', decision: 'agent_claim_task' },
    ],
  },
  create: {
    roles: ['lead'],
    intent: 'delegate_work',
    actor: 'board_lead',
    whenToUse: ['A piece of work is needed that no task describes yet.'],
    whenNotToUse: ['The work exists as a task: assign or change that one.', 'You are a worker: ask your lead.'],
    sideEffects: ['The task is on the board.', 'Its assignee is told and woken.'],
    never: ['Do not assign a task to yourself.', 'Do not create tasks in review or done.'],
    routing: ['Look for an equal task first.', 'Name dependencies instead of writing them into the text.'],
    examples: [{ intent: 'split work', privilege: 'board_lead', decision: 'agent_lead_create_task' }],
  },
  update: {
    roles: ['lead', 'worker'],
    intent: 'agent_task_update',
    whenToUse: ['You begin, finish or hand over a task.', 'As a lead: you assign a task, or decide a review.'],
    whenNotToUse: ['You only have something to say: comment.'],
    sideEffects: [
      'The status history grows.',
      'The lead or the assignee is told.',
      'A move to done uses its approval.',
    ],
    never: ['Workers change status, comment and custom field values only.', 'Leads send no comment here.'],
    routing: [
      'Read the rules of the board: done may need a review or an approval.',
      'A 409 says what the task waits for; do not repeat the call unchanged.',
    ],
    examples: [
      { intent: 'hand in for review', decision: 'agent_update_task' },
      { intent: 'report progress', decision: 'agent_create_task_comment' },
    ],
  },
  delete: {
    roles: ['lead', 'worker'],
    intent: 'agent_task_delete',
    actor: 'board_lead',
    whenToUse: ['A task was made by mistake, or twice.'],
    whenNotToUse: ['The work is finished: move the task to done.'],
    sideEffects: ['The task, its comments and its history are gone.', 'Tasks that waited for it are free.'],
    never: ['Do not delete a task to get rid of a failure.'],
    routing: ['Only the lead of the board may do this.'],
    examples: [{ intent: 'remove a duplicate', privilege: 'board_lead', decision: 'agent_delete_task' }],
  },
} satisfies Record<string, AgentOperation>;
