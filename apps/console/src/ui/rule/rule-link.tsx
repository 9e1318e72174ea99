import { Link } from '@tanstack/react-router';
import { ForeignText } from '../data/foreign-text.tsx';

const RULE = /^[^@]+@\d+(?::.+)?$/;

/** Whether this names a rule of a policy, and not a check of another kind. */
export const isPolicyRule = (name: string): boolean => RULE.test(name);

/** A rule by its name, `policy@version:rule`, or a policy, `policy@version`; leads to its line in the policy. What is no rule of a policy is only text. */
export function RuleLink({ rule }: { rule: string }) {
  const text = (
    <code className="font-mono text-sm break-all">
      <ForeignText text={rule} />
    </code>
  );
  if (!isPolicyRule(rule)) return text;
  return (
    <Link to="/policies/rule" search={{ name: rule }} className="text-accent hover:underline">
      {text}
    </Link>
  );
}
