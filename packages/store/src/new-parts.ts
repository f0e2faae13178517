/**
 * A condition on decisions that passes over the parts which were there before a moment: they hold no row that was inserted
 * since. `parameter` names the statement's Int64 that says when, in milliseconds. What is new is not named itself: a merge
 * may rename it meanwhile.
 */
export function inNewParts(parameter: string): string {
  return `_part NOT IN (
    SELECT name FROM system.parts
    WHERE database = 'custody_internal' AND table = 'decisions'
      AND modification_time < toDateTime(intDiv({${parameter}:Int64}, 1000), 'UTC')
  )`;
}
