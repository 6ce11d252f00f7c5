// What the bundle has in place of undici: the four names that are used. undici's own index brings fetch, web sockets,
// caches and mocks along, twice the size, and puts its agent into the globals of the process at import.
import apiConnect from '../../node_modules/undici/lib/api/api-connect.js';
import apiRequest from '../../node_modules/undici/lib/api/api-request.js';
import Agent from '../../node_modules/undici/lib/dispatcher/agent.js';
import Dispatcher from '../../node_modules/undici/lib/dispatcher/dispatcher.js';
import EnvHttpProxyAgent from '../../node_modules/undici/lib/dispatcher/env-http-proxy-agent.js';
import ProxyAgent from '../../node_modules/undici/lib/dispatcher/proxy-agent.js';

// As undici's index does it: a proxy agent tunnels by its dispatcher's own `connect`.
Dispatcher.prototype.connect = apiConnect;

export { Agent, EnvHttpProxyAgent, ProxyAgent };

/** undici's `request`, but the dispatcher has to be said: there is no global one. */
export function request(address, { dispatcher, ...options }) {
  const { origin, pathname, search } = new URL(address);
  return apiRequest.call(dispatcher, { method: 'GET', ...options, origin, path: pathname + search });
}
