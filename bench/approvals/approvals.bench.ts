import { judgeMany } from '../../apps/server/test/approvals/run-history.ts';
import { report } from '../report.ts';

const HISTORIES = 100_000;
const SEED = 42;

/** Random lives of approvals against the rules, with an auditor that knows none of them. */
const { executions, invalid } = judgeMany(HISTORIES, { seed: SEED });
report({
  name: 'approvals.histories',
  metric: 'executions_without_grant',
  value: invalid,
  unit: '1',
  floor: 0,
  target: 0,
  isCost: true,
  n: HISTORIES,
  executions,
  seed: SEED,
});
