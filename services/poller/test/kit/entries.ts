/** An audit-log entry as small as one may be. */
export function entryAt(index: number, timestamp: string, more: Readonly<Record<string, unknown>> = {}) {
  const id = `${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
  const scope = {
    org_id: '11111111111141118111111111111111',
    project_id: '22222222222242228222222222222222',
    env_id: '33333333333343338333333333333333',
  };
  return { id, timestamp, user_key: `agent|a${index % 7}`, decision: true, ...scope, ...more };
}
