import { useEffect, useRef } from 'react';
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
  const top = useRef<HTMLDivElement>(null);
  const { request } = check;
  useEffect(() => {
    if (request) top.current?.scrollIntoView({ block: 'center' }); // on a phone it stands below the form
  }, [request]);
  return (
    <Section title="Connection" aside={isStale && <Badge tone="warn">for other settings than these</Badge>}>
      <div ref={top} className="scroll-mt-12" />
      {request === undefined ? (
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
