import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { lintQuery } from '#console/api/queries/policies/policy-texts.ts';

const REST_MS = 250;

/** What lint and the tests say of a text, asked whenever the keys rest. */
export function useLint(text: string) {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const lint = useQuery(lintQuery(rested));
  const findings = lint.data?.findings ?? [];
  return {
    findings,
    tests: lint.data?.tests ?? [],
    agentsInScope: lint.data?.agents_in_scope ?? undefined,
    error: lint.error,
    /** Nothing stands against saving this very text. */
    isSound:
      rested === text &&
      lint.data !== undefined &&
      !lint.isPlaceholderData &&
      !findings.some(({ severity }) => severity === 'error'),
  };
}
