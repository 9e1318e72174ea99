import { Section } from '#console/ui/layout/page.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { CheckPanel } from './check-panel.tsx';
import type { CheckState } from './use-gateway-check.ts';

interface CheckAsideProps {
  check: CheckState;
  /** The form was changed since. */
  isStale: boolean;
}

/** The check of the connection beside the form it is about. */
export function CheckAside({ check, isStale }: CheckAsideProps) {
  return (
    <Section title="Connection" aside={isStale && <Badge tone="warn">for other settings than these</Badge>}>
      {check.request === undefined ? (
        <p className="max-w-md text-fg-2">
          The check goes the whole way, from the address to the rights on the gateway, and names the first step that
          fails with what to do about it. It changes nothing there.
        </p>
      ) : (
        <CheckPanel check={check} />
      )}
    </Section>
  );
}
