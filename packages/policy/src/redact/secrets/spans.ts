export type SecretKind = 'email' | 'api_key' | 'jwt' | 'aws_key' | 'github_token' | 'slack_token' | 'pem' | 'card';

/** A secret in a text: `[start, end)` in UTF-16 code units. */
export interface Span {
  start: number;
  end: number;
  kind: SecretKind;
}
