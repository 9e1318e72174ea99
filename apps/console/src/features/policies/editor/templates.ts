/** A policy to begin with. */
export interface Template {
  id: string;
  title: string;
  says: string;
  source: string;
}

/** The first one is what an organization without a policy is offered: it watches, and stops nothing yet. */
export const templates: readonly [Template, ...Template[]] = [
  {
    id: 'breaker',
    title: 'Pause an agent that fails',
    says: 'Error rate above 15 % over 5 minutes.',
    source: `version: 1
name: pause-failing-agents
description: An agent whose calls fail too often is paused until it is well again.
mode: monitor
scope: { org: true }
rules:
  - id: error-breaker
    breaker: { watch: error_rate, over: 15%, window: 5m, min_calls: 20, scope: agent, action: pause, open_for: 2m, half_open_probes: 3 }
tests:
  - name: 16 % of 25 calls open the breaker
    given: { calls: { total: 25, errors: 4 } }
    expect: { breaker: open }
  - name: a few errors do not
    given: { calls: { total: 25, errors: 2 } }
    expect: { breaker: closed }
`,
  },
  {
    id: 'approval',
    title: 'Ask a person first',
    says: 'Calls above an amount wait for a yes.',
    source: `version: 1
name: large-refunds
description: A refund over 200 waits for a person.
mode: monitor
scope: { org: true }
rules:
  - id: refund-size
    tools:
      match: ["**/refund.create"]
      where: { amount: { lte: 200 } }
      action: require_approval
    approval: { timeout: 30m }
    message: "Refunds over 200 need a person ({{amount}})."
tests:
  - name: a small refund passes
    given: { tool: billing/refund.create, args: { amount: 20 } }
    expect: { decision: allow }
  - name: a large one waits for a person
    given: { tool: billing/refund.create, args: { amount: 900 } }
    expect: { decision: require_approval, rule: refund-size }
`,
  },
  {
    id: 'tools',
    title: 'Forbid tools',
    says: 'Some calls are never made.',
    source: `version: 1
name: forbidden-tools
description: What no agent may do.
mode: monitor
scope: { org: true }
rules:
  - id: never
    tools: { deny: ["**/delete_*", "shell/**"] }
tests:
  - name: deleting never
    given: { tool: crm/delete_customer }
    expect: { decision: block, rule: never }
  - name: reading is open
    given: { tool: crm/read_customer }
    expect: { decision: allow }
`,
  },
  {
    id: 'limits',
    title: 'Cap what a run uses',
    says: 'Tokens and calls of one run.',
    source: `version: 1
name: run-limits
description: No run uses more than this.
mode: monitor
scope: { org: true }
rules:
  - id: token-cap
    limits: { per: run, tokens: 200000, warn_at: 80%, on_exceed: block }
  - id: call-cap
    limits: { per: run, tool_calls: 100, on_exceed: block }
tests:
  - name: a modest run goes on
    given: { tool: kb/search, tokens: 1000, tool_calls: 3 }
    expect: { decision: allow }
  - name: one that used its tokens stops
    given: { tool: kb/search, tokens: 200000, tool_calls: 3 }
    expect: { decision: block, rule: token-cap }
  - name: so does one that called too often
    given: { tool: kb/search, tokens: 1000, tool_calls: 100 }
    expect: { decision: block, rule: call-cap }
`,
  },
  {
    id: 'unsure',
    title: 'A second look when unsure',
    says: 'Low confidence goes to a person.',
    source: `version: 1
name: unsure-answers
description: An answer that the agent itself doubts goes to a person first.
mode: monitor
scope: { org: true }
rules:
  - id: unsure
    escalate: { when: { confidence: { lt: 0.6 } }, before: output, to: role:admin, timeout: 30m, on_timeout: deny }
tests:
  - name: doubt asks a person
    given: { output: true, confidence: 0.4 }
    expect: { decision: require_approval, rule: unsure }
  - name: certainty does not
    given: { output: true, confidence: 0.9 }
    expect: { decision: allow }
`,
  },
];

/** The template of this name, else the first one. */
export const findTemplate = (id: string | undefined): Template =>
  templates.find((one) => one.id === id) ?? templates[0];
