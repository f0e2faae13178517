import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ApiOperation } from './api-document.ts';

/** An answer as it came over HTTP. */
export interface AnswerToCheck {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

function pointer(...names: readonly string[]): string {
  const escaped = names.map((name) => name.replaceAll('~', '~0').replaceAll('/', '~1'));
  return `api#/${escaped.map(encodeURIComponent).join('/')}`;
}

/** Holds answers against the schemas that a document gives them. */
export class AnswerChecker {
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: object) {
    // The document is more than a schema: what validation does not know in it is no fault.
    this.#ajv = new Ajv2020({ strict: false, validateSchema: false });
    this.#ajv.addSchema(document, 'api');
  }

  /** What is wrong with an answer; `null` where nothing is. */
  faultOf({ path, method, responses }: ApiOperation, { status, contentType, body }: AnswerToCheck): string | null {
    const named = String(status) in responses ? String(status) : 'default';
    const types = Object.keys(responses[named]?.content ?? {});
    if (types.length === 0) return body === '' ? null : `${status} has a body`;
    const type = types.find((known) => contentType.startsWith(known));
    if (type === undefined) return `${status} is ${contentType}, not ${types.join(' or ')}`;
    const validate = this.#validatorOf(pointer('paths', path, method, 'responses', named, 'content', type, 'schema'));
    const value: unknown = type.endsWith('json') ? JSON.parse(body) : body;
    return validate(value) ? null : this.#ajv.errorsText(validate.errors);
  }

  #validatorOf(reference: string): ValidateFunction {
    const known = this.#validators.get(reference) ?? this.#ajv.compile({ $ref: reference });
    this.#validators.set(reference, known);
    return known;
  }
}
