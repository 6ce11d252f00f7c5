/** What is used of node-postgres' client; it has no types of its own for this file. */
declare module 'pg/lib/client.js' {
  import type { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';

  export interface ClientConfig {
    user: string;
    database: string;
    host: string;
    port: number;
    ssl: false;
    stream: Socket;
    password: () => Promise<string>;
    enableChannelBinding: boolean;
    scramMaxIterations: number;
    types: { getTypeParser(): (value: string) => string };
  }

  /** All values are texts, by `types` above. */
  export interface QueryResult {
    rows: Record<string, string | null>[];
  }

  export default class Client extends EventEmitter {
    constructor(config: ClientConfig);
    readonly connection: EventEmitter & { readonly stream: Socket };
    /** The parameters of the start-up packet. */
    getStartupConf(): Record<string, string>;
    connect(): Promise<unknown>;
    query(text: string): Promise<QueryResult>;
    end(): Promise<void>;
  }
}
