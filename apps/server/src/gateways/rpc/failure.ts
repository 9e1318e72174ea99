import { Problem } from '#server/platform/problem.ts';
import { DIAGNOSES, type DiagnosisCode, type Finding } from './diagnoses.rules.ts';

/**
 * A gateway that could not be connected to: the coarse code of the contract, and what was found in `body.diagnosis`.
 * Work is tried again, since somebody may mend what keeps us out.
 */
export class ConnectFailure extends Problem {
  readonly diagnosis: DiagnosisCode;
  readonly facts: Record<string, unknown>;
  /** Whether waiting alone may heal it. */
  readonly isTransient: boolean;

  constructor({ code, facts }: Finding, options: ErrorOptions = {}) {
    const { problem, status, isTransient, title } = DIAGNOSES[code];
    super(problem, status, title, { body: { message: title, diagnosis: code, ...facts } });
    if (options.cause !== undefined) this.cause = options.cause;
    this.diagnosis = code;
    this.facts = facts;
    this.isTransient = isTransient;
  }
}
