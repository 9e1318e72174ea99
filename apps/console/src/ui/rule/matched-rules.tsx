import { ForeignText } from '../data/foreign-text.tsx';
import { JsonTree } from '../data/json-tree.tsx';
import { RuleLink } from './rule-link.tsx';

interface MatchedRule {
  rule: string;
  verdict: string;
  mode: string;
}

const isMatchedRule = (value: unknown): value is MatchedRule =>
  typeof value === 'object' && value !== null && ['rule', 'verdict', 'mode'].every((name) => name in value);

/** Every rule that a call met, the deciding one among them. */
export function MatchedRules({ matched }: { matched: readonly unknown[] }) {
  if (!matched.every(isMatchedRule)) return <JsonTree value={matched} label="What matched" />;
  return (
    <ul className="grid gap-1">
      {matched.map(({ rule, verdict, mode }) => (
        <li key={`${rule} ${verdict} ${mode}`} className="flex flex-wrap gap-x-3">
          <RuleLink rule={rule} />
          <span className="text-fg-3">
            <ForeignText text={`${verdict}, ${mode}`} />
          </span>
        </li>
      ))}
    </ul>
  );
}
