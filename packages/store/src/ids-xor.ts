/** SQL of an `UInt128` as 32 lower-case hexadecimal digits: `hex` alone drops leading zeros. */
export function hexDigitsSql(number: string): string {
  return `lower(leftPad(hex(${number}), 32, '0'))`;
}

/**
 * SQL of the XOR of decision ids over rows, as a window tells it of what was listed (`IdsXor` of the contract). Over
 * distinct decisions only: `FINAL`, or grouped by id.
 */
export const idsXorSql = hexDigitsSql('groupBitXor(toUInt128(decision_id))');
