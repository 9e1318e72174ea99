import { Link } from '@tanstack/react-router';
import { ForeignText } from '../data/foreign-text.tsx';

const RULE = /^[^@]+@\d+(?::.+)?$/;

/** A rule by its name, `policy@version:rule`, or a policy, `policy@version`; leads to its line in the policy. What is no rule of a policy is only text. */
export function RuleLink({ rule }: { rule: string }) {
  const text = (
    <code className="font-mono text-sm break-all">
      <ForeignText text={rule} />
    </code>
  );
  if (!RULE.test(rule)) return text;
  return (
    <Link to="/policies/rule" search={{ name: rule }} className="text-accent hover:underline">
      {text}
    </Link>
  );
}
