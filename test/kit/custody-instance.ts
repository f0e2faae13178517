import { type CustodyProcess, startCustody } from './custody-process.ts';
import { freePorts } from './free-ports.ts';

const login = { user: 'pipeline', password: 'test-store-password' };

/** One installation: its settings stay the same over its starts. */
export class CustodyInstance {
  readonly variables: Record<string, string>;
  readonly apiUrl: string;
  readonly storeUrl: string;

  private constructor(variables: Record<string, string>) {
    this.variables = variables;
    this.apiUrl = `http://127.0.0.1:${variables.CUSTODY_HTTP_PORT}`;
    this.storeUrl = `http://127.0.0.1:${variables.CUSTODY_CLICKHOUSE_PORT}`;
  }

  /** Settings with free ports; `variables` say what the test is about. */
  static async prepare(dataPath: string, variables: Record<string, string> = {}): Promise<CustodyInstance> {
    const [apiPort, storePort] = await freePorts(2);
    return new CustodyInstance({
      CUSTODY_DATA_DIR: dataPath,
      CUSTODY_HTTP_PORT: String(apiPort),
      CUSTODY_CLICKHOUSE_PORT: String(storePort),
      CLICKHOUSE_USER: login.user,
      CLICKHOUSE_PASSWORD: login.password,
      ...variables,
    });
  }

  start(): CustodyProcess {
    return startCustody(['up'], this.variables);
  }

  run(...args: string[]): CustodyProcess {
    return startCustody(args, { ...this.variables, CUSTODY_URL: this.apiUrl });
  }

  /** Rows of a statement, asked on the store's own port as any ClickHouse client would. */
  async rows<Row>(sql: string, credentials = login): Promise<Row[]> {
    const response = await fetch(`${this.storeUrl}/?default_format=JSONEachRow`, {
      method: 'POST',
      headers: { 'X-ClickHouse-User': credentials.user, 'X-ClickHouse-Key': credentials.password },
      body: sql,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the store refused: ${text}`);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Row => JSON.parse(line));
  }

  /** The number of stored decisions; 0 while the store does not answer. */
  async storedDecisions(): Promise<number> {
    const rows = await this.rows<{ n: string | number }>('SELECT count() AS n FROM custody.decisions').catch(() => []);
    return Number(rows[0]?.n ?? 0);
  }

  async ask(path: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.apiUrl}${path}`);
    return { status: response.status, body: await response.json() };
  }
}
