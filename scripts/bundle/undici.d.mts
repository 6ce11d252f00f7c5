import type { Dispatcher } from 'undici';

export { Agent, EnvHttpProxyAgent, ProxyAgent } from 'undici';

export function request(
  address: string | URL,
  options: { dispatcher: Dispatcher } & Omit<Dispatcher.RequestOptions, 'origin' | 'path'>,
): Promise<Dispatcher.ResponseData>;
