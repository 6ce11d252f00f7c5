import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TestCertificate } from './make-certs.js';

export type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

export interface TestServer {
  readonly port: number;
  /** `http://127.0.0.1:PORT`, or `https://localhost:PORT`. */
  readonly url: string;
  readonly requests: readonly http.IncomingMessage[];
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** `user:password` that must come as Basic credentials. */
  readonly credentials?: string;
  /** Answers every CONNECT with this status. */
  readonly refuseWith?: number;
  /** Takes every CONNECT and never answers. */
  readonly mute?: boolean;
}

export interface TestProxy extends TestServer {
  /** `CONNECT host:port` or `GET url`, in the order of their coming. */
  readonly seen: readonly string[];
}

/** An HTTP server on a free port of 127.0.0.1. */
export function serveHttp(handler: Handler): Promise<TestServer> {
  return listen(http.createServer(), handler, (port) => `http://127.0.0.1:${port}`);
}

/** An HTTPS server on a free port; the certificate should be for DNS:localhost. */
export function serveHttps(certificate: TestCertificate, handler: Handler): Promise<TestServer> {
  const server = https.createServer({ cert: certificate.pem, key: certificate.privateKeyPem });
  return listen(server, handler, (port) => `https://localhost:${port}`);
}

/** A server that speaks its own bytes: it gets the socket once the first data has come. */
export async function serveRaw(talk: (socket: net.Socket) => void): Promise<TestServer> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => talk(socket));
  });
  return start(server, [], (port) => `http://127.0.0.1:${port}`);
}

/** A forward proxy: CONNECT tunnels, and absolute addresses for plain HTTP. Every host leads to 127.0.0.1. */
export async function serveProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  const seen: string[] = [];
  const server = http.createServer();
  const isAllowed = (request: http.IncomingMessage): boolean =>
    options.credentials === undefined ||
    request.headers['proxy-authorization'] === `Basic ${Buffer.from(options.credentials).toString('base64')}`;
  server.on('connect', (request: http.IncomingMessage, client: Duplex) => {
    seen.push(`CONNECT ${request.url}`);
    client.on('error', () => undefined);
    if (options.mute) return;
    const status = options.refuseWith ?? (isAllowed(request) ? null : 407);
    if (status !== null) return void client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
    const target = net.connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    target.on('error', () => client.destroy());
  });
  const forward: Handler = (request, response) => {
    seen.push(`GET ${request.url}`);
    const status = options.refuseWith ?? (isAllowed(request) ? null : 407);
    if (status !== null) return void response.writeHead(status).end();
    const { port, pathname, search } = new URL(request.url ?? '');
    http.get({ host: '127.0.0.1', port, path: pathname + search, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
  };
  const started = await listen(server, forward, (port) => `http://127.0.0.1:${port}`);
  return { ...started, seen };
}

/** A port of 127.0.0.1 where nothing listens. */
export async function closedPort(): Promise<number> {
  const server = await serveRaw(() => undefined);
  await server.close();
  return server.port;
}

function listen(
  server: http.Server | https.Server,
  handler: Handler,
  url: (port: number) => string,
): Promise<TestServer> {
  const requests: http.IncomingMessage[] = [];
  server.on('request', (request, response) => {
    requests.push(request);
    response.on('error', () => undefined);
    handler(request, response);
  });
  return start(server, requests, url);
}

async function start(
  server: net.Server,
  requests: http.IncomingMessage[],
  url: (port: number) => string,
): Promise<TestServer> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port, url: url(port), requests, close };
}
