import { SimulatorError } from '../errors.ts';
import type { Faults } from '../faults/faults.ts';
import type { FaultSettings } from '../faults/settings.ts';
import { type Answer, jsonAnswer } from './answer.ts';
import type { Backend } from './backend.ts';
import type { ApiRequest } from './permit-api.ts';

/**
 * What is outside `/v2` and needs no key: the simulator's own switches and its truth about the incidents. Undefined
 * where a request means none of it.
 */
export function controlAnswer({ body, method, url }: ApiRequest, backend: Backend, faults: Faults): Answer | undefined {
  const path = url.split('?', 1)[0];
  if (method === 'GET' && path === '/incidents') return jsonAnswer(200, backend.incidents(backend.now()));
  if (method === 'GET' && path === '/variants') return jsonAnswer(200, backend.variants);
  if (path !== '/faults') return undefined;
  const change = {
    GET: () => undefined,
    PUT: () => faults.replace(parse(body)),
    PATCH: () => faults.set(parse(body) as FaultSettings),
    DELETE: () => faults.clear(),
  }[method];
  if (!change) return undefined;
  try {
    change();
    return jsonAnswer(200, faults.settings);
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error;
    return jsonAnswer(400, { error_code: error.code, message: error.message });
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new SimulatorError('SIMULATOR_FAULTS_INVALID', 'the body is not valid JSON', { cause });
  }
}
