import { z } from 'zod';

/** A field that Permit may send, send as `null`, or leave out. */
const optionalText = z.string().nullish();

/** The same where another type is ignored: a field that adds something, but names nothing. */
const lenientText = optionalText.catch(undefined);

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
    action: lenientText,
    resource: z
      .union([z.string(), z.looseObject({ type: optionalText, key: optionalText, tenant: optionalText })])
      .nullish()
      .catch(undefined),
  })
  .nullish()
  .catch(undefined);

const rawData = z
  .looseObject({
    engine: lenientText,
    input: checkInput,
    result: loose.nullish().catch(undefined),
    // The GENERIC engine names caller, action and resource beside its input, not inside it.
    user_key: lenientText,
    user_name: lenientText,
    action: lenientText,
    resource_type: lenientText,
    tenant: lenientText,
  })
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
  query: lenientText,
  user_key: optionalText,
  user_email: lenientText,
  user_name: lenientText,
  resource_type: optionalText,
  tenant: optionalText,
  action: optionalText,
  decision: z.unknown().optional(),
  reason: lenientText,
  input: checkInput,
  result: loose.nullish().catch(undefined),
  raw_data: rawData,
});

export type AuditLogEntry = z.infer<typeof auditLogEntry>;
