import { z } from 'zod';

/** A field that Permit may send, send as `null`, or leave out. */
const optionalText = z.string().nullish();

/** Anything else is carried along unread: fields were added to these models over time. */
const loose = z.looseObject({});

/** A user, action or resource of `permit.check` arrives as its key or as an object around it. */
const keyed = z
  .union([z.string(), z.looseObject({ key: optionalText })])
  .nullish()
  .catch(undefined);

const checkInput = z
  .looseObject({
    user: keyed,
    action: optionalText.catch(undefined),
    resource: z
      .union([z.string(), z.looseObject({ type: optionalText, key: optionalText, tenant: optionalText })])
      .nullish()
      .catch(undefined),
  })
  .nullish()
  .catch(undefined);

const rawData = z
  .looseObject({ engine: optionalText.catch(undefined), input: checkInput, result: loose.nullish().catch(undefined) })
  .nullish()
  .catch(undefined);

/**
 * An entry of `GET /v2/pdps/{project}/{env}/audit_logs` (and of the detailed variant), as tolerant as the documented
 * models and the samples require: every field but id and timestamp may be `null` or absent, engines are open-ended,
 * unknown fields are welcome. Fields that name who called what must be texts where present; the rest is read where it
 * has the documented shape and ignored where it has not.
 */
export const auditLogEntry = z.looseObject({
  id: z.string(),
  timestamp: z.string(),
  query: optionalText.catch(undefined),
  user_key: optionalText,
  user_email: optionalText.catch(undefined),
  user_name: optionalText.catch(undefined),
  resource_type: optionalText,
  tenant: optionalText,
  action: optionalText,
  decision: z.unknown(),
  reason: optionalText.catch(undefined),
  input: checkInput,
  result: loose.nullish().catch(undefined),
  raw_data: rawData,
});

export type AuditLogEntry = z.infer<typeof auditLogEntry>;
