import type { Rule } from '@mission-control/policy/evaluate';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findUnobserved } from './activations.rules.ts';

const HOUR_MS = 3_600_000;
const toRule = (id: string, mode: Rule['mode']): Rule => ({
  ...{ id, mode, severity: 'low', line: 1, col: 1 },
  ...{ kind: 'models', deny: [] },
});

it('enforced rules are observed once they were evaluated for a day in all, whatever came between', () => {
  const spans = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.boolean()), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(spans, (hours) => {
      let at = 0;
      let observedHours = 0;
      const history = hours.map(([lasted, isHeld]) => {
        const held = { at: new Date(at).toISOString(), rules: isHeld ? ['r'] : [] };
        at += lasted * HOUR_MS;
        observedHours += isHeld ? lasted : 0;
        return held;
      });
      const rules = [toRule('r', 'enforce'), toRule('watched', 'monitor'), toRule('new', 'enforce')];
      const found = findUnobserved({ rules }, history, new Date(at));
      expect(found).toEqual(observedHours < 24 ? ['r', 'new'] : ['new']);
    }),
  );
});
