import { z } from 'zod';

const weight = (value: number, text: string) => z.number().min(0).max(1).default(value).describe(text);

/** How much each thing that makes a call risky counts; of two of one kind only the graver does. */
export const RiskWeights = z
  .object({
    reads: weight(0.05, 'The tool only reads.'),
    writes_idempotently: weight(0.25, 'The tool writes, and calling it twice is calling it once.'),
    acts_for_good: weight(0.45, 'Calling the tool twice does it twice.'),
    internal_store: weight(0.05, 'It touches internal data.'),
    confidential_store: weight(0.2, 'It touches confidential data.'),
    restricted_store: weight(0.4, 'It touches restricted data.'),
    external: weight(0.15, 'The tool reaches outside.'),
    new_tool: weight(0.2, 'The agent has not called the tool in the days before.'),
    low_confidence: weight(0.15, 'The run is less than 0.6 confident.'),
    very_low_confidence: weight(0.3, 'The run is less than 0.3 confident.'),
    earlier_violation: weight(0.25, 'The run had a violation before.'),
    unproved: weight(0.1, 'It is a replay, or of a version that is not in use.'),
    written_command: weight(0.2, 'The agent wrote a command or a query itself.'),
  })
  .meta({ id: 'RiskWeights' });
export type RiskWeights = z.infer<typeof RiskWeights>;

export const RiskFactor = RiskWeights.keyof();
export type RiskFactor = z.infer<typeof RiskFactor>;
